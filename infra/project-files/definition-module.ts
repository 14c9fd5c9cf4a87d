import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import * as definition from '../../definition/index.ts';

/** Where project files find the instance of `definition/` that runs. */
const INSTANCE = 'stepmill.definition';

const NAMESPACE = 'running-definition';

/** Only the values that `defineProject` returned in project files are projects. */
const defined = new WeakSet<object>();
/** Where `defineProject` threw each error: the stack of a ProjectError is its message only. */
const calls = new WeakMap<Error, Error>();

export function isDefined(value: unknown): value is definition.Project {
  return typeof value === 'object' && value !== null && defined.has(value);
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
  Object.assign(globalThis, { [key]: { ...definition, defineProject: define } });
  const names = Object.keys(definition).join(', ');
  return `export const { ${names} } = globalThis[Symbol.for('${INSTANCE}')];`;
}

const define: typeof definition.defineProject = (input) => {
  try {
    const project = definition.defineProject(input);
    defined.add(project);
    return project;
  } catch (error) {
    if (error instanceof Error) calls.set(error, new Error(error.message));
    throw error;
  }
};
