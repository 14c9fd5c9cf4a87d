import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { monitoringOutputSchema, splitQuotedRow } from '../../events/index.ts';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { askLiveModel, decide, startMonitoring } from '../../operations/index.ts';
import { titanic } from '../../projects/titanic/project.ts';
import { generateTitanicSample } from '../../projects/titanic/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice, synthesizeSlice } from './slice-runtime.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** A minute on AWS takes a second of real time. */
const SPEED = 60;
const INFERENCE_ID = 'passenger-1';

const common = { gatherSeconds: 2, pollSeconds: 10 } as const;
const places = {
  instances: { type: 'instances' },
  serverless: { type: 'serverless', memoryMb: 2_048, maxConcurrency: 5 },
  lambda: { type: 'lambda', capturePercent: 100 },
  container: { type: 'container', taskCount: 1, capturePercent: 100 },
} as const;

/** Where our images answer, and capture as SageMaker does. */
const captures = (place: string) => place === 'lambda' || place === 'container';

/** Titanic, which serves in one of the places. */
function titanicOn(place: keyof typeof places) {
  return defineProject({
    ...(titanic as ProjectInput),
    name: `titanic-${place}`,
    registry: {
      ...titanic.registry,
      modelPackageGroup: `Titanic-${place}`,
      packaging: 'single-container',
    },
    serving: { ...common, ...places[place] },
    ...(captures(place) ? { monitoring: {} } : {}),
  });
}

let folder: string;
let runtime: Runtime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-places-'));
  const projects = (Object.keys(places) as (keyof typeof places)[]).map(titanicOn);
  const assembly = await synthesizeSlice(join(folder, 'assembly'), projects, {
    console: false,
    encryption: 'kms',
  });
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    speed: SPEED,
    assembly,
    logger: silentLogger,
  });
}, 180_000);

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

interface Trained {
  readonly place: string;
  readonly slice: Slice;
  /** Raw test rows. */
  readonly rows: readonly string[];
}

/** Real tasks on a busy machine take longer than what other tests wait for. */
function patiently<Answer>(look: () => Promise<Answer>): Promise<Answer> {
  return vi.waitFor(look, { timeout: 400_000 });
}

/** Trains on the same data in each place, and approves. */
async function goLive(place: string): Promise<Trained> {
  const slice = await Slice.at(runtime.endpoint, `titanic-${place}`);
  const { versionId } = await slice.upload('titanic.csv', generateTitanicSample(7));
  const begun = await patiently(() => slice.trainings.begunBy(versionId));
  const { output, cause } = await patiently(() => slice.trainings.end(begun));
  expect({ place, cause }).toEqual({ place, cause: undefined });
  const { modelPackage = '' } = output ?? {};
  await decide(slice.connection, modelPackage, 'Approved', 'Approved by a test');
  const promoted = await patiently(() =>
    slice.promotions.begunBy(`"${modelPackage}"`, '"Approved"'),
  );
  const promotion = await patiently(() => slice.promotions.end(promoted));
  // Not the path: of a function whose image is prepared for long it is longer than a page of the history.
  expect({ place, cause: promotion.cause, status: promotion.status }).toEqual({
    place,
    cause: undefined,
    status: 'SUCCEEDED',
  });
  const { CustomerMetadataProperties: metadata } = await slice.connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: modelPackage }),
  );
  const smoke = await slice.readJson(`${metadata?.['folder']}evaluation/smoke.json`);
  return { place, slice, rows: (smoke as { rows: { row: string }[] }).rows.map(({ row }) => row) };
}

/** The numbers of an answer, to six digits. */
async function answersOf({ slice }: Trained, rows: readonly string[], inferenceId?: string) {
  const { text } = await askLiveModel(slice.connection, slice.project, {
    body: `${rows.join('\n')}\n`,
    contentType: 'text/csv',
    ...(inferenceId === undefined ? {} : { inferenceId }),
  });
  return text
    .trim()
    .split(/[\n,]/)
    .map((number) => Number(number).toPrecision(6));
}

const AGE = titanic.dataset.columns.findIndex(({ name }) => name === 'age');
const LABEL = titanic.dataset.columns.findIndex(({ name }) => name === titanic.dataset.label);

/** Passengers without their label, each twenty years older. */
function olderPassengers(): readonly string[] {
  const [, ...lines] = generateTitanicSample(8, 300).trimEnd().split('\n');
  return lines.map((line) => {
    const fields = splitQuotedRow(line, ',') ?? [];
    const age = fields[AGE] ?? '';
    const older = fields.with(AGE, age === '' ? '' : String(Math.min(120, Number(age) + 20)));
    return older
      .toSpliced(LABEL, 1)
      .map((field) => `"${field}"`)
      .join(',');
  });
}

/** Has the last day judged. */
async function watch({ connection, project }: Slice) {
  const { monitoring } = project;
  if (monitoring === undefined) throw new Error(`${project.project} is not watched`);
  const executionArn = await startMonitoring(connection, { ...project, monitoring }, { hours: 24 });
  const { output } = await patiently(async () => {
    const found = await connection.states.send(new DescribeExecutionCommand({ executionArn }));
    expect(found.status).not.toBe('RUNNING');
    return found;
  });
  return monitoringOutputSchema.parse(JSON.parse(output ?? 'null'));
}

describe('The same rows', { timeout: 900_000 }, () => {
  it('are answered alike by the same model in each place', async () => {
    const live: Trained[] = [];
    for (const place of Object.keys(places)) live.push(await goLive(place));
    const rows = live[0]?.rows.slice(0, 20) ?? [];
    expect(rows.length).toBeGreaterThanOrEqual(3);

    const [first, ...others] = await Promise.all(
      live.map((trained) => answersOf(trained, rows, INFERENCE_ID)),
    );

    expect(new Set(first).size).toBeGreaterThan(1);
    expect(others).toEqual(others.map(() => first));
    for (const trained of live.filter(({ place }) => captures(place))) {
      await answersOf(trained, olderPassengers());
    }
  });

  it.each(['lambda', 'container'])(
    'are captured where monitoring finds drift: %s',
    async (place) => {
      const slice = await Slice.at(runtime.endpoint, `titanic-${place}`);
      const { bucket: Bucket, endpointName, project } = slice.project;
      const Prefix = `captured/${project}/${endpointName}/AllTraffic/`;

      // A container writes its lines every minute, a function those of each invocation.
      await vi.waitFor(
        async () => {
          const { Contents = [] } = await slice.connection.s3.send(
            new ListObjectsV2Command({ Bucket, Prefix }),
          );
          const keys = Contents.map(({ Key = '' }) => Key);
          const files = await Promise.all(keys.map((key) => slice.read(key)));
          const lines = files.flatMap((file) => file.toString('utf8').trim().split('\n'));
          for (const key of keys) {
            expect(key.slice(Prefix.length)).toMatch(/^\d{4}\/\d{2}\/\d{2}\/\d{2}\/[^/]+\.jsonl$/);
          }
          expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
            expect.objectContaining({
              captureData: expect.objectContaining({
                endpointInput: expect.objectContaining({ observedContentType: 'text/csv' }),
              }),
              eventMetadata: expect.objectContaining({ inferenceId: INFERENCE_ID }),
            }),
          );
        },
        { timeout: 120_000, interval: 1_000 },
      );
      const { drifted, outcome } = await watch(slice);
      expect(outcome).toBe('Drifted');
      expect(drifted).toContain('age');
    },
  );
});
