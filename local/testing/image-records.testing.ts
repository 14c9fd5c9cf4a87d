import { createHash } from 'node:crypto';
import type { Cloud } from '../cloud/cloud.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const CONTENT = Buffer.from('{}');
const DIGEST = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

/** Stores a repository in ECR with a layer, a tagged image, and an unfinished upload. */
export async function createImageRecords(cloud: Pick<Cloud, 'call'>): Promise<void> {
  const repositoryName = 'images';
  const call = <Output = unknown>(operation: string, input: object = {}) =>
    cloud.call<Output>(ROOT, 'ecr', operation, { repositoryName, ...input });
  await call('CreateRepository');
  const { uploadId } = await call<{ readonly uploadId: string }>('InitiateLayerUpload');
  const part = { uploadId, partFirstByte: 0, partLastByte: CONTENT.byteLength - 1 };
  await call('UploadLayerPart', { ...part, layerPartBlob: CONTENT });
  await call('CompleteLayerUpload', { uploadId, layerDigests: [DIGEST] });
  const config = { mediaType: 'application/json', digest: DIGEST, size: CONTENT.byteLength };
  const imageManifest = JSON.stringify({ schemaVersion: 2, config, layers: [] });
  await call('PutImage', { imageManifest, imageTag: 'one' });
  await call('InitiateLayerUpload');
}
