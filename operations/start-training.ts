import { randomUUID } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command, NotFound } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ProjectParameter, startableWorkflow, type TrainingInput } from '../events/index.ts';
import { visibleLine } from '../local/host/visible-text.ts';
import type { Clients } from './clients.ts';
import { Refusal } from './refusal.ts';

/** What a run does in another way than the project says. */
export type RunSettings = NonNullable<TrainingInput['settings']>;

/** A training that a person starts. */
export interface Run {
  /** The key, or what follows the project's prefix. @default the newest upload */
  readonly key?: string | undefined;
  /** @default the newest version of the key */
  readonly versionId?: string | undefined;
  readonly settings: RunSettings;
  /** Names the execution: started twice under one name, the same run is started once. @default a new one */
  readonly name?: string;
}

/**
 * Starts a training on data that was uploaded before.
 *
 * @returns the ARN of the execution
 * @throws Refusal where there is no such data
 */
export async function startTraining(
  connection: Clients,
  project: ProjectParameter,
  { key, versionId, settings, name }: Run,
): Promise<string> {
  const data = await findUpload(connection, project, key, versionId);
  const eventId = name ?? randomUUID();
  const input: TrainingInput = { eventId, bucket: project.bucket, object: data };
  const hasSettings = Object.keys(settings).length > 0;
  const { executionArn = '' } = await connection.states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, project.trainingStateMachineArn),
      name,
      input: JSON.stringify({ ...input, ...(hasSettings ? { settings } : {}) }),
    }),
  );
  return executionArn;
}

/** What closed a folder, or the file that is a dataset. */
async function findUpload(
  connection: Clients,
  project: ProjectParameter,
  given: string | undefined,
  version: string | undefined,
): Promise<TrainingInput['object']> {
  const { bucket } = project;
  const key = await keyOf(connection, project, given);
  try {
    const { ContentLength, ETag, VersionId } = await connection.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }),
    );
    return {
      key,
      size: ContentLength ?? 0,
      etag: (ETag ?? '').replaceAll('"', ''),
      'version-id': VersionId ?? 'null',
    };
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new Refusal(
      'data-not-found',
      `There is no s3://${bucket}/${visibleLine(key)}; nothing was started. Upload the data first, or name another key with --data.`,
    );
  }
}

async function keyOf(
  connection: Clients,
  { bucket, incomingPrefix, folder }: ProjectParameter,
  given: string | undefined,
): Promise<string> {
  const marker = folder?.marker;
  const closes = (key: string) => marker === undefined || key.endsWith(`/${marker}`);
  if (given === undefined) return newestKey(connection, bucket, incomingPrefix, closes);
  const key = given.startsWith(incomingPrefix) ? given : `${incomingPrefix}${given}`;
  if (folder === undefined) return key;
  const prefix = `${key.replace(/\/+$/, '')}/`;
  if (marker === undefined) return newestKey(connection, bucket, prefix, closes);
  return prefix.endsWith(`/${marker}/`) ? prefix.slice(0, -1) : `${prefix}${marker}`;
}

/** @param closes whether an object completes a dataset */
async function newestKey(
  { s3 }: Clients,
  Bucket: string,
  Prefix: string,
  closes: (key: string) => boolean,
): Promise<string> {
  let newest: { readonly key: string; readonly at: number } | undefined;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      if (!closes(Key)) continue;
      const at = LastModified?.getTime() ?? 0;
      if (newest === undefined || at >= newest.at) newest = { key: Key, at };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  if (newest !== undefined) return newest.key;
  throw new Refusal(
    'data-not-found',
    `Nothing was uploaded to s3://${Bucket}/${visibleLine(Prefix)} yet; nothing was started. Upload data with: stepmill upload FILE`,
  );
}
