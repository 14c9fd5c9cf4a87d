import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackRecord, stackTable } from '../../provision/index.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudFormationService } from './index.ts';

const at = Date.UTC(2026, 10, 20);

const stack: StackRecord = {
  stackName: 'Stepmill-dev',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/Stepmill-dev/1',
  status: 'CREATE_COMPLETE',
  digest: 'd',
  createdAt: at,
  updatedAt: at,
  resources: [
    {
      logicalId: 'Data',
      type: 'AWS::S3::Bucket',
      digest: 'd',
      appliedAt: at,
      physicalId: 'data-bucket',
      attributes: {},
    },
  ],
  outputs: [{ key: 'Bucket', value: 'data-bucket', exportName: 'data' }],
  notEmulated: [],
};

let runtime: TestRuntime;
let client: CloudFormationClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createCloudFormationService]);
  stackTable(runtime.cloud).put(stack.stackName, stack);
  client = new CloudFormationClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

describe('CloudFormation', () => {
  it.each([stack.stackName, stack.stackId])('shows the provisioned stack %s', async (StackName) => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));

    expect(Stacks).toEqual([
      expect.objectContaining({
        StackName: stack.stackName,
        StackId: stack.stackId,
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: new Date(at),
        Outputs: [{ OutputKey: 'Bucket', OutputValue: 'data-bucket', ExportName: 'data' }],
      }),
    ]);
  });

  it('lists stacks by their status, and exports', async () => {
    const complete = await client.send(
      new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }),
    );
    const failed = await client.send(
      new ListStacksCommand({ StackStatusFilter: ['CREATE_FAILED'] }),
    );
    const { Exports } = await client.send(new ListExportsCommand({}));

    expect(complete.StackSummaries?.map((item) => item.StackName)).toEqual([stack.stackName]);
    expect(failed.StackSummaries ?? []).toEqual([]);
    expect(Exports?.map((item) => [item.Name, item.Value])).toEqual([['data', 'data-bucket']]);
  });

  it('shows the resources of a stack in three ways', async () => {
    const StackName = stack.stackName;
    const all = await client.send(new DescribeStackResourcesCommand({ StackName }));
    const one = await client.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Data' }),
    );
    const list = await client.send(new ListStackResourcesCommand({ StackName }));

    const expected = expect.objectContaining({
      LogicalResourceId: 'Data',
      PhysicalResourceId: 'data-bucket',
      ResourceType: 'AWS::S3::Bucket',
    });
    expect(all.StackResources).toEqual([expected]);
    expect(one.StackResourceDetail).toEqual(expected);
    expect(list.StackResourceSummaries).toEqual([expected]);
  });

  it('answers as AWS does for a stack that does not exist', async () => {
    const asked = client.send(new DescribeStacksCommand({ StackName: 'none' }));

    await expect(asked).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id none does not exist',
    });
  });
});
