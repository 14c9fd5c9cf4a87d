import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Project } from '../../definition/index.ts';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice, synthesizeSlice } from './slice-runtime.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** The timeout of the script that hangs; the others end by themselves, also on a slow machine. */
const TIMEOUT_SECONDS = 4;
/** The maximum length of a cause, so that much output does not exceed a state's data. */
const LONGEST_REASON = 2_000;

/** Scripts that replace the preprocessing, by project. */
const scripts: Readonly<Record<string, string>> = {
  exits: 'import sys\nprint("reading the data")\nsys.exit("no column is named rings")\n',
  hangs: 'import time\nprint("waiting for a lock", flush=True)\ntime.sleep(3600)\n',
  floods:
    'for line in range(200_000):\n    print("line", line, "x" * 40)\nraise SystemExit("enough was said")\n',
  silent: 'print("nothing to do today")\n',
};

let folder: string;
let runtime: Runtime;

/** Writes Abalone with another preprocessing script. */
async function writeProject(name: string): Promise<Project> {
  const code = join(folder, name);
  await cp(abalone.code, code, { recursive: true });
  await writeFile(join(code, abalone.processing.script), scripts[name] ?? '');
  const timeoutSeconds = name === 'hangs' ? TIMEOUT_SECONDS : abalone.processing.timeoutSeconds;
  return {
    ...abalone,
    name,
    code: relative('.', code),
    processing: { ...abalone.processing, timeoutSeconds },
    registry: { ...abalone.registry, modelPackageGroup: `Bad-${name}` },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-bad-scripts-'));
  const projects = await Promise.all(Object.keys(scripts).map(writeProject));
  const assembly = await synthesizeSlice(join(folder, 'assembly'), projects);
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  runtime = await startRuntime({
    ephemeral: true,
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    assembly,
    logger: silentLogger,
  });
}, 120_000);

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

describe.concurrent('A script', { timeout: 120_000 }, () => {
  it.each<[string, string, string, RegExp]>([
    ['that exits non-zero', 'exits', 'Prepare data', /no column is named rings/],
    ['that hangs', 'hangs', 'Prepare data', /waiting for a lock/],
    ['that prints megabytes', 'floods', 'Prepare data', /enough was said/],
    [
      'that writes no output',
      'silent',
      'Train model',
      /"Prepare data" completed and said: [\s\S]*nothing to do today/,
    ],
  ])('%s fails the training with its own last lines', async (_, project, state, lastLines) => {
    const slice = await Slice.at(runtime.endpoint, project);
    const upload = await slice.upload('data.csv', generateAbaloneSample(5, 300));

    const { status, cause, path } = await slice.trained(upload);

    expect({ status, end: path.at(-1) }).toEqual({ status: 'FAILED', end: 'Failed' });
    expect(cause).toMatch(lastLines);
    expect(cause).toMatch(new RegExp(`^${state}: `));
    expect(cause?.length).toBeLessThan(LONGEST_REASON);
  });
});
