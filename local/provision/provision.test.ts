import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  AddTagsCommand,
  ListModelPackageGroupsCommand,
  ListTagsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloudFormationService } from '../services/cloudformation/index.ts';
import { createSageMakerService } from '../services/sagemaker/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';
import { stackTable } from './stack-record.ts';
import type { Template } from './template.ts';

let runtime: TestRuntime;
let client: SageMakerClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createCloudFormationService, createSageMakerService]);
  client = new SageMakerClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

async function provisionResources(Resources: Template['Resources']): Promise<unknown> {
  const stack = { name: 'updated', template: { Resources }, assets: [], dependencies: [] };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function provisionGroup(
  name: string,
  { tags = {}, ...policy }: { readonly tags?: object; readonly UpdateReplacePolicy?: string },
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const group = {
    Type: 'AWS::SageMaker::ModelPackageGroup',
    Properties: { ModelPackageGroupName: name, Tags },
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

it('tags of a resource follow the template, and those that others added stay', async () => {
  await provisionGroup('tagged', { tags: { team: 'a', old: 'x' } });
  const ResourceArn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/tagged';
  await client.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'mine', Value: '1' }] }));

  await provisionGroup('tagged', { tags: { team: 'b' } });

  const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn }));
  expect(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))).toEqual({
    team: 'b',
    mine: '1',
  });
});

const group = (name: unknown, dependsOn?: string) => ({
  Type: 'AWS::SageMaker::ModelPackageGroup',
  Properties: { ModelPackageGroupName: name },
  ...(dependsOn === undefined ? {} : { DependsOn: dependsOn }),
});
const TOO_LONG = 'x'.repeat(64);

describe('an update that fails', () => {
  it('is rolled back: the stack is as before', async () => {
    await provisionResources({ Kept: group('kept'), Renamed: group('old-name') });
    const former = stackTable(runtime.cloud).get('updated');

    const update = provisionResources({
      Kept: group('kept'),
      Renamed: group('new-name'),
      Added: group('added', 'Renamed'),
      Broken: group(TOO_LONG, 'Added'),
    });

    await expect(update).rejects.toThrow(
      /^updated: Broken \(AWS::SageMaker::ModelPackageGroup\) was not provisioned, nor what comes after it\. .* The stack was rolled back\.$/,
    );
    const names = await listGroups();
    expect(names).toEqual(expect.arrayContaining(['kept', 'old-name']));
    expect(names).not.toContain('new-name');
    expect(names).not.toContain('added');
    expect(stackTable(runtime.cloud).get('updated')).toEqual({
      ...former,
      status: 'UPDATE_ROLLBACK_COMPLETE',
    });
  });

  it('leaves a stack that can be updated', async () => {
    const updated = await provisionResources({ Kept: group('kept'), Renamed: group('newer-name') });

    expect(updated).toMatchObject({ stacks: [{ created: 0, updated: 1, unchanged: 1 }] });
    expect(await listGroups()).not.toContain('old-name');
  });
});

it('after a kill in the middle of an update every resource is applied again', async () => {
  const template = { Kept: group('kept'), Renamed: group('newer-name') };
  await provisionResources(template);
  const table = stackTable(runtime.cloud);
  const complete = table.get('updated');
  if (complete === undefined) throw new Error('no stack');
  table.put('updated', { ...complete, status: 'UPDATE_IN_PROGRESS', digest: '' });

  const again = await provisionResources(template);

  expect(again).toMatchObject({ stacks: [{ updated: 2, unchanged: 0 }] });
  expect(table.get('updated')?.status).toBe('UPDATE_COMPLETE');
});

const resources = (name: string) => ({
  Group: {
    Type: 'AWS::SageMaker::ModelPackageGroup',
    Properties: { ModelPackageGroupName: name },
  },
});

// `cdk diff` compares with it: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
it('the template of a stack is the last one that was provisioned', async () => {
  await provisionResources(resources('kept'));
  await expect(provisionResources(resources('not a name'))).rejects.toThrow('not a name');

  const { TemplateBody = '' } = await new CloudFormationClient(runtime.clientConfig).send(
    new GetTemplateCommand({ StackName: 'updated' }),
  );

  expect(JSON.parse(TemplateBody)).toEqual({ Resources: resources('kept') });
});
