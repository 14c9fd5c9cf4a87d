import { S3ServiceException } from '@aws-sdk/client-s3';
import type { UnreadableObjects as Described } from '../events/index.ts';

const SHOWN = 5;

/**
 * Why an object that is there cannot be read: it is archived, encrypted with a key that the function may not use or that is
 * gone, or its policy denies it. Undefined of other errors.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html names `InvalidObjectState`. S3 hands on the error of KMS
 * as `AccessDenied`, and with a code such as `KMS.DisabledException`, and refuses an object with a key of its uploader
 * (SSE-C) as an `InvalidRequest`.
 */
export function whyUnreadable(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { message, name } = error;
  const isOfCustomerKey = name === 'InvalidRequest' && message.includes('Server Side Encryption');
  const isUnreadable =
    name === 'InvalidObjectState' || name === 'AccessDenied' || name.startsWith('KMS.');
  return isUnreadable || isOfCustomerKey ? name : undefined;
}

/** Objects that were left out because they could not be read; a few are named. */
export class UnreadableObjects {
  readonly #examples: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param reason the error's name */
  note(key: string, reason: string): void {
    this.#count += 1;
    if (this.#examples.length < SHOWN) this.#examples.push(`${key} (${reason})`);
  }

  describe(): Described {
    return { count: this.#count, examples: [...this.#examples] };
  }
}

/** All captures of a time are there, and none can be read. */
export class NothingReadable extends Error {
  constructor(prefix: string, { count, examples }: Described, consequence: string) {
    super(
      `None of the ${count} files of captures below ${prefix} can be read, such as ${examples[0] ?? ''}. ${consequence} Restore the objects from their archive, or let the function and the jobs use the key that they are encrypted with.`,
    );
    this.name = 'NothingReadable';
  }
}
