import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stage } from '../../cli/stories/stage.ts';
import { askFor, captured } from '../../cli/stories/windows.ts';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import type { RetrainingDecision } from '../../events/index.ts';
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

it('labels of requests train the model again, once, and people approve it', async () => {
  const rows = rowsWithLabels();
  for (const { id, features } of rows) await askFor(stage, [features], id);
  await captured(stage, rows.at(-1)?.features ?? '');

  await putLabels(rows);
  const decision = await untilDecided('labels');

  expect(decision).toMatchObject({
    outcome: 'Training started',
    reason: `${LABELLED} labelled rows are new since the live model.`,
    rows: { newRows: LABELLED, unknown: 0 },
  });
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
