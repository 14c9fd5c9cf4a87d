import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { hashContext, listContext } from './context-files.ts';
import type { InstallStep } from './plan.ts';
import { matchesOf, resolveInRoot } from './root-folder.ts';

/** One run of pip with everything it reads, so that the same run gives the same environment. */
export interface Installation {
  readonly line: number;
  /** The folder of the image whose Python got the packages. */
  readonly location: string;
  readonly options: readonly string[];
  readonly requirements: readonly string[];
  /** The content of requirement files, with the files that they name. */
  readonly requirementFiles: readonly string[];
  readonly constraintFiles: readonly string[];
  /** Folders and archives on this machine. */
  readonly projects: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Of all that. */
  readonly digest: string;
}

/** The part of a requirement that names a file or folder: `./lib`, `lib[extra]`, `/src/a.whl`. */
const PATH = /^(?:\.|\/|.*\/|.*\.(?:whl|zip|tar\.gz)$)/;
const URL = /^[a-z+]+:\/\/|^[\w.-]+(?:\[[^\]]*\])?\s*@/i;

const MAX_DEPTH = 10;

/**
 * Reads what an installation needs: requirement files, and projects of the image.
 *
 * @param root the folder of the image
 * @throws RangeError for a file that does not exist
 */
export function readInstallation(step: InstallStep, root: string): Installation {
  const { folder, location, pip } = step;
  const place = (path: string) => posix.resolve(folder, path);
  const plain = pip.requirements.filter((requirement) => !isPath(requirement));
  const paths = [...pip.requirements.filter(isPath), ...pip.editable];
  const read = (path: string) => readRequirements(place(path), root);
  const projects = paths.flatMap((path) => projectsAt(place(withoutExtras(path)), root));
  const content = {
    options: pip.options,
    requirements: plain,
    requirementFiles: pip.requirementFiles.map(read),
    constraintFiles: pip.constraintFiles.map(read),
    variables: step.variables,
  };
  if (plain.length + projects.length + content.requirementFiles.length === 0) {
    throw new RangeError('pip install has nothing to install');
  }
  const hash = createHash('sha256').update(JSON.stringify(content));
  for (const project of projects) hashProject(hash, project);
  return { ...content, line: step.line, location, projects, digest: hash.digest('hex') };
}

function isPath(requirement: string): boolean {
  return PATH.test(requirement) && !URL.test(requirement);
}

function withoutExtras(path: string): string {
  return path.replace(/\[[^\]]*\]$/, '');
}

/** A shell expands wildcards before pip sees them. */
function projectsAt(path: string, root: string): readonly string[] {
  if (!/[*?[]/.test(path)) return [projectAt(path, root)];
  const found = matchesOf(root, path);
  if (found.length === 0) throw new RangeError(`no file of the image matches ${path}`);
  return found.toSorted();
}

function projectAt(path: string, root: string): string {
  const found = resolveInRoot(root, path);
  if (!existsSync(found)) throw new RangeError(`${path} does not exist in the image`);
  return found;
}

function hashProject(hash: ReturnType<typeof createHash>, project: string): void {
  if (!statSync(project).isDirectory()) hash.update(readFileSync(project));
  else
    hashContext(
      hash,
      project,
      listContext(project, () => false),
    );
}

/** A requirement file with the files that it includes in their places; comments and empty lines are left out. */
function readRequirements(path: string, root: string, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError(`${path} includes itself`);
  const found = resolveInRoot(root, path);
  if (!existsSync(found) || !statSync(found).isFile()) {
    throw new RangeError(`${path} does not exist in the image. COPY it before pip reads it`);
  }
  const text = readFileSync(found, 'utf8').replaceAll(/\\\r?\n/g, ' ');
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const include = /^(?:-r\s*|--requirement[\s=]+)(\S+)$/.exec(line)?.[1];
      if (include === undefined) return requirementLine(line, { path, root });
      return readRequirements(posix.resolve(dirname(path), include), root, depth + 1);
    })
    .join('\n');
}

function requirementLine(
  line: string,
  { path, root }: { readonly path: string; readonly root: string },
): string {
  if (/^(?:-e|--editable|-c|--constraint)/.test(line) || (!line.startsWith('-') && isPath(line))) {
    const shown = join(root, path).slice(root.length);
    throw new RangeError(
      `"${line}" in ${shown} names another file, which a recipe reads on the command line only: pip install -r … -c … ./project`,
    );
  }
  return line;
}
