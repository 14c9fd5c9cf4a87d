import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { letRuntimeGoFirst } from './priority.ts';

// https://nodejs.org/docs/latest-v22.x/api/os.html#ossetprioritypid-priority: without a pid it means the process that calls it.
it('a process that did not start leaves the priority of the runtime as it is', () => {
  const before = getPriority();

  letRuntimeGoFirst({ pid: undefined });

  expect(getPriority()).toBe(before);
});
