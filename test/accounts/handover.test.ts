import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand, ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Accounts,
  decide,
  FOLDER,
  files,
  MODEL,
  PREPROCESSOR,
  register,
  startAccounts,
} from './accounts.ts';
import type { Environment } from './environment.ts';
import { imagePermissions } from './image-permissions.ts';
import { deleteImage, type PushedImage, pullImage, pushImage, repositoryUri } from './images.ts';
import { type Permission, permissions } from './permissions.ts';

/**
 * A model is promoted from dev to staging to prod, three accounts in one runtime. Its archives are texts, so the
 * promotions that would serve them are switched off; those are tested in test/slice and test/stories.
 */
let all: Accounts;
let dev: Environment;
let staging: Environment;
let prod: Environment;

beforeAll(async () => {
  all = await startAccounts('copy');
  ({ dev, staging, prod } = all);
  for (const each of [dev, staging, prod]) {
    await each.events.send(new DisableRuleCommand({ Name: `${each.names.qualified}-approval` }));
  }
});

afterAll(() => all.stop());

describe('a model that is approved', () => {
  it('goes from account to account, each of which approves it', async () => {
    const first = await register(dev);
    await decide(dev, first, 'Approved');
    const [second] = await staging.handedOver(first);
    const pending = await staging.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: second }),
    );
    await decide(staging, second, 'Approved');
    const [third] = await prod.handedOver(second);
    const last = await prod.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: third }),
    );

    expect(pending).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      CustomerMetadataProperties: { sourcePackageArn: first, sourceEnvironment: 'dev' },
    });
    expect(last).toMatchObject({
      ModelPackageGroupName: 'prod--AbaloneModelPackageGroup',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          { ModelDataUrl: `s3://${prod.bucket}/${PREPROCESSOR}` },
          { ModelDataUrl: `s3://${prod.bucket}/${MODEL}` },
        ],
      },
      CustomerMetadataProperties: {
        sourcePackageArn: second,
        sourceEnvironment: 'staging',
        originPackageArn: first,
        manifest: `s3://${prod.bucket}/${FOLDER}manifest.json`,
        'metric.mse': '4.1',
      },
    });
    // Under keys of KMS the entity tags of copies are their own.
    expect(last.CustomerMetadataProperties?.['sourceDigest']).toBe(
      pending.CustomerMetadataProperties?.['fingerprint'],
    );
    const { Contents } = await prod.s3.send(
      new ListObjectsV2Command({ Bucket: prod.bucket, Prefix: FOLDER }),
    );
    expect(Contents?.map(({ Key }) => Key)).toEqual(
      [...Object.keys(files), `${FOLDER}handover.json`].sort(),
    );
    const { Body, ...object } = await prod.s3.send(
      new GetObjectCommand({ Bucket: prod.bucket, Key: MODEL }),
    );
    expect(object).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringContaining(`:${prod.account}:key/`) as unknown,
    });
    expect(await Body?.transformToString()).toBe('model');
  });

  it('is copied once, and its rejection does not touch the copy', async () => {
    const arn = await register(dev);
    await decide(dev, arn, 'Approved');
    const [copied] = await staging.handedOver(arn);
    await decide(dev, arn, 'Rejected');
    await decide(dev, arn, 'Approved');
    await staging.handedOver(arn, 2);

    const { ModelPackageSummaryList = [] } = await staging.sagemaker.send(
      new ListModelPackagesCommand({ ModelPackageGroupName: staging.names.modelPackageGroup }),
    );
    expect(
      ModelPackageSummaryList.filter(({ ModelPackageArn }) => ModelPackageArn === copied),
    ).toMatchObject([{ ModelApprovalStatus: 'PendingManualApproval' }]);
    expect(await staging.outcomesOf(arn)).toEqual(['Handed over', 'Already there']);
  });
});

describe('without', () => {
  it.each(Object.entries(permissions))(
    '%s exactly one step fails, in the words of AWS',
    async (_name, permission: Permission) => {
      const arn = await register(dev);
      const giveBack = await permission.remove({ dev, staging });
      try {
        await decide(dev, arn, 'Approved');

        if ('undelivered' in permission) {
          expect(await dev.undelivered(arn)).toEqual({
            code: 'NO_PERMISSIONS',
            message: expect.stringContaining(permission.undelivered) as unknown,
          });
          expect(await staging.outcomesOf(arn)).toEqual([]);
        } else {
          expect(await staging.failureOf(arn)).toEqual({
            state: permission.state,
            reason: expect.stringContaining(permission.words) as unknown,
          });
        }
      } finally {
        await giveBack();
      }
      await decide(dev, arn, 'Rejected');
      await decide(dev, arn, 'Approved');
      expect(await staging.handedOver(arn)).toHaveLength(1);
    },
  );
});

describe('an image of the team', () => {
  let pushed: PushedImage;

  beforeAll(async () => {
    pushed = await pushImage(dev, '1.0');
  });

  it.each(Object.entries(imagePermissions))(
    'is not copied without %s, in the words of AWS',
    async (_name, permission: Permission) => {
      const { state, words } = permission as { readonly state: string; readonly words: string };
      const arn = await register(dev, pushed.name);
      const giveBack = await permission.remove({ dev, staging });
      try {
        await decide(dev, arn, 'Approved');

        expect(await staging.failureOf(arn)).toEqual({
          state,
          reason: expect.stringContaining(words) as unknown,
        });
      } finally {
        await giveBack();
      }
    },
  );

  it('goes with its model from account to account, and each package names its own copy', async () => {
    const first = await register(dev, pushed.name);
    await decide(dev, first, 'Approved');
    const [second] = await staging.handedOver(first);
    await deleteImage(dev, pushed.digest);
    await decide(staging, second, 'Approved');
    const [third] = await prod.handedOver(second);

    for (const [environment, arn] of [
      [staging, second],
      [prod, third],
    ] as const) {
      const { InferenceSpecification } = await environment.sagemaker.send(
        new DescribeModelPackageCommand({ ModelPackageName: arn }),
      );
      const Image = `${repositoryUri(environment)}@${pushed.digest}`;
      expect(InferenceSpecification?.Containers).toMatchObject([{}, { Image }]);
      const pulled = await pullImage(environment, pushed.digest);
      expect(pulled).toEqual(expect.arrayContaining([pushed.digest, ...pushed.layers.keys()]));
    }
  });

  it('is refused by name once it is gone', async () => {
    const arn = await register(dev, pushed.name);
    await decide(dev, arn, 'Approved');

    expect(await staging.failureOf(arn)).toEqual({
      state: `The image ${pushed.name} was not copied`,
      reason: '1.0 is not in the repository any more.',
    });
  });
});
