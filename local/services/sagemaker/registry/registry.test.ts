import {
  AddTagsCommand,
  BatchDescribeModelPackageCommand,
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  DeleteModelPackageGroupPolicyCommand,
  DeleteTagsCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  GetModelPackageGroupPolicyCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  ListTagsCommand,
  PutModelPackageGroupPolicyCommand,
  SageMakerClient,
  SearchCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../../cloud/cloud.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createSageMakerService } from '../index.ts';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';

let runtime: TestRuntime;
let client: SageMakerClient;
let events: ServiceEvent[] = [];
let group: string;
let groups = 0;

/** Collects published events. */
const listener: ServiceFactory = () => ({
  name: 'eventbridge',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  onEvent: (event) => void events.push(event),
});

beforeAll(async () => {
  runtime = await startTestRuntime([createSageMakerService, listener]);
  client = new SageMakerClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

beforeEach(async () => {
  groups += 1;
  group = `group-${groups}`;
  await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
  events = [];
});

async function register(input: Partial<CreateModelPackageCommandInput> = {}): Promise<string> {
  const { ModelPackageArn = '' } = await client.send(
    new CreateModelPackageCommand({ ModelPackageGroupName: group, ...input }),
  );
  return ModelPackageArn;
}

describe('a model package', () => {
  it('is the next version of its group, pending approval, with the members of its request', async () => {
    await register();
    const InferenceSpecification = {
      Containers: [{ Image: IMAGE, ModelDataUrl: 's3://models/model.tar.gz' }],
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    };
    const arn = await register({
      ModelPackageDescription: 'Second',
      InferenceSpecification,
      CustomerMetadataProperties: { dataset: 'abc' },
    });

    const described = await client.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));

    const { $metadata: _metadata, CreationTime, ...rest } = described;
    expect(CreationTime).toBeInstanceOf(Date);
    expect(rest).toEqual({
      ModelPackageName: `${group}/2`,
      ModelPackageGroupName: group,
      ModelPackageVersion: 2,
      ModelPackageArn: `${ARN}:model-package/${group}/2`,
      ModelPackageDescription: 'Second',
      InferenceSpecification,
      CertifyForMarketplace: false,
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      ModelApprovalStatus: 'PendingManualApproval',
      CustomerMetadataProperties: { dataset: 'abc' },
    });
  });

  it('publishes its creation and every update, with the changed members', async () => {
    const arn = await register({ CustomerMetadataProperties: { a: '1', b: '2' } });
    await client.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: arn,
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: 'good',
        CustomerMetadataProperties: { c: '3' },
        CustomerMetadataPropertiesToRemove: ['a'],
      }),
    );

    const [created, updated] = events;
    const { CreationTime, LastModifiedTime, ...detail } = { ...updated?.detail } as Record<
      string,
      unknown
    >;
    expect(events).toHaveLength(2);
    expect(created?.detail).not.toHaveProperty('UpdatedModelPackageFields');
    expect(created?.detail).toHaveProperty('ModelApprovalStatus', 'PendingManualApproval');
    expect([CreationTime, LastModifiedTime]).toEqual([
      expect.stringMatching(/^\d{4}-.*Z$/),
      expect.stringMatching(/^\d{4}-.*Z$/),
    ]);
    expect({ ...updated, detail }).toEqual({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Model Package State Change',
      resources: [arn],
      detail: {
        ModelPackageGroupName: group,
        ModelPackageVersion: 1,
        ModelPackageArn: arn,
        ModelPackageName: `${group}/1`,
        ModelPackageStatus: 'Completed',
        ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
        CertifyForMarketplace: false,
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: 'good',
        CustomerMetadataProperties: { b: '2', c: '3' },
        UpdatedModelPackageFields: [
          'ModelApprovalStatus',
          'ApprovalDescription',
          'CustomerMetadataProperties',
        ],
      },
    });
  });

  it('never has the version of a deleted one', async () => {
    await client.send(new DeleteModelPackageCommand({ ModelPackageName: await register() }));

    expect(await register()).toBe(`${ARN}:model-package/${group}/2`);
  });

  it('is created once for a client token', async () => {
    const ClientToken = `token-${group}`;

    expect([await register({ ClientToken }), await register({ ClientToken })]).toEqual([
      `${ARN}:model-package/${group}/1`,
      `${ARN}:model-package/${group}/1`,
    ]);
  });

  it('may have a name instead of a group, then without approval', async () => {
    const name = `alone-${groups}`;
    await client.send(new CreateModelPackageCommand({ ModelPackageName: name }));

    const { ModelPackageSummaryList } = await client.send(
      new ListModelPackagesCommand({ NameContains: name }),
    );
    const update = new UpdateModelPackageCommand({
      ModelPackageArn: `${ARN}:model-package/${name}`,
      ModelApprovalStatus: 'Approved',
    });

    expect(ModelPackageSummaryList?.map((found) => found.ModelPackageName)).toEqual([name]);
    await expect(client.send(update)).rejects.toThrow('only be updated for versioned');
  });
});

