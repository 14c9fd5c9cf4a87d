import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../definition/index.ts';
import { isConfig } from './definition-module.ts';
import { locateFields } from './locate-fields.ts';
import { ProjectFilesError } from './project-files-error.ts';
import { loadProjectFile, UnloadableFile } from './project-module.ts';

/** At the root of an app: its environments, and how it gets there. */
export const CONFIG_FILE = 'stepmill.config.ts';
const SUBJECT = 'The configuration has';

/**
 * Loads the environments of an app as they are now.
 *
 * @param folder the folder of the app
 * @returns undefined where there is no such file: one environment then, which `cdk -c environment=…` names
 * @param seconds after which a file is stopped that does not end
 * @throws ProjectFilesError that names every mistake of the file
 */
export async function loadConfig(folder: string, seconds?: number): Promise<Config | undefined> {
  const path = join(folder, CONFIG_FILE);
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isFile()) {
    throw new ProjectFilesError(
      [`${CONFIG_FILE}: must be a file, and is none; rename it.`],
      SUBJECT,
    );
  }
  try {
    const values = Object.values(await loadProjectFile(path, folder, seconds));
    const configs = new Set(values.filter(isConfig));
    const [config, ...others] = configs;
    if (config !== undefined && others.length === 0) return config;
    throw new ProjectFilesError(
      [
        `${CONFIG_FILE}: exports ${describeExports(values)}; export the one configuration that \`defineConfig\` of definition/index.ts returns.`,
      ],
      SUBJECT,
    );
  } catch (error) {
    if (error instanceof UnloadableFile)
      throw new ProjectFilesError(error.mistakes, SUBJECT, error);
    throw error;
  }
}

function describeExports(values: readonly unknown[]): string {
  const count = new Set(values.filter(isConfig)).size;
  if (count === 0 && values.some((value) => value instanceof Promise)) return 'a promise';
  return `${count} configurations`;
}

/**
 * Puts before each mistake where its field is written.
 *
 * @param mistakes each begins with the path of its field
 */
export async function placeMistakes(
  folder: string,
  mistakes: readonly string[],
): Promise<readonly string[]> {
  if (mistakes.length === 0) return [];
  const find = await locateFields(readFileSync(join(folder, CONFIG_FILE), 'utf8'), 'defineConfig');
  return mistakes.map((mistake) => {
    const place = find(mistake);
    return `${[CONFIG_FILE, ...(place === undefined ? [] : [place])].join(':')}: ${mistake}`;
  });
}
