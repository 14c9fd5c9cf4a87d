import { createHash } from 'node:crypto';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import type { AnswerOf, Routes } from '../../api/index.ts';
import type { ProjectParameter } from '../../events/index.ts';
import type { Api } from './api-state.ts';
import { describeExecution, readOutput, timeOf } from './executions.ts';
import { versionOf } from './version-name.ts';

/** One version of an uploaded object. */
export interface Upload {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly at: Date | undefined;
}

export type DatasetSummary = AnswerOf<Routes['listDatasets']>['datasets'][number];

/** The id that the training workflow gives an upload: `workflows/training/dataset.ts`. */
export function idOfUpload({ bucket }: ProjectParameter, { key, versionId }: Upload): string {
  return createHash('sha256').update(`${bucket}\n${key}\n${versionId}`).digest('hex').slice(0, 32);
}

/** What became of uploads. */
export async function summarizeUploads(
  api: Api,
  resources: ProjectParameter,
  uploads: readonly Upload[],
): Promise<readonly DatasetSummary[]> {
  const ids = uploads.map((upload) => idOfUpload(resources, upload));
  const owners = await readOwners(api, resources, ids);
  return Promise.all(
    uploads.map(async (upload, index) => {
      const id = ids[index] ?? '';
      const fate = await readFate(api, resources, owners.get(id));
      return {
        project: resources.project,
        dataset: id,
        name: upload.key.slice(resources.incomingPrefix.length),
        uri: `s3://${resources.bucket}/${upload.key}`,
        versionId: upload.versionId,
        sizeBytes: upload.sizeBytes,
        uploadedAt: timeOf(upload.at),
        ...fate,
      };
    }),
  );
}

/** DynamoDB gives a hundred at once. */
const KEYS_OF_A_BATCH = 100;

/** The executions that have claimed datasets. */
export async function readOwners(
  { clients }: Api,
  { claimsTable }: ProjectParameter,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const keys = [...new Set(ids)]
    .slice(0, KEYS_OF_A_BATCH)
    .map((id) => ({ claim: { S: `dataset#${id}` } }));
  if (keys.length === 0) return new Map();
  const { Responses } = await clients.dynamodb.send(
    new BatchGetItemCommand({ RequestItems: { [claimsTable]: { Keys: keys } } }),
  );
  return new Map(
    (Responses?.[claimsTable] ?? []).map((item) => [
      item['claim']?.S?.slice('dataset#'.length) ?? '',
      item['owner']?.S ?? '',
    ]),
  );
}

type Fate = Pick<DatasetSummary, 'state' | 'execution' | 'model'>;

const stateOfOutcome: Readonly<Record<string, Fate['state']>> = {
  Registered: 'registered',
  'Below the gate': 'below-gate',
  'Dataset rejected': 'refused',
  Duplicate: 'duplicate',
  Superseded: 'superseded',
};

async function readFate(
  api: Api,
  { project }: ProjectParameter,
  executionArn: string | undefined,
): Promise<Fate> {
  if (executionArn === undefined || executionArn === '') return { state: 'received' };
  const execution = executionArn.split(':').at(-1) ?? '';
  const found = await describeExecution(api, executionArn).catch(() => undefined);
  // Step Functions has forgotten it.
  if (found === undefined) return { state: 'received', execution };
  if (found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE') {
    return { state: 'training', execution };
  }
  const { outcome = '', modelPackage } = readOutput(found.output);
  const model = versionOf(project, modelPackage);
  return {
    state: stateOfOutcome[outcome] ?? 'failed',
    execution,
    ...(model === undefined ? {} : { model }),
  };
}
