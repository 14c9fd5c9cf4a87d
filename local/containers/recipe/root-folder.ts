import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathExpression } from '../dockerfile/index.ts';

/** As the kernel: more links on the way are a loop. */
const MAX_LINKS = 40;

/**
 * The place on this machine of a path of an image. Links on the way lead to the image's own folders, as they would
 * in a container, and never out of it; the last part is followed only if `follow` says so.
 *
 * @throws RangeError for a loop of links
 */
export function resolveInRoot(
  root: string,
  path: string,
  follow: 'all' | 'parents' = 'all',
): string {
  let done = '/';
  let open = path.split('/').filter((part) => part !== '' && part !== '.');
  let links = 0;
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    if (part === '..') {
      done = posix.dirname(done);
      continue;
    }
    const place = posix.join(done, part);
    const isLast = open.length === 0;
    const target = isLast && follow === 'parents' ? undefined : linkAt(posix.join(root, place));
    if (target === undefined) {
      done = place;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new RangeError(`${path} leads through a loop of links`);
    if (target.startsWith('/')) done = '/';
    open = [...target.split('/').filter((step) => step !== '' && step !== '.'), ...open];
  }
  return posix.join(root, done);
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The files and folders of an image, as places on this machine, that a path with wildcards names. Links are not followed:
 * what is not in the image belongs to the system.
 */
export function matchesOf(root: string, pattern: string): readonly string[] {
  let found = [root];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    const expression = new RegExp(`^${pathExpression(part)}$`, 'su');
    found = found.flatMap((parent) => {
      if (lstatSync(parent).isSymbolicLink() || !lstatSync(parent).isDirectory()) return [];
      return readdirSync(parent)
        .filter((name) => expression.test(name))
        .map((name) => join(parent, name));
    });
  }
  return found;
}
