import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * `unit`: beside the code, fast, in one process. `system`: the synthesized app, real clients and
 * real Python processes under `test/`. `interopDefault: false`: CommonJS packages look as under Node.
 */
export default defineConfig({
  test: {
    env: {
      // One Python environment for all tests; building it takes half a minute, once.
      STEPMILL_PYTHON_FOLDER: resolve('.stepmill/python'),
      // The CDK's own validation takes seconds a template; infra/cdk-validation.test.ts has it on.
      CDK_VALIDATION: 'false',
    },
    projects: [
      {
        test: {
          name: 'unit',
          deps: { interopDefault: false },
          include: ['{cli,engine,events,handlers,infra,local,projects,workflows}/**/*.test.ts'],
          // Guards against hanging, not measurements: CI machines are slow at times.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // As many as CI's machines have cores; one fewer is the default.
          maxWorkers: 2,
          // A worker imports the CDK and the SDK once and not for each file, which took more than half
          // of the time: so a test file leaves no global state behind.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'system',
          deps: { interopDefault: false },
          include: ['test/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
