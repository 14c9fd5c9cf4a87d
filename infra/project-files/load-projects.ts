import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Project, ProjectError } from '../../definition/index.ts';
import { checkScripts } from '../check-scripts.ts';
import { isDefined } from './definition-module.ts';
import { ProjectFilesError } from './project-files-error.ts';
import { loadProjectFile, type ProjectExports, UnloadableFile } from './project-module.ts';

/** A folder with this file is a project. */
const PROJECT_FILE = 'project.ts';

type Loaded = { readonly project: Project } | { readonly mistakes: readonly string[] };

/** The names of the projects of an app: of each folder `projects/<name>/` with a `project.ts`. */
export function listProjects(folder: string): readonly string[] {
  const all = join(folder, 'projects');
  if (!existsSync(all)) return [];
  return readdirSync(all)
    .filter((name) => existsSync(fileOf(folder, name)))
    .sort();
}

/**
 * Loads projects of an app, with the scripts that they name.
 *
 * @param folder the folder of the app
 * @param names their folders below `projects/`; all by default
 * @throws ProjectFilesError that names every mistake of every file
 */
export async function loadProjects(
  folder: string,
  names: readonly string[] = listProjects(folder),
): Promise<readonly Project[]> {
  const loaded = await Promise.all(names.map((name) => loadProject(folder, name)));
  const mistakes = loaded.flatMap((result) => ('mistakes' in result ? result.mistakes : []));
  if (names.length === 0) {
    mistakes.push(
      `${join('projects', '<name>', PROJECT_FILE)}: there is no such file in ${folder}.`,
    );
  }
  if (mistakes.length > 0) throw new ProjectFilesError(mistakes);
  return loaded.flatMap((result) => ('project' in result ? [result.project] : []));
}

function fileOf(folder: string, name: string): string {
  return join(folder, 'projects', name, PROJECT_FILE);
}

async function loadProject(folder: string, name: string): Promise<Loaded> {
  const path = fileOf(folder, name);
  const file = relative(folder, path);
  try {
    const project = findProject(await loadProjectFile(path, folder));
    if (typeof project === 'string') return { mistakes: [`${file}: ${project}`] };
    const mistakes = [...findWrongName(project, name), ...findMissingScripts(project, folder)];
    if (mistakes.length === 0) return { project };
    return { mistakes: mistakes.map((mistake) => `${file}: ${mistake}`) };
  } catch (error) {
    if (error instanceof UnloadableFile) return { mistakes: error.mistakes };
    throw error;
  }
}

/** The one project that a file exports, under one or several names; otherwise the mistake in the file. */
function findProject(exports: ProjectExports): Project | string {
  const projects = [...new Set(Object.values(exports).filter(isDefined))];
  const [project, ...others] = projects;
  if (project === undefined) {
    return 'exports no project; export what `defineProject` of definition/index.ts returns.';
  }
  if (others.length === 0) return project;
  const names = projects.map((each) => each.name).join(', ');
  return `exports ${projects.length} projects (${names}); keep one, and give each other its own folder.`;
}

function findWrongName(project: Project, name: string): string[] {
  if (project.name === name) return [];
  return [
    `name: must be that of its folder, ${JSON.stringify(name)}; got ${JSON.stringify(project.name)}. Rename one of the two.`,
  ];
}

function findMissingScripts(project: Project, folder: string): readonly string[] {
  try {
    checkScripts(project, join(folder, project.code));
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}
