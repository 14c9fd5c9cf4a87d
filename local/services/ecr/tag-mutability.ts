import type { RepositoryRecord } from './store.ts';

/**
 * Whether a tag of a repository may name another image later. The wildcards of the exclusion filters turn the
 * repository's setting around. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export function isMutable({ exclusions, mutability }: RepositoryRecord, tag: string): boolean {
  const isExcluded = exclusions.some(({ filter = '' }) => matches(filter, tag));
  return mutability.startsWith('MUTABLE') !== isExcluded;
}

/** `*` stands for any characters; a filter has at most two. */
function matches(filter: string, tag: string): boolean {
  const [first = '', ...rest] = filter.split('*');
  if (rest.length === 0) return tag === first;
  if (!tag.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = tag.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return tag.length - last.length >= at && tag.endsWith(last);
}
