import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  type ProjectParameter,
  type RetrainingDecision,
  retrainingDecisionSchema,
} from '../events/index.ts';
import type { Clients } from './clients.ts';

type Retrained = Pick<ProjectParameter, 'bucket'> & Required<Pick<ProjectParameter, 'retraining'>>;

/**
 * The last decisions, the newest first: their keys are so named. A record that is none is left out.
 *
 * @param count at most so many, up to a thousand
 */
export async function listRetrainingDecisions(
  { s3 }: Clients,
  { bucket: Bucket, retraining }: Retrained,
  count: number,
): Promise<readonly RetrainingDecision[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({
      Bucket,
      Prefix: retraining?.decisionsPrefix,
      Delimiter: '/',
      MaxKeys: count,
    }),
  );
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
  return texts.flatMap((text) => parseDecision(text) ?? []);
}

function parseDecision(text: string): RetrainingDecision | undefined {
  try {
    return retrainingDecisionSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
