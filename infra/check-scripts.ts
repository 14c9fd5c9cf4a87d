import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import leven from 'leven';
import { type Project, ProjectError } from '../definition/index.ts';
import { findWrongSettings } from './check-settings.ts';

const steps = ['processing', 'training', 'evaluation'] as const;
/** The maximum number of letters in which a mistyped name differs from the intended one. */
const NEAR_LETTERS = 2;

/**
 * Finds scripts that do not exist; otherwise, only their jobs would report them. Not part of the
 * definition's schema: projects are imported where no scripts are.
 *
 * @param folder where the project's scripts lie
 * @throws ProjectError naming every such field, the missing file, and a similar file or all files of the folder
 */
export function checkScripts(project: Project, folder: string): void {
  const mistakes = findMistakes(project, folder);
  if (mistakes.length > 0) throw new ProjectError(project.name, mistakes);
}

function findMistakes(project: Project, folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const got = JSON.stringify(project.code);
    return [
      `code: must be a folder, from the folder that the app is synthesized in; there is no ${folder}; got ${got}.`,
    ];
  }
  const files = listFiles(folder);
  const missing = steps.flatMap((step) => {
    const { script } = project[step];
    if (files.includes(script)) return [];
    return [
      `${step}.script: must be a file in the folder of \`code\`; there is no ${join(folder, script)} (${suggest(script, files)}); got ${JSON.stringify(script)}.`,
    ];
  });
  return [...missing, ...findWrongSettings(project, folder)];
}

/** The folder is listed, because some file systems find `Train.py` under the name `train.py`; containers do not. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function suggest(script: string, files: readonly string[]): string {
  const near = files.filter((file) => leven(file, script) <= NEAR_LETTERS);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  const scripts = files.filter((file) => file.endsWith('.py'));
  return scripts.length === 0 ? 'it holds no .py file' : `there are ${scripts.join(', ')}`;
}
