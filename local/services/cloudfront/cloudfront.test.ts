import {
  CloudFrontClient,
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateDistributionWithTagsCommand,
  CreateFunctionCommand,
  CreateInvalidationCommand,
  CreateOriginAccessControlCommand,
  DeleteCachePolicyCommand,
  DeleteDistributionCommand,
  DeleteFunctionCommand,
  DeleteOriginAccessControlCommand,
  DescribeFunctionCommand,
  type DistributionConfig,
  GetCachePolicyCommand,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  GetFunctionCommand,
  GetInvalidationCommand,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListInvalidationsCommand,
  ListOriginAccessControlsCommand,
  ListTagsForResourceCommand,
  PublishFunctionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCachePolicyCommand,
  UpdateDistributionCommand,
  UpdateFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudFrontService } from './index.ts';

let runtime: TestRuntime;
let cloudfront: CloudFrontClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createCloudFrontService]);
  cloudfront = new CloudFrontClient(runtime.clientConfig);
});
afterAll(() => runtime.stop());

const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

const BEHAVIOR = {
  TargetOriginId: 'o',
  ViewerProtocolPolicy: 'redirect-to-https' as const,
  CachePolicyId: OPTIMIZED,
};

function configOf(CallerReference: string, changes: Partial<DistributionConfig> = {}) {
  return {
    CallerReference,
    Comment: '',
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        { Id: 'o', DomainName: 'b.s3.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } },
      ],
    },
    DefaultCacheBehavior: BEHAVIOR,
    ...changes,
  };
}

async function newDistribution(reference: string) {
  const command = new CreateDistributionCommand({ DistributionConfig: configOf(reference) });
  const { Distribution, ETag } = await cloudfront.send(command);
  return { Id: Distribution?.Id ?? '', ARN: Distribution?.ARN ?? '', ETag, Distribution };
}

const code = (text: string) => Buffer.from(text);

