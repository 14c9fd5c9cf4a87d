import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../cloud/service-error.ts';
import { isRepeatable, recoverRepeated } from './repeat.ts';
import type { RequestSpec } from './request-spec.ts';
import type { Task } from './task.ts';

describe('a call that a crash interrupted', () => {
  it.each([
    ['GetObject', true],
    ['PutObject', true],
    ['CreateTrainingJob', true],
    ['StartExecution', true],
    ['DeleteItem', true],
    ['UpdateItem', true],
    ['CreateModelPackage', false],
    ['CreateMultipartUpload', false],
    ['PutEvents', false],
    ['PutLogEvents', false],
    ['PutMetricData', false],
    ['SendMessage', false],
    ['Publish', false],
    ['Invoke', false],
    ['StartQueryExecution', false],
  ])('of %s is repeated: %s', (operation, expected) => {
    expect(isRepeatable(operation, {})).toBe(expected);
  });

  it.each([
    [{ ClientToken: 'a' }, true],
    [{ ClientToken: '' }, false],
    [{ TaskDefinition: 'a' }, false],
    ['a', false],
  ])('of RunTask with %j is repeated: %s', (args, expected) => {
    expect(isRepeatable('RunTask', args)).toBe(expected);
  });
});

const CONFLICT = new ServiceError('PreconditionFailed', 'm', { status: 412 });

/** The result of a repeated call where the bucket holds a text. */
function recovered(
  stored: object,
  {
    operation = 'PutObject',
    resumed = true,
    error = CONFLICT,
  }: { readonly operation?: string; readonly resumed?: boolean; readonly error?: Error } = {},
): Promise<object | undefined> {
  const task = {
    invocation: { resumed },
    cloud: { call: async () => stored },
    principal: async () => undefined,
  } as unknown as Task;
  const input = { Bucket: 'b', Key: 'k', Body: 'mine' };
  return recoverRepeated({ operation } as RequestSpec, task, input, error);
}

describe('a repeated conditional write that is refused', () => {
  it('has succeeded before, if it finds its own bytes', async () => {
    expect(await recovered({ Body: 'mine', ETag: '"e"' })).toEqual({ ETag: '"e"' });
    expect(await recovered({ Body: Buffer.from('mine') })).toEqual({});
  });

  it.each<[what: string, stored: object, more: object]>([
    ['other bytes', { Body: 'other', ETag: '"e"' }, {}],
    ['another operation', { Body: 'mine' }, { operation: 'CopyObject' }],
    ['a first call', { Body: 'mine' }, { resumed: false }],
    [
      'another status',
      { Body: 'mine' },
      { error: new ServiceError('NoSuchBucket', 'm', { status: 404 }) },
    ],
    ['another error', { Body: 'mine' }, { error: Object.assign(new Error('m'), { status: 412 }) }],
  ])('has failed: %s', async (_, stored, more) => {
    expect(await recovered(stored, more)).toBeUndefined();
  });
});