function list(options: object) {
  return client.send(new ListModelPackagesCommand({ ModelPackageGroupName: group, ...options }));
}

describe('listing model packages', () => {
  it('filters by approval, sorts in both orders and pages', async () => {
    for (let version = 1; version <= 12; version += 1) {
      const ModelApprovalStatus = version % 2 === 0 ? 'Approved' : 'PendingManualApproval';
      await register({ ModelApprovalStatus });
    }
    const versions = (page: Awaited<ReturnType<typeof list>>) =>
      page.ModelPackageSummaryList?.map((found) => found.ModelPackageVersion);

    const newest = await list({
      ModelApprovalStatus: 'Approved',
      SortOrder: 'Descending',
      MaxResults: 1,
    });
    const first = await list({ MaxResults: 10 });
    const second = await list({ MaxResults: 10, NextToken: first.NextToken });

    expect(versions(newest)).toEqual([12]);
    expect(newest.ModelPackageSummaryList?.[0]).not.toHaveProperty('ModelPackageName');
    expect(versions(first)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(versions(second)).toEqual([11, 12]);
    expect(second.NextToken).toBeUndefined();
  });

  it('describes several, and reports the missing ones', async () => {
    const arn = await register();
    const missing = `${ARN}:model-package/${group}/9`;

    const answer = await client.send(
      new BatchDescribeModelPackageCommand({ ModelPackageArnList: [arn, missing] }),
    );

    expect(answer.ModelPackageSummaries?.[arn]?.ModelPackageVersion).toBe(1);
    expect(answer.BatchDescribeModelPackageErrorMap).toEqual({
      [missing]: {
        ErrorCode: 'ValidationException',
        ErrorResponse: `ModelPackage ${missing} does not exist.`,
      },
    });
  });
});

describe('a model package group', () => {
  it('is described and listed by name', async () => {
    await client.send(
      new CreateModelPackageGroupCommand({
        ModelPackageGroupName: `${group}-b`,
        ModelPackageGroupDescription: 'words',
      }),
    );

    const described = await client.send(
      new DescribeModelPackageGroupCommand({ ModelPackageGroupName: `${group}-b` }),
    );
    const { ModelPackageGroupSummaryList } = await client.send(
      new ListModelPackageGroupsCommand({ NameContains: group, SortBy: 'Name' }),
    );

    expect(described).toMatchObject({
      ModelPackageGroupArn: `${ARN}:model-package-group/${group}-b`,
      ModelPackageGroupDescription: 'words',
      ModelPackageGroupStatus: 'Completed',
    });
    expect(ModelPackageGroupSummaryList?.map((found) => found.ModelPackageGroupName)).toEqual([
      group,
      `${group}-b`,
    ]);
  });

  it('is deleted only if it is empty', async () => {
    const arn = await register();
    const remove = new DeleteModelPackageGroupCommand({ ModelPackageGroupName: group });

    await expect(client.send(remove)).rejects.toMatchObject({ name: 'ConflictException' });
    await client.send(new DeleteModelPackageCommand({ ModelPackageName: arn }));
    await client.send(remove);

    const describeIt = new DescribeModelPackageGroupCommand({ ModelPackageGroupName: group });
    await expect(client.send(describeIt)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `ModelPackageGroup ${ARN}:model-package-group/${group} does not exist.`,
    });
  });

  it('keeps a policy until it is deleted', async () => {
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '111111111111' },
          Action: 'sagemaker:DescribeModelPackage',
          Resource: '*',
        },
      ],
    });
    const named = { ModelPackageGroupName: group };
    await client.send(new PutModelPackageGroupPolicyCommand({ ...named, ResourcePolicy }));

    const kept = await client.send(new GetModelPackageGroupPolicyCommand(named));
    const service = runtime.cloud.service('sagemaker');
    const ofVersion = service?.resourcePolicy?.(`${ARN}:model-package/${group}/1`);
    await client.send(new DeleteModelPackageGroupPolicyCommand(named));

    expect(kept.ResourcePolicy).toBe(ResourcePolicy);
    expect(ofVersion).toEqual(JSON.parse(ResourcePolicy));
    await expect(client.send(new GetModelPackageGroupPolicyCommand(named))).rejects.toThrow(
      `Cannot find resource policy for: ${ARN}:model-package-group/${group}`,
    );
  });
});

