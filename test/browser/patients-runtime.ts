import { type _Object, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { labelledPatients, trainingPatients } from '../../cli/stories/patients.ts';
import { defineProject } from '../../definition/index.ts';
import { decide, findModelPackage } from '../../operations/index.ts';
import { adherence } from '../../projects/adherence/project.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { until } from '../slice/until.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';

const SEED = 140;
const ASKED_ROWS = 250;
/** How many of the predicted rows get labels: enough for a measurement. */
const LABELLED_ROWS = 200;
const REQUESTS = ['labelled', 'unlabelled'] as const;

const project = defineProject({
  ...adherence,
  serving: {
    ...adherence.serving,
    capturePercent: 100,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
  },
});

/** The rows of each request, and the labels of the first. */
const patients = labelledPatients(SEED, ASKED_ROWS);
const rowsOf = {
  labelled: patients.slice(0, LABELLED_ROWS),
  unlabelled: patients.slice(LABELLED_ROWS),
} as const satisfies Readonly<Record<(typeof REQUESTS)[number], unknown>>;

/** A runtime whose live model is asked about patients; it gives probabilities and explains rows. */
export async function startPatients(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project });
  const { slice } = runtime;
  await slice.trained(await slice.upload('adherence.csv', trainingPatients()));
  const { ModelPackageArn } = await findModelPackage(slice.connection, slice.project, {
    version: 1,
    status: 'PendingManualApproval',
  });
  await decide(slice.connection, ModelPackageArn, 'Approved', 'Good enough');
  await slice.promotions.end(await slice.promotions.begunBy(ModelPackageArn));
  for (const request of REQUESTS) await ask(slice, request);
  await until('captured requests', () => newestCapture(slice));
  return runtime;
}

async function ask(
  { connection, project: { endpointName } }: Slice,
  id: (typeof REQUESTS)[number],
) {
  await connection.sagemakerRuntime.send(
    new InvokeEndpointCommand({
      EndpointName: endpointName,
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: `${rowsOf[id].map(({ row }) => row).join('\n')}\n`,
      InferenceId: id,
    }),
  );
}

async function newestCapture({
  connection,
  project: { bucket },
}: Slice): Promise<_Object | undefined> {
  const { Contents = [] } = await connection.s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `captured/${project.name}/` }),
  );
  return Contents.at(-1);
}

/** Puts the labels of the first request where labels arrive, in SageMaker's shape. */
export async function putLabels(slice: Slice): Promise<void> {
  const at = (await newestCapture(slice))?.LastModified ?? new Date();
  const hour = at.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
  const line = JSON.stringify({
    groundTruthData: {
      data: rowsOf.labelled.map(({ label }) => label).join('\n'),
      encoding: 'CSV',
    },
    eventMetadata: { eventId: 'labelled' satisfies (typeof REQUESTS)[number] },
    eventVersion: '0',
  });
  await slice.put(`labels/${project.name}/${hour}/labels.jsonl`, `${line}\n`);
}
