import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionRecord } from '../store.ts';

/**
 * The environment variables by which a function finds what its layers contain. `/opt` belongs to this machine,
 * so that programs that name it find nothing there; the bootstrap programs report this in the function's log.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */
export function layerVariables(
  { runtime }: FunctionRecord,
  folder: string | undefined,
): Readonly<Record<string, string>> {
  if (folder === undefined) return {};
  return {
    STEPMILL_LAYERS: folder,
    PATH: inheritedAnd('PATH', join(folder, 'bin')),
    ...(hasLibraries(folder) && {
      LD_LIBRARY_PATH: inheritedAnd('LD_LIBRARY_PATH', join(folder, 'lib')),
    }),
    ...(runtime.startsWith('nodejs') && { NODE_PATH: nodePath(runtime, folder) }),
  };
}

function inheritedAnd(variable: 'PATH' | 'LD_LIBRARY_PATH', folder: string): string {
  const inherited = process.env[variable] ?? '';
  return inherited === '' ? folder : `${inherited}:${folder}`;
}

/** Whether the loader of the function's process has to look into the layers. */
export function hasLibraries(folder: string | undefined): boolean {
  return folder !== undefined && existsSync(join(folder, 'lib'));
}

function nodePath(runtime: string, folder: string): string {
  const version = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
  return [`nodejs/node${version}/node_modules`, 'nodejs/node_modules']
    .map((path) => join(folder, path))
    .join(':');
}
