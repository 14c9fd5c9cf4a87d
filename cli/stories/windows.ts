import { type _Object, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  type DriftReport,
  type MonitoringInput,
  type MonitoringOutput,
  monitoringOutputSchema,
  startableWorkflow,
} from '../../events/index.ts';
import { readDriftReport } from '../../operations/index.ts';
import { UserError } from '../terminal/user-error.ts';
import type { Scene } from './scene.ts';

/** Captures are dated to the second. */
const SECOND_MS = 1_000;

/** Sends rows to the endpoint in one request, which labels may name. */
export async function askFor(
  { connection, project }: Scene,
  rows: readonly string[],
  inferenceId?: string,
): Promise<void> {
  await connection.sagemakerRuntime.send(
    new InvokeEndpointCommand({
      EndpointName: project.endpointName,
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: `${rows.join('\n')}\n`,
      InferenceId: inferenceId,
    }),
  );
}

/** Waits until the request with this row is in the bucket. @returns a time after all requests of that file */
export function captured(scene: Scene, row: string): Promise<Date> {
  const { connection, project, promotions } = scene;
  return promotions.until('captured requests', async () => {
    const newest = await newestCapture(scene);
    if (newest === undefined) return undefined;
    const { Body } = await connection.s3.send(
      new GetObjectCommand({ Bucket: project.bucket, Key: newest.Key }),
    );
    const text = (await Body?.transformToString()) ?? '';
    return text.includes(row) ? new Date(timeOf(newest) + SECOND_MS) : undefined;
  });
}

/** When the newest captures were written; undefined where there are none. */
export async function lastCaptured(scene: Scene): Promise<Date | undefined> {
  const newest = await newestCapture(scene);
  return newest === undefined ? undefined : new Date(timeOf(newest));
}

async function newestCapture({ connection, project }: Scene): Promise<_Object | undefined> {
  const { Contents = [] } = await connection.s3.send(
    new ListObjectsV2Command({ Bucket: project.bucket, Prefix: `captured/${project.project}/` }),
  );
  return Contents.toSorted((one, other) => timeOf(other) - timeOf(one))[0];
}

function timeOf({ LastModified }: _Object): number {
  return LastModified?.getTime() ?? 0;
}

/** What came of a window; without a report where nothing was asked. */
export interface StoryWindow {
  readonly output: MonitoringOutput;
  readonly report: DriftReport | undefined;
}

/** Has a window judged. @throws UserError where it was not */
export async function judge(scene: Scene, input: MonitoringInput): Promise<StoryWindow> {
  const { connection, project } = scene;
  const { monitoring } = project;
  if (monitoring === undefined) {
    throw new UserError(`The model of ${project.project} is not watched; no window was judged.`);
  }
  const { executionArn = '' } = await connection.states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, monitoring.stateMachineArn),
      input: JSON.stringify(input),
    }),
  );
  const { status, output: text, cause } = await scene.watch(executionArn);
  if (status !== 'SUCCEEDED') {
    throw new UserError(`The window was not judged (${status}). ${cause ?? ''}`);
  }
  const output = monitoringOutputSchema.parse(JSON.parse(text ?? 'null'));
  const folder = (output.report ?? '').replace(`s3://${project.bucket}/`, '');
  return { output, report: await readDriftReport(connection, project, folder) };
}
