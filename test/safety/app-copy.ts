import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Everything that the app is made of. */
const APP = [
  'api',
  'build.mjs',
  'cdk.json',
  'cli',
  'package.json',
  'package-lock.json',
  'definition',
  'delivery',
  'dist',
  'engine',
  'events',
  'handlers',
  'infra',
  'local',
  'monitoring',
  'operations',
  'projects',
  'workflows',
];

/**
 * Copies the app, built, to where its files can be edited.
 *
 * @returns the folder of the copy
 */
export async function copyApp(folder: string): Promise<string> {
  execFileSync(process.execPath, ['build.mjs']);
  const app = join(folder, 'app');
  for (const part of APP) {
    // Times are kept, so that the copy counts as built.
    cpSync(part, join(app, part), { recursive: true, preserveTimestamps: true });
  }
  await symlink(resolve('node_modules'), join(app, 'node_modules'));
  await mkdir(join(app, '.stepmill'));
  await mkdir('.stepmill/python', { recursive: true });
  await symlink(resolve('.stepmill/python'), join(app, '.stepmill/python'));
  return app;
}
