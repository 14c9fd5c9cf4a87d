import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { adherence } from '../../projects/adherence/project.ts';
import { generateEncounters } from '../../projects/adherence/sample.ts';
import { titanic } from '../../projects/titanic/project.ts';
import { generateTitanicSample } from '../../projects/titanic/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice, synthesizeSlice } from './slice-runtime.ts';
import { objectsUnderOtherKeys } from './stored-objects.ts';

// The same rows through the same scripts on every compute: from the upload to a registered model.

const PYTHON_FOLDER = '.stepmill/python';
/** pip installs the image's libraries once; afterwards they are in the cache. */
const TRAINING_TIMEOUT_MS = 300_000;
const LOOK_EVERY_MS = 500;

/** A project under another name, so that it stands beside itself with another compute. */
function copyOf(project: Project, name: string): Project {
  return defineProject({
    ...(project as ProjectInput),
    name,
    registry: { ...project.registry, modelPackageGroup: `Group-${name}` },
  });
}

const projects = [
  abalone,
  copyOf(abalone, 'abalone-lambda'),
  adherence,
  copyOf(adherence, 'adherence-fargate'),
  titanic,
  copyOf(titanic, 'titanic-onejob'),
  copyOf(titanic, 'titanic-onejob-sagemaker'),
  copyOf(titanic, 'titanic-onejob-fargate'),
];

/** As `-c compute=…`; what it does not name stays on SageMaker. */
const compute = {
  'abalone-lambda': 'lambda',
  'adherence-fargate': 'fargate',
  'titanic-onejob': { type: 'lambda', oneJob: true },
  'titanic-onejob-sagemaker': { type: 'sagemaker', oneJob: true },
  'titanic-onejob-fargate': { type: 'fargate', oneJob: true },
};

let folder: string;
let runtime: Runtime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-compute-'));
  const assembly = await synthesizeSlice(join(folder, 'assembly'), projects, {
    compute,
    encryption: 'kms',
  });
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  runtime = await startRuntime({
    ephemeral: true,
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    assembly,
    logger: silentLogger,
  });
}, TRAINING_TIMEOUT_MS);

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

/** What a training registered. */
interface Trained {
  readonly path: readonly string[];
  /** The evaluation, with numbers of six digits. */
  readonly evaluation: unknown;
  /** The names of the files in the model's archive. */
  readonly files: readonly string[];
}

async function train(project: string, rows: string): Promise<Trained> {
  const slice = await Slice.at(runtime.endpoint, project);
  const { versionId } = await slice.upload('rows.csv', rows);
  const executionArn = await slice.trainings.begunBy(versionId);
  while ((await statusOf(slice, executionArn)) === 'RUNNING') await pause(LOOK_EVERY_MS);
  const { cause, output, path } = await slice.trainings.end(executionArn);
  expect({ cause, end: path.at(-1) }).toEqual({ cause: undefined, end: 'Registered' });
  const run = `runs/${project}/${output?.datasetId}`;
  const evaluation = await slice.read(`${run}/evaluation/evaluation.json`);
  const { metadata, model } = await readPackage(slice, output?.modelPackage ?? '');
  expect(metadata).toMatchObject({ folder: `${run}/` });
  const archive = await slice.read(model.split('/').slice(3).join('/'));
  return {
    path,
    evaluation: JSON.parse(evaluation.toString('utf8'), (_name, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(6)) : value,
    ),
    files: await namesIn(archive),
  };
}

async function statusOf(slice: Slice, executionArn: string): Promise<string | undefined> {
  const { status } = await slice.connection.states.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  return status;
}

async function readPackage(slice: Slice, ModelPackageName: string) {
  const found = await slice.connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName }),
  );
  return {
    metadata: found.CustomerMetadataProperties,
    model: found.InferenceSpecification?.Containers?.at(-1)?.ModelDataUrl ?? '',
  };
}

async function namesIn(archive: Buffer): Promise<readonly string[]> {
  const file = join(folder, 'model.tar.gz');
  await writeFile(file, archive);
  const names: string[] = [];
  list({ file, sync: true, onReadEntry: (entry) => names.push(entry.path) });
  return names.toSorted();
}

/** Trains on SageMaker and on another compute at the same time: most of it is waiting. */
function trainBoth(project: string, other: string, rows: string) {
  return Promise.all([train(project, rows), train(other, rows)]);
}

describe('A training', { timeout: TRAINING_TIMEOUT_MS }, () => {
  it('of Abalone registers the same model from Lambda, through the same states', async () => {
    const rows = generateAbaloneSample(11, 800);

    const [usual, onLambda] = await trainBoth('abalone', 'abalone-lambda', rows);

    expect(onLambda).toEqual(usual);
  });

  it('of Adherence registers the same model from Fargate, through the same states', async () => {
    const rows = generateEncounters(7);

    const [usual, onFargate] = await trainBoth('adherence', 'adherence-fargate', rows);

    expect(onFargate).toEqual(usual);
  });

  it('of Titanic registers the same model from one container, of Lambda, SageMaker and Fargate', async () => {
    const rows = generateTitanicSample(7);

    const [usual, ...inOneJob] = await Promise.all([
      train('titanic', rows),
      train('titanic-onejob', rows),
      train('titanic-onejob-sagemaker', rows),
      train('titanic-onejob-fargate', rows),
    ]);

    const { evaluation, files } = usual;
    const jobs = ['Prepare data', 'Evaluate model'];
    const path = usual.path.filter((state) => !jobs.includes(state));
    expect(inOneJob).toEqual([
      { evaluation, files, path },
      { evaluation, files, path },
      { evaluation, files, path },
    ]);
  });

  it.each(projects.map(({ name }) => name))(
    'writes all its objects with the key of the project: %s',
    async (name) => {
      const { connection, project } = await Slice.at(runtime.endpoint, name);

      expect(await objectsUnderOtherKeys(connection, project)).toEqual([]);
    },
  );
});
