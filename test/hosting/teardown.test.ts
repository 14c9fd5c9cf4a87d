import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { removeContainerService } from '../../handlers/teardown/container-service.ts';
import { createApplicationAutoScalingService } from '../../local/services/application-autoscaling/index.ts';
import { createCloudFormationService } from '../../local/services/cloudformation/index.ts';
import { createCloudWatchService } from '../../local/services/cloudwatch/index.ts';
import { createEcsService } from '../../local/services/ecs/index.ts';
import { createLambdaService } from '../../local/services/lambda/index.ts';
import { createLogsService } from '../../local/services/logs/index.ts';
import { createS3Service } from '../../local/services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([
    createApplicationAutoScalingService,
    createCloudFormationService,
    createCloudWatchService,
    createEcsService,
    createLambdaService,
    createLogsService,
    createS3Service,
  ]);
});

afterAll(() => runtime.stop());

const assumedBy = (service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
  },
});

/** What a stack has of a function, before a promotion publishes its versions. */
const template = {
  Resources: {
    Role: assumedBy('lambda.amazonaws.com'),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'abalone-serving',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = () => 1;' },
      },
    },
  },
};

/** Publishes a version for each value, as a promotion does for each release. */
async function release(lambda: Lambda, FunctionName: string, name: string): Promise<string> {
  await lambda.updateFunctionConfiguration({
    FunctionName,
    Environment: { Variables: { RELEASE: name } },
  });
  await vi.waitFor(async () => {
    const { LastUpdateStatus } = await lambda.getFunctionConfiguration({ FunctionName });
    expect(LastUpdateStatus).toBe('Successful');
  });
  const { Version = '' } = await lambda.publishVersion({ FunctionName });
  return Version;
}

// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html: without a qualifier, all versions and aliases go.
it('a stack with a function takes versions and alias with it, in the middle of a shift', async () => {
  const stacks = new CloudFormationClient(runtime.clientConfig);
  const lambda = new Lambda(runtime.clientConfig);
  const FunctionName = 'abalone-serving';
  const StackName = 'stepmill-dev-abalone';
  const change = { StackName, ChangeSetName: 'first' };
  await stacks.send(
    new CreateChangeSetCommand({
      ...change,
      ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await vi.waitFor(async () => {
    const { Status } = await stacks.send(new DescribeChangeSetCommand(change));
    expect(Status).toBe('CREATE_COMPLETE');
  });
  await stacks.send(new ExecuteChangeSetCommand(change));
  await vi.waitFor(async () => {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
  });
  const [live, next] = [
    await release(lambda, FunctionName, 'one'),
    await release(lambda, FunctionName, 'two'),
  ];
  await lambda.createAlias({
    FunctionName,
    Name: 'live',
    FunctionVersion: live,
    RoutingConfig: { AdditionalVersionWeights: { [next]: 0.1 } },
  });

  await stacks.send(new DeleteStackCommand({ StackName }));

  await vi.waitFor(() =>
    expect(stacks.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow('does not exist'),
  );
  const missing = { name: 'ResourceNotFoundException' };
  for (const Qualifier of [undefined, live, next, 'live']) {
    const named = Qualifier === undefined ? { FunctionName } : { FunctionName, Qualifier };
    await expect(lambda.getFunction(named)).rejects.toMatchObject(missing);
  }
  await expect(lambda.listVersionsByFunction({ FunctionName })).rejects.toMatchObject(missing);
  await expect(lambda.getAlias({ FunctionName, Name: 'live' })).rejects.toMatchObject(missing);
  expect((await lambda.listFunctions({})).Functions).toEqual([]);
});

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html: with `force`, in any state.
it('the cleaner removes the service of containers, in the middle of a deployment', async () => {
  const ecs = new ECS(runtime.clientConfig);
  const autoscaling = new ApplicationAutoScalingClient(runtime.clientConfig);
  const names = { cluster: 'c', service: 'abalone', family: 'abalone-serving' };
  const register = () =>
    ecs.registerTaskDefinition({
      family: names.family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'app', portMappings: [{ containerPort: 80 }] }],
    });
  const look = async () => {
    const { services: [service] = [] } = await ecs.describeServices({
      cluster: names.cluster,
      services: [names.service],
    });
    return service;
  };
  await ecs.createCluster({ clusterName: names.cluster });
  await register();
  await ecs.createService({
    cluster: names.cluster,
    serviceName: names.service,
    taskDefinition: names.family,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a', 'b'] } },
  });
  const dimension = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${names.cluster}/${names.service}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await autoscaling.send(
    new RegisterScalableTargetCommand({ ...dimension, MinCapacity: 1, MaxCapacity: 2 }),
  );
  await register();
  await ecs.updateService({
    cluster: names.cluster,
    service: names.service,
    taskDefinition: `${names.family}:2`,
  });
  const before = await look();

  const removed = await removeContainerService({ ecs, autoscaling }, names, {
    signal: AbortSignal.timeout(20_000),
    pollMilliseconds: 50,
  });

  expect(before?.deployments?.map(({ rolloutState }) => rolloutState)).toContain('IN_PROGRESS');
  expect(removed).toEqual([
    names.service,
    expect.stringMatching(/abalone-serving:1$/),
    expect.stringMatching(/abalone-serving:2$/),
  ]);
  expect((await look())?.status).toBe('INACTIVE');
  expect(await ecs.listServices({ cluster: names.cluster })).toMatchObject({ serviceArns: [] });
  expect(await ecs.listTasks({ cluster: names.cluster })).toMatchObject({ taskArns: [] });
  const active = { familyPrefix: names.family, status: 'ACTIVE' } as const;
  expect(await ecs.listTaskDefinitions(active)).toMatchObject({ taskDefinitionArns: [] });
  const { ScalableTargets } = await autoscaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  );
  expect(ScalableTargets).toEqual([]);
  // A cluster with a service could not be deleted.
  expect((await ecs.deleteCluster({ cluster: names.cluster })).cluster?.status).toBe('INACTIVE');
});
