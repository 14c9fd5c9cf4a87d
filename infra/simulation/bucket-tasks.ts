import { createHash } from 'node:crypto';
import { TaskError } from './run-workflow.ts';

/** The bucket for the workflows' SDK tasks: objects and their entity tags. */
export class BucketTasks {
  readonly objects = new Map<string, unknown>();

  head(request: Record<string, unknown>): unknown {
    const key = String(request['Key']);
    if (!this.objects.has(key)) throw noSuchKey();
    return { ETag: this.#tag(key) };
  }

  #tag(key: string): string {
    const text = JSON.stringify(this.objects.get(key)) ?? '';
    return `"${createHash('md5').update(text).digest('hex')}"`;
  }
}

export function noSuchKey(): TaskError {
  return new TaskError(
    'S3.NoSuchKeyException',
    'The specified key does not exist. (Service: S3, Status Code: 404, Request ID: R)',
  );
}
