import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Stores a value as an object of JSON. */
export async function writeJson(
  client: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  value: unknown,
): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: JSON.stringify(value),
      ContentType: 'application/json',
    }),
  );
}
