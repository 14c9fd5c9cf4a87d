import { resolve } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than half a minute, the longest of each part first: begun last, they would leave other workers without work. */
const LONGEST = [
  'monitoring/python',
  'local/services/ecs/services/services',
  'local/between-services/damaged-state',
  'local/containers/recipe/build-image',
  'projects/tabular/kit',
  'test/stories/promotion',
  'test/stories/service',
  'test/stories/function',
  'test/stories/watching',
  'test/slice/killed-computes',
  'test/safety/stopping',
  'test/infra/cfn-lint',
  'test/slice/compute',
  'test/stories/trial',
  'test/slice/places',
  'test/clients/clients',
  'test/slice/main-job',
  'test/witness/script-mode/script-mode',
  'test/delivery/every-stage',
  'test/delivery/delivery',
  'test/accounts/handover',
  'test/package/stepmill',
  'test/api/routes',
  'test/safety/watching',
  'test/slice/projects',
  'test/stories/bad-input',
  'test/engine/killed',
  'test/api/trial',
  'test/images/predictor-http',
  'test/aws-check/roles',
  'test/witness/emulators/emulators',
  'test/witness/sagemaker-sdk/transformer',
].map((file) => resolve(`${file}.test.ts`));

/** Tests that read data beside the checkout, where it is: test/further-data.ts. */
const RECORDED = '**/*.recorded.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.indexOf(moduleId);
  return place === -1 ? LONGEST.length : place;
}

/**
 * The parts of the tests, as CONTRIBUTING.md describes them; `.ci/run` runs each. `interopDefault: false`:
 * CommonJS packages look as under Node.
 */
export default defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    env: {
      // One Python environment for all tests; building it takes half a minute, once.
      STEPMILL_PYTHON_FOLDER: resolve('.stepmill/python'),
      // The CDK's own validation takes seconds a template; infra/cdk-validation.test.ts has it on.
      CDK_VALIDATION: 'false',
      // Where it is set, each start of a Python program compiles its thousands of modules again.
      PYTHONDONTWRITEBYTECODE: '',
    },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          deps: { interopDefault: false },
          include: [
            '{api,cli,console,definition,delivery,engine,events,handlers,infra,local,monitoring,operations,projects,workflows}/**/*.test.ts',
          ],
          exclude: [RECORDED],
          // Guards against hanging, not measurements: CI machines are slow at times.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One more than CI's machines have cores, because some files wait for processes.
          maxWorkers: 3,
          // A worker imports the CDK and the SDK once and not for each file, which took more than half
          // of the time: so a test file leaves no global state behind.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      systemProject(
        'system',
        ['test/**/*.test.ts'],
        ['test/{browser,safety,slice,stories,witness}/**', RECORDED],
      ),
      systemProject('safety', ['test/safety/**/*.test.ts']),
      systemProject('stories', ['test/{slice,stories}/**/*.test.ts'], [RECORDED]),
      // One worker, and so one runtime: test/browser/shared-runtime.ts.
      inOneWorker(systemProject('browser', ['test/browser/**/*.test.ts'])),
      systemProject('witness', ['test/witness/**/*.test.ts']),
      systemProject('recorded', ['{engine,local,operations,projects,test}/**/*.recorded.test.ts']),
    ],
  },
});

/** The synthesized app, real clients, real processes, which wait most of the time. */
function systemProject(
  name: string,
  include: string[],
  exclude: string[] = [],
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      deps: { interopDefault: false },
      include,
      exclude,
      testTimeout: 180_000,
      hookTimeout: 300_000,
      // One more than CI's machines have cores, because a worker waits for processes more than half of its time.
      maxWorkers: 3,
      // As in the unit tests; a fifth of the processor time was imports of the CDK and the SDK.
      isolate: false,
      globalSetup: ['test/build-once.ts'],
      sequence: { groupOrder: 1 },
    },
  };
}

function inOneWorker({ test }: TestProjectInlineConfiguration): TestProjectInlineConfiguration {
  return { test: { ...test, maxWorkers: 1, sequence: { groupOrder: 2 } } };
}