const refused = (name: string, message?: string) =>
  expect.objectContaining({ name, ...(message !== undefined && { message }) });

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/
describe('a distribution', () => {
  it('is created, read, changed, disabled and deleted with its versions', async () => {
    const { Id, ETag, Distribution } = await newDistribution('whole');
    expect(Distribution).toMatchObject({
      ARN: `arn:aws:cloudfront::000000000000:distribution/${Id}`,
      Status: 'Deployed',
      DomainName: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      DistributionConfig: configOf('whole'),
    });
    const read = await cloudfront.send(new GetDistributionCommand({ Id }));
    expect(read).toMatchObject({ ETag, Distribution });

    const changed = configOf('whole', { Enabled: false, Comment: 'off' });
    const update = (IfMatch: string | undefined) =>
      cloudfront.send(new UpdateDistributionCommand({ Id, IfMatch, DistributionConfig: changed }));
    await expect(update(undefined)).rejects.toEqual(refused('InvalidIfMatchVersion'));
    await expect(update('EOTHER')).rejects.toEqual(refused('PreconditionFailed'));
    await expect(
      cloudfront.send(new DeleteDistributionCommand({ Id, IfMatch: ETag })),
    ).rejects.toEqual(refused('DistributionNotDisabled'));
    const updated = await update(ETag);
    const config = await cloudfront.send(new GetDistributionConfigCommand({ Id }));
    expect(config).toMatchObject({ ETag: updated.ETag, DistributionConfig: changed });
    await cloudfront.send(new DeleteDistributionCommand({ Id, IfMatch: updated.ETag }));

    await expect(cloudfront.send(new GetDistributionCommand({ Id }))).rejects.toEqual(
      refused('NoSuchDistribution', 'The specified distribution does not exist.'),
    );
    expect(runtime.sites()).toEqual([]);
  });

  it.each<[string, Partial<DistributionConfig>, string]>([
    [
      'an origin',
      { Origins: { Quantity: 1, Items: [{ Id: 'x', DomainName: 'a.b' }] } },
      'InvalidOrigin',
    ],
    [
      'a policy',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'o',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: '00000000-0000-0000-0000-000000000000',
        },
      },
      'NoSuchCachePolicy',
    ],
    [
      'Lambda@Edge',
      {
        DefaultCacheBehavior: {
          TargetOriginId: 'o',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: OPTIMIZED,
          LambdaFunctionAssociations: {
            Quantity: 1,
            Items: [
              {
                EventType: 'viewer-request',
                LambdaFunctionARN: 'arn:aws:lambda:us-east-1:000000000000:function:f:1',
              },
            ],
          },
        },
      },
      'NotImplemented',
    ],
  ])('without %s is refused', async (_, changes, name) => {
    const command = new CreateDistributionCommand({ DistributionConfig: configOf('no', changes) });

    await expect(cloudfront.send(command)).rejects.toEqual(refused(name));
  });

  it('has tags', async () => {
    const { Distribution } = await cloudfront.send(
      new CreateDistributionWithTagsCommand({
        DistributionConfigWithTags: {
          DistributionConfig: configOf('tagged'),
          Tags: { Items: [{ Key: 'a', Value: '1' }] },
        },
      }),
    );
    const Resource = Distribution?.ARN;
    const Tags = { Items: [{ Key: 'b', Value: '2' }] };
    await cloudfront.send(new TagResourceCommand({ Resource, Tags }));
    await cloudfront.send(new UntagResourceCommand({ Resource, TagKeys: { Items: ['a'] } }));

    const listed = await cloudfront.send(new ListTagsForResourceCommand({ Resource }));

    expect(listed.Tags).toEqual(Tags);
  });

  it('is invalidated at once, once for a caller reference', async () => {
    const { Id: DistributionId } = await newDistribution('invalidated');
    const invalidate = (Items: readonly string[]) =>
      cloudfront.send(
        new CreateInvalidationCommand({
          DistributionId,
          InvalidationBatch: {
            CallerReference: 'first',
            Paths: { Quantity: Items.length, Items: [...Items] },
          },
        }),
      );

    const { Invalidation } = await invalidate(['/*']);
    const again = await invalidate(['/*']);
    const { Id } = Invalidation ?? {};
    const read = await cloudfront.send(new GetInvalidationCommand({ DistributionId, Id }));
    const { InvalidationList } = await cloudfront.send(
      new ListInvalidationsCommand({ DistributionId }),
    );

    expect(Invalidation?.Status).toBe('Completed');
    expect(again.Invalidation).toEqual(Invalidation);
    expect(read.Invalidation).toEqual(Invalidation);
    expect(InvalidationList).toMatchObject({ Quantity: 1, IsTruncated: false });
    await expect(invalidate(['/other'])).rejects.toEqual(refused('InvalidationBatchAlreadyExists'));
    await expect(invalidate(['no-slash'])).rejects.toEqual(refused('InvalidArgument'));
    await expect(
      cloudfront.send(new GetInvalidationCommand({ DistributionId, Id: 'I1' })),
    ).rejects.toEqual(refused('NoSuchInvalidation'));
  });

  it('is listed on pages', async () => {
    const ids: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const { DistributionList } = await cloudfront.send(
        new ListDistributionsCommand({ MaxItems: 1, Marker }),
      );
      ids.push(...(DistributionList?.Items ?? []).map(({ Id }) => Id));
      Marker = DistributionList?.NextMarker;
    } while (Marker !== undefined);

    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a policy', () => {
  const CachePolicyConfig = { Name: 'own', MinTTL: 0 };

  // The errors of https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteCachePolicy.html
  it('is kept while a distribution uses it, as its origin access control is', async () => {
    const policy = await cloudfront.send(
      new CreateCachePolicyCommand({ CachePolicyConfig: { ...CachePolicyConfig, Name: 'used' } }),
    );
    const control = await cloudfront.send(
      new CreateOriginAccessControlCommand({
        OriginAccessControlConfig: {
          Name: 'used',
          OriginAccessControlOriginType: 's3',
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      }),
    );
    const CachePolicyId = policy.CachePolicy?.Id;
    const OriginAccessControlId = control.OriginAccessControl?.Id;
    const given = configOf('using both', {
      DefaultCacheBehavior: { ...BEHAVIOR, CachePolicyId },
      Enabled: false,
    });
    const Items = given.Origins?.Items?.map((origin) => ({ ...origin, OriginAccessControlId }));
    const { Distribution, ETag } = await cloudfront.send(
      new CreateDistributionCommand({
        DistributionConfig: { ...given, Origins: { Quantity: Items?.length, Items } },
      }),
    );
    const deletePolicy = () =>
      cloudfront.send(new DeleteCachePolicyCommand({ Id: CachePolicyId, IfMatch: policy.ETag }));
    const deleteControl = () =>
      cloudfront.send(
        new DeleteOriginAccessControlCommand({ Id: OriginAccessControlId, IfMatch: control.ETag }),
      );

    await expect(deletePolicy()).rejects.toEqual(refused('CachePolicyInUse'));
    await expect(deleteControl()).rejects.toEqual(refused('OriginAccessControlInUse'));
    await cloudfront.send(new DeleteDistributionCommand({ Id: Distribution?.Id, IfMatch: ETag }));
    await deletePolicy();
    await deleteControl();
  });

  it('is created, read, changed and deleted beside those of AWS', async () => {
    const { CachePolicy, ETag: IfMatch } = await cloudfront.send(
      new CreateCachePolicyCommand({ CachePolicyConfig }),
    );
    const Id = CachePolicy?.Id;
    await expect(
      cloudfront.send(new CreateCachePolicyCommand({ CachePolicyConfig })),
    ).rejects.toEqual(refused('CachePolicyAlreadyExists'));
    const changed = { ...CachePolicyConfig, Comment: 'changed' };
    const updated = await cloudfront.send(
      new UpdateCachePolicyCommand({ Id, IfMatch, CachePolicyConfig: changed }),
    );
    const read = await cloudfront.send(new GetCachePolicyCommand({ Id }));
    const custom = await cloudfront.send(new ListCachePoliciesCommand({ Type: 'custom' }));
    const managed = await cloudfront.send(new ListCachePoliciesCommand({ Type: 'managed' }));
    await cloudfront.send(new DeleteCachePolicyCommand({ Id, IfMatch: updated.ETag }));

    expect(read.CachePolicy?.CachePolicyConfig).toEqual(changed);
    expect(custom.CachePolicyList?.Items?.map(({ Type }) => Type)).toEqual(['custom']);
    expect(managed.CachePolicyList?.Items?.map((item) => item.CachePolicy?.Id)).toContain(
      OPTIMIZED,
    );
    await expect(cloudfront.send(new GetCachePolicyCommand({ Id }))).rejects.toEqual(
      refused('NoSuchCachePolicy'),
    );
  });

  it('lists origin access controls as their members', async () => {
    const OriginAccessControlConfig = {
      Name: 'oac',
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    } as const;
    await cloudfront.send(new CreateOriginAccessControlCommand({ OriginAccessControlConfig }));

    const listed = await cloudfront.send(new ListOriginAccessControlsCommand({}));

    expect(listed.OriginAccessControlList?.Items).toMatchObject([OriginAccessControlConfig]);
  });
});

