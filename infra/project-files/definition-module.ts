import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import * as definition from '../../definition/index.ts';

/** Where project files find the instance of `definition/` that runs. */
const INSTANCE = 'stepmill.definition';

const NAMESPACE = 'running-definition';

/** Only the values that `defineProject` returned in project files are projects. */
const projects = new WeakSet<object>();
/** And those that `defineConfig` returned are configurations. */
const configs = new WeakSet<object>();
/** Where one of the two threw each error: the stack of such an error is its message only. */
const calls = new WeakMap<Error, Error>();

export function isDefined(value: unknown): value is definition.Project {
  return typeof value === 'object' && value !== null && projects.has(value);
}

export function isConfig(value: unknown): value is definition.Config {
  return typeof value === 'object' && value !== null && configs.has(value);
}

/** An error whose stack contains the line of the project file. */
export function callBehind(error: Error): Error {
  return calls.get(error) ?? error;
}

/**
 * Resolves imports of `definition/index.ts` to the running instance. Otherwise each project would load Zod
 * again, and its errors would not be instances of this `ProjectError`.
 *
 * @param folder the folder of the app
 */
export function runningDefinition(folder: string): Plugin {
  const face = join(folder, 'definition', 'index.ts');
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /definition\/index\.ts$/ }, ({ path, resolveDir }) =>
        join(resolveDir, path) === face ? { path, namespace: NAMESPACE } : undefined,
      );
      build.onLoad({ filter: /./, namespace: NAMESPACE }, () => ({ contents: exportInstance() }));
    },
  };
}

function exportInstance(): string {
  const key = Symbol.for(INSTANCE);
  Object.assign(globalThis, { [key]: { ...definition, defineProject, defineConfig } });
  const names = Object.keys(definition).join(', ');
  return `export const { ${names} } = globalThis[Symbol.for('${INSTANCE}')];`;
}

const defineProject: typeof definition.defineProject = (input) =>
  noting(projects, () => definition.defineProject(input));

const defineConfig: typeof definition.defineConfig = (input) =>
  noting(configs, () => definition.defineConfig(input));

function noting<Value extends object>(defined: WeakSet<object>, define: () => Value): Value {
  try {
    const value = define();
    defined.add(value);
    return value;
  } catch (error) {
    if (error instanceof Error) calls.set(error, new Error(error.message));
    throw error;
  }
}
