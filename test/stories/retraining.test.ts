import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stage } from '../../cli/stories/stage.ts';
import { askFor, captured, judge } from '../../cli/stories/windows.ts';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { type RetrainingDecision, SMOKE_TEST_INFERENCE_ID } from '../../events/index.ts';
import {
  listModelPackages,
  listRetrainingDecisions,
  startRetraining,
} from '../../operations/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

/*
 * Labels that arrive start a training on the running app, through the rule, the roles and the functions of the stack; and
 * nothing else does.
 */

const retrained = defineProject({
  ...(abalone as ProjectInput),
  monitoring: {},
  retraining: { triggers: ['labels'], settleMinutes: 1, minimumNewRows: 100 },
});

const LABELLED = 120;

let test: TestStage;
let stage: Stage;

beforeAll(async () => {
  test = await setTestStage({ project: retrained, serving: { capturePercent: 100 } });
  stage = test.stage;
}, 300_000);

afterAll(() => test?.close());

function project() {
  const { retraining } = stage.project;
  if (retraining === undefined) throw new Error('The project has no retraining.');
  return { ...stage.project, retraining };
}

const decisions = () => listRetrainingDecisions(stage.connection, project(), 20);

function untilDecided(trigger: string): Promise<RetrainingDecision> {
  return stage.promotions.until(`decision by ${trigger}`, async () =>
    (await decisions()).find((decision) => decision.trigger === trigger),
  );
}

interface Labelled {
  readonly id: string;
  readonly features: string;
  readonly label: string;
}

function rowsWithLabels(): readonly Labelled[] {
  return generateAbaloneSample(77)
    .trim()
    .split('\n')
    .slice(0, LABELLED)
    .map((row, index) => {
      const fields = row.split(',');
      return { id: `r${index}`, features: fields.slice(0, -1).join(), label: fields.at(-1) ?? '' };
    });
}

/** Each label in an object of its own. */
async function putLabels(rows: readonly Labelled[]): Promise<void> {
  const hour = new Date().toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
  await Promise.all(
    rows.map(({ id, label }) =>
      stage.connection.s3.send(
        new PutObjectCommand({
          Bucket: stage.project.bucket,
          Key: `labels/abalone/${hour}/${id}.jsonl`,
          Body: `${JSON.stringify({
            groundTruthData: { data: label, encoding: 'CSV' },
            eventMetadata: { eventId: id },
            eventVersion: '0',
          })}\n`,
        }),
      ),
    ),
  );
}

/** When the test rows of rollouts were answered, of all that is captured. */
async function listTestRows(): Promise<readonly string[]> {
  const { connection, project: own } = stage;
  const times: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: connection.s3 },
    { Bucket: own.bucket, Prefix: 'captured/abalone/' },
  )) {
    for (const { Key } of Contents) {
      const object = await connection.s3.send(new GetObjectCommand({ Bucket: own.bucket, Key }));
      const lines = ((await object.Body?.transformToString()) ?? '').trim().split('\n');
      for (const line of lines) {
        const { eventMetadata: event } = JSON.parse(line) as {
          readonly eventMetadata: { readonly inferenceId?: string; readonly inferenceTime: string };
        };
        if (event.inferenceId?.startsWith(SMOKE_TEST_INFERENCE_ID)) times.push(event.inferenceTime);
      }
    }
  }
  return times.toSorted();
}

it('labels of requests train the model again, once, and people approve it', async () => {
  const rows = rowsWithLabels();
  for (const { id, features } of rows) await askFor(stage, [features], id);
  await captured(stage, rows.at(-1)?.features ?? '');

  await putLabels(rows);
  const decision = await untilDecided('labels');

  expect(decision).toMatchObject({
    outcome: 'Training started',
    reason: `${LABELLED} labelled rows are new since the live model.`,
    // With the request that was waited for; without the test rows that the first rollout sent.
    rows: { newRows: LABELLED, unknown: 0, requests: LABELLED },
  });
  expect((await listTestRows()).length).toBeGreaterThan(0);
  const [newest] = await stage.promotions.until('a second model', async () => {
    const packages = await listModelPackages(stage.connection, stage.project);
    return packages.length > 1 ? packages : undefined;
  });
  const model = await stage.connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: newest?.ModelPackageArn }),
  );
  expect(model.ModelApprovalStatus).toBe('PendingManualApproval');
  expect(model.CustomerMetadataProperties).toMatchObject({
    datasetId: decision.dataset?.id,
    startedBy: 'retraining',
    retrainingTrigger: 'labels',
    retrainingDecision: decision.decision,
    labelledUntil: decision.rows?.until,
  });

  await startRetraining(stage.connection, project());
  const asked = await untilDecided('request');
  expect(asked).toMatchObject({
    outcome: 'Not enough new rows',
    reason: `${LABELLED} labelled rows are new since the live model, and ${LABELLED + 100} are needed: 100 more than the last training had.`,
  });
  expect(await decisions()).toHaveLength(2);
}, 240_000);

it('the test rows of a rollout that is rolled back are captured, and count neither for drift nor for training', async () => {
  const { promotions } = stage;
  const nonsense = await stage.register('nonsense', 'nonsense');
  const before = (await listTestRows()).length;
  const { path } = await promotions.end(await promotions.begin(nonsense, 'Approved'));
  expect(path.at(-1)).toBe('Rolled back');
  await promotions.until('its test rows in the bucket', async () => {
    const times = await listTestRows();
    return times.length > before ? times : undefined;
  });

  const { output, report } = await judge(stage, { eventId: 'test rows', windowHours: 1_000 });
  await startRetraining(stage.connection, project());
  const decision = await stage.promotions.until('a second decision by request', async () => {
    const asked = (await decisions()).filter(({ trigger }) => trigger === 'request');
    return asked.length > 1 ? asked[0] : undefined;
  });

  const inWindow = (await listTestRows()).filter((time) => time >= (output.window?.start ?? ''));
  expect(inWindow.length).toBeGreaterThan(0);
  expect(report).toMatchObject({ rows: LABELLED });
  expect(decision.rows?.requests).toBe(LABELLED);
}, 240_000);
