import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import type { Api } from './api-state.ts';

/** `s3://bucket/key` */
export function splitUri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  return { bucket, key };
}

/** Reads a JSON file that never changes once it is there; undefined where it is not there or of another form. */
export async function readStored<Schema extends z.ZodType>(
  api: Api,
  schema: Schema,
  place: { readonly bucket: string; readonly key: string },
): Promise<z.output<Schema> | undefined> {
  try {
    const { Body } = await api.clients.s3.send(
      new GetObjectCommand({ Bucket: place.bucket, Key: place.key }),
    );
    const parsed = schema.safeParse(JSON.parse((await Body?.transformToString()) ?? 'null'));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether S3 says that an object is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchKey';
}
