import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../../cloud/service-error.ts';
import { downloadPrefix, type JobS3, writeObject } from './s3-objects.ts';

/** S3 with a body or an error for each key. */
function s3With(bodies: Readonly<Record<string, () => unknown>>): JobS3 {
  const call = async (_role: unknown, _service: string, operation: string, input: object) => {
    if (operation === 'ListObjectsV2') {
      return { Contents: Object.keys(bodies).map((Key) => ({ Key })) };
    }
    return { Body: bodies[(input as { readonly Key: string }).Key]?.() };
  };
  return { cloud: { call }, role: {} } as never;
}

async function* slowly() {
  for (let chunk = 0; chunk < 20; chunk += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    yield Buffer.from('x');
  }
}

function refuse(): never {
  throw new ServiceError('AccessDenied', 'No.');
}

describe('an upload', () => {
  it.each([
    [
      'the key of the job',
      { keyId: 'alias/team' },
      { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/team' },
    ],
    [
      'none, so that S3 takes aws/s3, where the job has none',
      { keyId: '' },
      { ServerSideEncryption: 'aws:kms' },
    ],
    ['nothing where it is no result of a job, so that the bucket decides', undefined, {}],
  ])('names %s', async (_name, results, headers) => {
    const inputs: unknown[] = [];
    const call = async (_role: unknown, _service: string, _operation: string, input: object) => {
      inputs.push(input);
    };
    const s3 = { cloud: { call }, role: {}, results } as never;

    await writeObject(s3, { Bucket: 'bucket', Key: 'key' }, Buffer.from('x'));

    expect(inputs).toEqual([{ Bucket: 'bucket', Key: 'key', Body: Buffer.from('x'), ...headers }]);
  });
});

describe('a download in which one object fails', () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'stepmill-download-')), 'job');
  });

  afterEach(async () => {
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  it('ends after all its copies, so that the folder stays removed', async () => {
    let asked = 0;
    const late = () => {
      asked += 1;
      return Readable.from(slowly());
    };
    const keys = Array.from({ length: 50 }, (_, index) => [`data/${index}/late`, late] as const);
    const s3 = s3With({ 'data/refused': refuse, ...Object.fromEntries(keys) });

    const download = downloadPrefix(s3, 's3://bucket/data/', folder);
    await expect(download).rejects.toThrow(/GetObject failed .*AccessDenied/);
    await rm(folder, { recursive: true });
    const askedBefore = asked;
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(asked).toBe(askedBefore);
    expect(existsSync(folder)).toBe(false);
  });

  it('cancels the other copies in progress', async () => {
    let isDestroyed = false;
    const endless = () =>
      new Readable({
        read() {},
        destroy(error, done) {
          isDestroyed = true;
          done(error);
        },
      });
    const s3 = s3With({ 'data/endless': endless, 'data/refused': refuse });

    await expect(downloadPrefix(s3, 's3://bucket/data/', folder)).rejects.toThrow(/AccessDenied/);

    expect(isDestroyed).toBe(true);
  });
});
