import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { type InputObject, type JobS3, readS3Url, writeObject } from '../jobs/s3-objects.ts';

/** The files that were predicted, and when the job started. */
export interface Captured {
  readonly objects: readonly InputObject[];
  readonly startTime: number;
}

/**
 * Writes which files a job read and wrote, below `input/` and `output/` of the capture's destination.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-batch.html
 */
export async function writeCaptureManifests(
  s3: JobS3,
  input: CreateTransformJobRequest,
  { objects, startTime }: Captured,
): Promise<void> {
  if (objects.length === 0) return;
  const { S3OutputPath = '' } = input.TransformOutput ?? {};
  const destination = readS3Url(input.DataCaptureConfig?.DestinationS3Uri ?? '');
  const hour = new Date(startTime).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
  const name = `${hour}/${s3.cloud.random.uuid()}.json`;
  const folder = withSlash(destination.Key);
  const write = (side: string, manifest: readonly unknown[]) =>
    writeObject(
      s3,
      { Bucket: destination.Bucket, Key: `${folder}${side}/${name}` },
      Buffer.from(JSON.stringify(manifest)),
    );
  await write('input', inputManifest(objects));
  const outputs = objects.map(({ path }) => `${path}.out`);
  await write('output', [{ prefix: withSlash(S3OutputPath) }, ...outputs]);
}

function inputManifest(objects: readonly InputObject[]): readonly unknown[] {
  const prefixes = new Set(objects.map(prefixOf));
  const [prefix = '', ...others] = prefixes;
  if (others.length === 0) return [{ prefix }, ...objects.map(({ path }) => path)];
  const bucket = `s3://${objects[0]?.place.Bucket}/`;
  return [{ prefix: bucket }, ...objects.map(({ place }) => place.Key)];
}

/** What comes before an object's path in its URL. */
function prefixOf({ place, path }: InputObject): string {
  return `s3://${place.Bucket}/${place.Key.slice(0, place.Key.length - path.length)}`;
}

function withSlash(text: string): string {
  return text === '' || text.endsWith('/') ? text : `${text}/`;
}
