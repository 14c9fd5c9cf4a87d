import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Accounts, decide, FOLDER, MODEL, register, startAccounts } from './accounts.ts';
import type { Environment } from './environment.ts';
import { pushImage } from './images.ts';
import { sharedPermissions } from './permissions.ts';

/** As test/accounts/handover.test.ts, where archives stay in dev. They are texts, so that no endpoint ever comes up. */
let all: Accounts;
let dev: Environment;
let staging: Environment;
let prod: Environment;

beforeAll(async () => {
  all = await startAccounts('share');
  ({ dev, staging, prod } = all);
});

afterAll(() => all.stop());

it('reads the archives of dev in prod, beyond the environment between, where each decides for itself', async () => {
  const first = await register(dev);
  await decide(dev, first, 'Approved');
  const [second] = await staging.handedOver(first);
  await decide(staging, second, 'Approved');
  const [third] = await prod.handedOver(second);
  await decide(staging, second, 'Rejected');

  const found = await prod.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: third }),
  );
  expect(found).toMatchObject({
    ModelApprovalStatus: 'PendingManualApproval',
    InferenceSpecification: {
      Containers: [{}, { ModelDataUrl: `s3://${dev.bucket}/${MODEL}` }],
    },
    CustomerMetadataProperties: {
      originPackageArn: first,
      manifest: `s3://${prod.bucket}/${FOLDER}manifest.json`,
    },
  });
  const { Contents = [] } = await prod.s3.send(
    new ListObjectsV2Command({ Bucket: prod.bucket, Prefix: FOLDER }),
  );
  const keys = Contents.map(({ Key = '' }) => Key.slice(FOLDER.length));
  expect(keys).toContain('evaluation/evaluation.json');
  expect(keys.filter((key) => key.endsWith('.tar.gz'))).toEqual([]);
  await decide(prod, third, 'Approved');
  expect(await prod.promotionOf(third, 'Create endpoint')).toBeUndefined();
});

it.each(Object.entries(sharedPermissions))(
  'without %s exactly one step of the promotion fails',
  async (_name, permission) => {
    const first = await register(dev);
    await decide(dev, first, 'Approved');
    const [arn] = await staging.handedOver(first);
    const giveBack = await permission.remove({ dev, staging });
    try {
      await decide(staging, arn, 'Approved');

      const { state, words } = permission as { readonly state: string; readonly words: string };
      expect(await staging.promotionOf(arn, 'Record live model')).toEqual({
        state,
        reason: expect.stringContaining(words) as unknown,
      });
    } finally {
      await giveBack();
    }
  },
);

it('names an image of the team where it was pushed, in staging and in prod', async () => {
  const pushed = await pushImage(dev, '1.0');
  const first = await register(dev, pushed.name);
  await decide(dev, first, 'Approved');
  const [second] = await staging.handedOver(first);
  await decide(staging, second, 'Approved');
  const [third] = await prod.handedOver(second);

  const { InferenceSpecification } = await prod.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: third }),
  );
  const Image = pushed.name.replace(':1.0', `@${pushed.digest}`);
  expect(InferenceSpecification?.Containers).toMatchObject([{}, { Image }]);
});

// Nothing can be registered after it.
it('refuses in staging what was deleted in dev', async () => {
  const first = await register(dev);
  await decide(dev, first, 'Approved');
  const [arn] = await staging.handedOver(first);
  await dev.s3.send(new DeleteObjectCommand({ Bucket: dev.bucket, Key: MODEL }));

  await decide(staging, arn, 'Approved');

  expect(await staging.promotionOf(arn, 'Create endpoint')).toMatchObject({
    state: expect.stringContaining('are missing or not the ones') as unknown,
  });
});
