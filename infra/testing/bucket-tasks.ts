import { createHash } from 'node:crypto';
import { TaskError } from './run-workflow.ts';

/** The bucket as the workflows' SDK tasks see it: conditional writes, versions, entity tags. */
export class BucketTasks {
  readonly objects = new Map<string, unknown>();

  put(request: Record<string, unknown>): unknown {
    const key = String(request['Key']);
    if (request['IfNoneMatch'] === '*' && this.objects.has(key)) throw preconditionFailed();
    if (request['IfMatch'] !== undefined && this.#tag(key) !== request['IfMatch']) {
      throw preconditionFailed();
    }
    this.objects.set(key, request['Body']);
    return { ETag: this.#tag(key) };
  }

  get(request: Record<string, unknown>): unknown {
    const key = String(request['Key']);
    if (!this.objects.has(key)) throw noSuchKey();
    return { Body: JSON.stringify(this.objects.get(key)), ETag: this.#tag(key) };
  }

  head(request: Record<string, unknown>): unknown {
    const key = String(request['Key']);
    if (!this.objects.has(key)) throw noSuchKey();
    return { ETag: this.#tag(key) };
  }

  remove(request: Record<string, unknown>): unknown {
    this.objects.delete(String(request['Key']));
    return {};
  }

  #tag(key: string): string {
    const text = JSON.stringify(this.objects.get(key)) ?? '';
    return `"${createHash('md5').update(text).digest('hex')}"`;
  }
}

export function preconditionFailed(): TaskError {
  return new TaskError(
    'S3.S3Exception',
    'At least one of the pre-conditions you specified did not hold (Service: S3, Status Code: 412, Request ID: R)',
  );
}

export function noSuchKey(): TaskError {
  return new TaskError(
    'S3.NoSuchKeyException',
    'The specified key does not exist. (Service: S3, Status Code: 404, Request ID: R)',
  );
}
