import { ListModelPackageGroupsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSageMakerService } from '../services/sagemaker/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

let runtime: TestRuntime;
let client: SageMakerClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createSageMakerService]);
  client = new SageMakerClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

async function provisionGroup(name: string, policy: object): Promise<void> {
  const group = {
    Type: 'AWS::SageMaker::ModelPackageGroup',
    Properties: { ModelPackageGroupName: name },
    ...policy,
  };
  const template = { Resources: { Group: group } };
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function listGroups(): Promise<readonly (string | undefined)[]> {
  const command = new ListModelPackageGroupsCommand({ SortBy: 'Name', SortOrder: 'Ascending' });
  const { ModelPackageGroupSummaryList: groups = [] } = await client.send(command);
  return groups.map(({ ModelPackageGroupName: name }) => name);
}

describe('a model package group of another name', () => {
  it('replaces the old one, which goes unless its UpdateReplacePolicy keeps it', async () => {
    await provisionGroup('a-first', {});
    await provisionGroup('b-second', { UpdateReplacePolicy: 'Delete' });
    const afterDelete = await listGroups();

    await provisionGroup('c-third', { UpdateReplacePolicy: 'Retain' });

    expect(afterDelete).toEqual(['b-second']);
    expect(await listGroups()).toEqual(['b-second', 'c-third']);
  });
});
