import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Scene } from './scene.ts';

/** What became of the rows of a request. */
export interface LabelledRequest {
  /** The inference id that it was sent with. */
  readonly id: string;
  /** The labels of its rows, in row order. */
  readonly labels: readonly string[];
}

/**
 * Writes labels of requests as SageMaker's ground truth.
 *
 * @param at below whose hour the file lies
 * @param name of the file
 */
export async function putLabels(
  { connection: { s3 }, project }: Scene,
  at: Date,
  name: string,
  requests: readonly LabelledRequest[],
): Promise<void> {
  const hour = at.toISOString().slice(0, 13).replace(/[-T]/g, '/');
  const lines = requests.map(({ id, labels }) =>
    JSON.stringify({
      groundTruthData: { data: labels.join('\n'), encoding: 'CSV' },
      eventMetadata: { eventId: id },
      eventVersion: '0',
    }),
  );
  await s3.send(
    new PutObjectCommand({
      Bucket: project.bucket,
      Key: `labels/${project.project}/${hour}/${name}.jsonl`,
      Body: `${lines.join('\n')}\n`,
    }),
  );
}