describe('an invalid request to the registry', () => {
  it.each<[string, CreateModelPackageCommandInput, string]>([
    ['no name at all', {}, 'Missing ARN.'],
    [
      'both names',
      { ModelPackageName: 'a', ModelPackageGroupName: 'b' },
      'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
    ],
    [
      'an approval status AWS does not know',
      { ModelPackageGroupName: 'b', ModelApprovalStatus: 'Maybe' as 'Approved' },
      "1 validation error detected: Value 'Maybe' at 'modelApprovalStatus' failed to satisfy constraint: Member must satisfy enum value set: [PendingManualApproval, Approved, Rejected]",
    ],
    [
      'a group that is not there',
      { ModelPackageGroupName: 'nowhere' },
      `ModelPackageGroup ${ARN}:model-package-group/nowhere does not exist.`,
    ],
    [
      'tags on a version',
      { ModelPackageGroupName: 'group-1', Tags: [{ Key: 'a', Value: 'b' }] },
      'Tags cannot be specified for a versioned model package. The tags of its model package group apply.',
    ],
    [
      'too much metadata',
      {
        ModelPackageGroupName: 'group-1',
        CustomerMetadataProperties: Object.fromEntries(
          Array.from({ length: 51 }, (_, index) => [`key-${index}`, 'x']),
        ),
      },
      expect.stringMatching(
        /^1 validation error detected: Value '\{key-0=x, .*, key-50=x\}' at 'customerMetadataProperties' failed to satisfy constraint: Member must have length less than or equal to 50$/,
      ),
    ],
  ])('is refused for %s', async (_case, input, message) => {
    await expect(client.send(new CreateModelPackageCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  it('is rejected for an existing group', async () => {
    const again = new CreateModelPackageGroupCommand({ ModelPackageGroupName: group });

    await expect(client.send(again)).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Model Package Group already exists: ${ARN}:model-package-group/${group}`,
    });
  });

  it('names unsupported features', async () => {
    await expect(client.send(new SearchCommand({ Resource: 'TrainingJob' }))).rejects.toMatchObject(
      {
        name: 'NotImplemented',
        message: expect.stringContaining('sagemaker:Search'),
      },
    );
  });
});

function tag(Key: string, Value: string) {
  return { Key, Value };
}

describe('tags', () => {
  it('are added, replaced, listed and removed', async () => {
    const ResourceArn = `${ARN}:model-package-group/${group}`;
    await client.send(new AddTagsCommand({ ResourceArn, Tags: [tag('a', '1'), tag('b', '2')] }));
    await client.send(new AddTagsCommand({ ResourceArn, Tags: [tag('b', '3')] }));
    await client.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['a'] }));

    const { Tags } = await client.send(new ListTagsCommand({ ResourceArn }));

    expect(Tags).toEqual([tag('b', '3')]);
  });
});
