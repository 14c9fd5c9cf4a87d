import { resolve } from 'node:path';
import { createVitest, type TestSpecification } from 'vitest/node';

/**
 * Runs tests for `main.ts`, in a process of its own, because a mutant may loop for ever: the working folder is
 * the copy. A message says which file has changed and which tests to run; the answer names the tests that failed.
 */
export interface Request {
  readonly changed: string | undefined;
  readonly tests: readonly string[];
  /** Whether the first failure is enough. */
  readonly bail: boolean;
}

export interface Answer {
  readonly failed: readonly string[];
}

const vitest = await createVitest('test', {
  watch: false,
  project: ['unit'],
  reporters: [{}],
  bail: 1,
});
const [project] = vitest.projects;

process.on('message', (request: Request) => void answer(request));
process.send?.('ready');

async function answer({ changed, tests, bail }: Request): Promise<void> {
  if (changed !== undefined) vitest.invalidateFile(resolve(changed));
  vitest.config.bail = bail ? 1 : 0;
  if (project !== undefined) project.config.bail = bail ? 1 : 0;
  const specifications = tests
    .map((test) => project?.createSpecification(resolve(test)))
    .filter((found): found is TestSpecification => found !== undefined);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const failed = testModules.filter((module) => !module.ok()).map((module) => module.moduleId);
  // An error outside of all tests: all of them are in doubt.
  process.send?.({ failed: unhandledErrors.length > 0 && failed.length === 0 ? tests : failed });
}