describe('a function', () => {
  const FunctionConfig = { Comment: 'c', Runtime: 'cloudfront-js-2.0' } as const;
  it('is changed in development and published to live', async () => {
    const created = await cloudfront.send(
      new CreateFunctionCommand({ Name: 'f', FunctionConfig, FunctionCode: code('one') }),
    );
    const { ETag: IfMatch } = created;
    expect(created.FunctionSummary).toMatchObject({
      Name: 'f',
      Status: 'UNPUBLISHED',
      FunctionMetadata: {
        FunctionARN: 'arn:aws:cloudfront::000000000000:function/f',
        Stage: 'DEVELOPMENT',
      },
    });
    const live = new GetFunctionCommand({ Name: 'f', Stage: 'LIVE' });
    await expect(cloudfront.send(live)).rejects.toEqual(refused('NoSuchFunctionExists'));
    await cloudfront.send(new PublishFunctionCommand({ Name: 'f', IfMatch }));
    await cloudfront.send(
      new UpdateFunctionCommand({ Name: 'f', IfMatch, FunctionConfig, FunctionCode: code('two') }),
    );

    const published = await cloudfront.send(live);
    const developed = await cloudfront.send(new GetFunctionCommand({ Name: 'f' }));
    const described = await cloudfront.send(new DescribeFunctionCommand({ Name: 'f' }));
    const { FunctionList } = await cloudfront.send(new ListFunctionsCommand({ Stage: 'LIVE' }));

    expect(Buffer.from(published.FunctionCode ?? []).toString()).toBe('one');
    expect(Buffer.from(developed.FunctionCode ?? []).toString()).toBe('two');
    expect(described.FunctionSummary?.Status).toBe('DEPLOYED');
    expect(FunctionList?.Items?.map(({ Name }) => Name)).toEqual(['f']);
    await cloudfront.send(new DeleteFunctionCommand({ Name: 'f', IfMatch: described.ETag }));
  });

  it('has at most 10 KB', async () => {
    const command = new CreateFunctionCommand({
      Name: 'large',
      FunctionConfig,
      FunctionCode: code('x'.repeat(10_241)),
    });

    await expect(cloudfront.send(command)).rejects.toEqual(refused('FunctionSizeLimitExceeded'));
  });

  it('is kept while a distribution uses it', async () => {
    const { FunctionSummary, ETag: IfMatch } = await cloudfront.send(
      new CreateFunctionCommand({ Name: 'used', FunctionConfig, FunctionCode: code('x') }),
    );
    const FunctionARN = FunctionSummary?.FunctionMetadata?.FunctionARN;
    const FunctionAssociations = {
      Quantity: 1,
      Items: [{ EventType: 'viewer-request' as const, FunctionARN }],
    };
    const config = { DefaultCacheBehavior: { ...BEHAVIOR, FunctionAssociations } };
    await cloudfront.send(
      new CreateDistributionCommand({ DistributionConfig: configOf('using', config) }),
    );

    await expect(
      cloudfront.send(new DeleteFunctionCommand({ Name: 'used', IfMatch })),
    ).rejects.toEqual(refused('FunctionInUse'));
  });
});
