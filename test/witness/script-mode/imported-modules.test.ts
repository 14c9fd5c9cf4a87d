import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preparePythonEnvironment } from '../../../local/index.ts';
import { withImageLibraries } from '../../../local/jobs/serving/index.ts';
import { describeScriptMode } from '../../../local/jobs/training-toolkit.ts';
import { preparePythonPrograms } from '../../python-programs.ts';

/**
 * Witness: AWS's toolkits from PyPI. A script that uses what public training and serving scripts import of
 * them must see the same in a local job.
 */
const SCRIPT = resolve('test/witness/script-mode/imported_modules.py');

/** The older toolkit is older than Python 3.10; the images restore this name. */
const START =
  'import collections, collections.abc, runpy, sys; collections.Mapping = collections.abc.Mapping; runpy.run_path(sys.argv[1], run_name="__main__")';

let root: string;
let interpreters: { readonly theirs: string; readonly ours: string };

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stepmill-modules-'));
  const programs = await preparePythonPrograms(
    resolve('test/witness/script-mode/requirements.txt'),
  );
  const { interpreter } = await preparePythonEnvironment({ folder: '.stepmill/python' });
  interpreters = { theirs: join(programs, 'python'), ours: interpreter };
}, 600_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

const hyperparameters = { max_depth: '5', name: '"a b"', sagemaker_program: '"train.py"' };
const inputDataConfig = { train: { TrainingInputMode: 'File' }, validation: {} };
const resourceConfig = {
  current_host: 'algo-1',
  hosts: ['algo-1'],
  network_interface_name: 'eth0',
};

/** What the script prints, as a job's environment starts it. */
function run(interpreter: string, environment: Readonly<Record<string, string>>): unknown {
  const output = execFileSync(interpreter, ['-c', START, SCRIPT], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      PYTHONDONTWRITEBYTECODE: '1',
      SAGEMAKER_BASE_DIR: root,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(output.replaceAll(root, '/opt/ml'));
}

it('are there as in the images', () => {
  const config = join(root, 'input/config');
  mkdirSync(config, { recursive: true });
  const files = {
    hyperparameters,
    inputdataconfig: inputDataConfig,
    resourceconfig: resourceConfig,
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(config, `${name}.json`), JSON.stringify(content));
  }
  const { environment } = describeScriptMode({
    hyperparameters,
    channels: Object.keys(inputDataConfig),
    instanceType: 'ml.m5.large',
    processors: 2,
    framework: 'xgboost',
    inputDataConfig,
    resourceConfig,
    jobName: 'job',
    hasSetup: false,
    hasRequirements: false,
  });

  const theirs = run(interpreters.theirs, {});
  const ours = run(interpreters.ours, withImageLibraries(environment));

  expect(ours).toEqual(theirs);
});
