import {
  CreateBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf } from '../../testing/recorded-answers.testing.ts';
import { createS3Service } from './index.ts';

let runtime: TestRuntime;
let s3: S3Client;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service]);
  s3 = new S3Client(runtime.clientConfig);
  await s3.send(new CreateBucketCommand({ Bucket: 'lifecycle' }));
});

afterAll(() => runtime.stop());

const put = (...rules: readonly Partial<LifecycleRule>[]) =>
  errorOf(
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: 'lifecycle',
        LifecycleConfiguration: {
          Rules: rules.map((rule) => ({ Status: 'Enabled', ...rule })),
        },
      }),
    ),
  );

const Filter = {};
const Expiration = { Days: 7 };
const MALFORMED = {
  status: 400,
  code: 'MalformedXML',
  message:
    'The XML you provided was not well-formed or did not validate against our published schema',
};
const refused = (code: string, message: string) => ({ status: 400, code, message });

// AWS's answers in the snapshots of LocalStack's tests (Apache-2.0): tests/aws/services/s3/test_s3.snapshot.json,
// test_put_bucket_lifecycle_conf_exc, commit 8b9a79f0 (2026-03-23).
it.each<[string, Partial<LifecycleRule>, object]>([
  ['neither filter nor prefix', { Expiration }, MALFORMED],
  [
    'an empty expiration of former versions',
    { Filter, Expiration, NoncurrentVersionExpiration: {} },
    MALFORMED,
  ],
  [
    'And beside a prefix',
    { Filter: { And: { Prefix: 'test' }, Prefix: '' }, Expiration },
    MALFORMED,
  ],
  ['two conditions', { Filter: { ObjectSizeGreaterThan: 500, Prefix: '' }, Expiration }, MALFORMED],
  [
    'days beside a delete marker',
    { Filter, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } },
    MALFORMED,
  ],
  [
    'a date that is not midnight',
    { Filter, Expiration: { Date: new Date('2023-01-01T02:02:00Z') } },
    refused('InvalidArgument', "'Date' must be at midnight GMT"),
  ],
  [
    'a tag key twice',
    {
      Filter: {
        And: {
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'a', Value: '2' },
          ],
        },
      },
      Expiration,
    },
    refused('InvalidRequest', 'Duplicate Tag Keys are not allowed.'),
  ],
])('refuses a rule with %s', async (_what, rule, expected) => {
  expect(await put(rule)).toEqual(expected);
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html; the sentences are those that users of
// Terraform's AWS provider report.
it.each<[string, Partial<LifecycleRule>, object]>([
  [
    'zero days',
    { Filter, Expiration: { Days: 0 } },
    refused('InvalidArgument', "'Days' for Expiration action must be a positive integer"),
  ],
  ['days beside a date', { Filter, Expiration: { Days: 1, Date: new Date(0) } }, MALFORMED],
  ['filter and prefix', { Filter, Prefix: 'a', Expiration }, MALFORMED],
  ['an empty expiration', { Filter, Expiration: {} }, MALFORMED],
  [
    'no action',
    { Filter },
    refused('InvalidRequest', 'At least one action needs to be specified in a rule'),
  ],
  [
    'a long id',
    { ID: 'i'.repeat(256), Filter, Expiration },
    refused('InvalidArgument', 'ID length should not exceed allowed limit of 255'),
  ],
  [
    'an early transition',
    { Filter, Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] },
    refused(
      'InvalidArgument',
      "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
    ),
  ],
  [
    'zero days of former versions',
    { Filter, NoncurrentVersionExpiration: { NoncurrentDays: 0 } },
    refused(
      'InvalidArgument',
      "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
    ),
  ],
  [
    'an abort by tag',
    {
      Filter: { Tag: { Key: 'a', Value: '1' } },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
    refused('InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags.'),
  ],
])('refuses a rule with %s', async (_what, rule, expected) => {
  expect(await put(rule)).toEqual(expected);
});

it('refuses two rules with one id', async () => {
  expect(await put({ ID: 'a', Filter, Expiration }, { ID: 'a', Filter, Expiration })).toEqual(
    refused('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule'),
  );
});

it('accepts rules that S3 accepts', async () => {
  expect(
    await put(
      { ID: 'a', Prefix: '', Expiration: { ExpiredObjectDeleteMarker: true } },
      { Filter: { Prefix: 'x' }, Expiration: { Date: new Date('2027-01-01T00:00:00Z') } },
      {
        Filter,
        Transitions: [{ Days: 0, StorageClass: 'GLACIER' }],
        NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ),
  ).toBe('succeeded');
});
