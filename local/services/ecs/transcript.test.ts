import { createServer, type Server } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import {
  type ContainerEnd,
  type ContainerImages,
  type ContainerStart,
  ImageNotPulled,
  NothingToStart,
  type StartedContainer,
} from '../../cloud/container-images.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import {
  type Answered,
  type Step,
  transcriptOf,
  withNumberedIds,
} from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createElasticLoadBalancingV2Service } from '../elasticloadbalancingv2/index.ts';
import { createIamService } from '../iam/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createSsmService } from '../ssm/index.ts';
import { createStsService } from '../sts/index.ts';
import { createEcsService } from './index.ts';

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const APP = { name: 'app', image: 'own/sleeps' };
const ROLE = 'arn:aws:iam::000000000000:role/task';
const MISSING = 'arn:aws:ecs:us-east-1:000000000000';

const tagged = (count: number) => ({
  tags: Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' })),
});

const clusters: readonly Step[] = [
  ['ListClusters'],
  ['DescribeClusters'],
  ['CreateCluster', { clusterName: 'a', capacityProviders: ['own'] }],
  [
    'CreateCluster',
    {
      clusterName: 'a',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    },
  ],
  ['CreateCluster', { clusterName: 'a', ...tagged(51) }],
  ['CreateCluster', {}],
  ['CreateCluster', { clusterName: 'b', ...tagged(1) }, 'b'],
  ['CreateCluster', { clusterName: 'b' }],
  [
    'CreateCluster',
    {
      clusterName: 'c',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    },
  ],
  ['ListClusters', { maxResults: 0 }],
  ['ListClusters', { maxResults: 101 }],
  ['ListClusters', { nextToken: '!' }],
  ['ListClusters', { maxResults: 2 }, 'page'],
  ['ListClusters', (answered) => ({ maxResults: 100, nextToken: answered('page.nextToken') })],
  ['DescribeClusters', { clusters: ['b', `${MISSING}:cluster/c`, 'none'], include: ['TAGS'] }],
  ['PutClusterCapacityProviders', { cluster: 'none' }],
  ['PutClusterCapacityProviders', { cluster: 'b', capacityProviders: ['FARGATE', 'own'] }],
  ['PutClusterCapacityProviders', { cluster: 'b', capacityProviders: ['FARGATE_SPOT'] }],
  ...[
    { cluster: 'none', capacityProviders: [], defaultCapacityProviderStrategy: [] },
    { cluster: 'b', capacityProviders: ['own'], defaultCapacityProviderStrategy: [] },
    {
      cluster: 'b',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
    },
    {
      cluster: 'b',
      capacityProviders: ['FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2 }],
    },
  ].map((input): Step => ['PutClusterCapacityProviders', input]),
  ...['b', 'none'].map(
    (name): Step => ['ListTagsForResource', { resourceArn: `${MISSING}:cluster/${name}` }],
  ),
  ['TagResource', { resourceArn: `${MISSING}:cluster/b`, tags: [{ key: 'a' }] }],
  ['UntagResource', { resourceArn: `${MISSING}:cluster/b`, tagKeys: ['k0', 'x'] }],
  ['ListTagsForResource', { resourceArn: `${MISSING}:cluster/b` }],
  ...['task-definition/f:1', 'task/b/x', 'service/b/x', 'capacity-provider/x'].map(
    (name): Step => ['ListTagsForResource', { resourceArn: `${MISSING}:${name}` }],
  ),
  ['DeleteCluster', { cluster: 'none' }],
  ['DeleteCluster', { cluster: 'b' }],
  ['DeleteCluster', { cluster: 'b' }],
  ['DescribeClusters', { clusters: ['b'] }],
  ['ListClusters'],
];

const FARGATE = {
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
};

const register = (more: object = {}, as?: string): Step => [
  'RegisterTaskDefinition',
  { family: 'f', ...FARGATE, containerDefinitions: [APP], ...more },
  as,
];
const containers = (...containerDefinitions: readonly object[]): Step =>
  register({ containerDefinitions });
const app = (more: object): Step => containers({ ...APP, ...more });
const CHECK = { command: ['CMD', 'true'] };
const LOGS = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/ecs', 'awslogs-create-group': 'true' },
};

const definitions: readonly Step[] = [
  containers(),
  containers(...Array.from({ length: 11 }, (_, index) => ({ ...APP, name: `c${index}` }))),
  containers({ image: 'i' }),
  containers({ name: 'n' }),
  containers(APP, APP),
  app({ essential: false }),
  app({ stopTimeout: 121 }),
  app({ memory: 0 }),
  app({ healthCheck: { command: [] } }),
  ...[
    { interval: 4 },
    { interval: 301 },
    { timeout: 1 },
    { timeout: 61 },
    { retries: 0 },
    { retries: 11 },
    { startPeriod: -1 },
    { startPeriod: 301 },
  ].map((check) => app({ healthCheck: { ...CHECK, ...check } })),
  app({ dependsOn: [{ containerName: 'x', condition: 'START' }] }),
  app({ dependsOn: [{ containerName: 'app', condition: 'START' }] }),
  ...['HEALTHY', 'COMPLETE', 'SUCCESS'].map((condition) =>
    containers(
      { ...APP, dependsOn: [{ containerName: 'other', condition }] },
      {
        ...APP,
        name: 'other',
      },
    ),
  ),
  containers(
    { ...APP, dependsOn: [{ containerName: 'b', condition: 'START' }] },
    { ...APP, name: 'b', dependsOn: [{ containerName: 'c', condition: 'START' }] },
    { ...APP, name: 'c', dependsOn: [{ containerName: 'app', condition: 'START' }] },
  ),
  app({ mountPoints: [{ sourceVolume: 'v' }] }),
  register({ volumes: [{ name: 'a b' }] }),
  register({ volumes: [{ name: 'v', host: { sourcePath: '/' } }] }),
  register({ volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs' } }] }),
  register({ networkMode: 'bridge' }),
  ...[
    { cpu: undefined },
    { memory: undefined },
    { cpu: '2 cores' },
    { memory: 'much' },
    { cpu: '300' },
    { memory: '513' },
    { cpu: '32 vCPU', memory: '120 GB', family: 'large' },
    { cpu: '.25 vcpu', memory: '.5 GB', family: 'small' },
    { ephemeralStorage: { sizeInGiB: 20 } },
    { ephemeralStorage: { sizeInGiB: 201 } },
    { ephemeralStorage: { sizeInGiB: 21 }, family: 'stored' },
    { ephemeralStorage: { sizeInGiB: 200 }, family: 'stored' },
  ].map((more) => register(more)),
  app({ memory: 513 }),
  app({ privileged: true }),
  app({ image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/a' }),
  app({ logConfiguration: LOGS }),
  app({ logConfiguration: { logDriver: 'fluentd' } }),
  app({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/k' }] }),
  app({ restartPolicy: { enabled: true } }),
  app({ secrets: [{ name: 'S', valueFrom: 'arn:aws:secretsmanager:x:1:secret:s' }] }),
  register(tagged(51)),
  register(),
  register({
    family: 'g',
    ...tagged(1),
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    requiresCompatibilities: ['FARGATE', 'MANAGED_INSTANCES'],
    volumes: [{ name: 'v' }],
    containerDefinitions: [
      {
        ...APP,
        cpu: 10,
        memory: 512,
        stopTimeout: 120,
        logConfiguration: LOGS,
        portMappings: [{ containerPort: 80 }, { containerPort: 81, protocol: 'udp' }],
        healthCheck: { ...CHECK, interval: 300, timeout: 60, retries: 10, startPeriod: 300 },
        mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
      },
      {
        ...APP,
        name: 'b',
        essential: false,
        healthCheck: { ...CHECK, interval: 5, timeout: 2, retries: 1, startPeriod: 0 },
        dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }],
      },
    ],
  }),
  register({
    family: 'ec2',
    networkMode: undefined,
    requiresCompatibilities: undefined,
    cpu: undefined,
    memory: undefined,
    containerDefinitions: [{ ...APP, portMappings: [{ containerPort: 80 }] }],
  }),
  register({ family: 'f' }),
  ['DescribeTaskDefinition', { taskDefinition: 'none' }],
  ['DescribeTaskDefinition', { taskDefinition: 'f:9' }],
  ['DescribeTaskDefinition', { taskDefinition: 'g', include: ['TAGS'] }],
  ['DescribeTaskDefinition', { taskDefinition: 'f:1' }],
  ['ListTagsForResource', { resourceArn: `${MISSING}:task-definition/g:1` }],
  ['TagResource', { resourceArn: `${MISSING}:task-definition/g:1`, tags: [{ key: 'a' }] }],
  ['ListTaskDefinitions', { maxResults: 2 }, 'page'],
  ['ListTaskDefinitions', (answered) => ({ nextToken: answered('page.nextToken') })],
  ['ListTaskDefinitions', { familyPrefix: 'f', sort: 'DESC', maxResults: 1 }, 'last'],
  [
    'ListTaskDefinitions',
    (answered) => ({ familyPrefix: 'f', sort: 'DESC', nextToken: answered('last.nextToken') }),
  ],
  ['ListTaskDefinitions', { familyPrefix: 'f', status: 'INACTIVE' }],
  ['DeregisterTaskDefinition', { taskDefinition: 'f' }],
  ['DeregisterTaskDefinition', { taskDefinition: 'f:9' }],
  { advanceSeconds: 1 },
  ['DeregisterTaskDefinition', { taskDefinition: 'f:2' }],
  { advanceSeconds: 1 },
  ['DeregisterTaskDefinition', { taskDefinition: 'f:2' }],
  ['DescribeTaskDefinition', { taskDefinition: 'f' }],
  ['ListTaskDefinitions', { familyPrefix: 'f', status: 'INACTIVE' }],
  ['DeregisterTaskDefinition', { taskDefinition: 'ec2:1' }],
  ['ListTaskDefinitionFamilies'],
  ['ListTaskDefinitionFamilies', { status: 'ACTIVE' }],
  ['ListTaskDefinitionFamilies', { status: 'INACTIVE' }],
  ['ListTaskDefinitionFamilies', { familyPrefix: 's', maxResults: 1 }],
];

const run = (more: object = {}, as?: string): Step => [
  'RunTask',
  {
    cluster: 'c',
    taskDefinition: 'f',
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
    ...more,
  },
  as,
];
const definitionOf = (family: string, image: string, more: object = {}): Step =>
  register({ family, containerDefinitions: [{ ...APP, image: `own/${image}`, ...more }] });
const stateOf = (path: string): Step => [
  'DescribeTasks',
  (answered) => ({
    cluster: 'c',
    tasks: [answered(`${path}.tasks.0.taskArn`)],
    include: ['TAGS'],
  }),
];
interface Tasks {
  readonly tasks?: readonly { readonly lastStatus?: string }[];
}

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'task',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'task',
      PolicyName: 'all',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    },
  ],
  ['CreateCluster', { clusterName: 'c', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }],
];

const shown = (path: string) => (answered: Answered) => ({
  cluster: 'c',
  tasks: [answered(`${path}.tasks.0.taskArn`)],
});

/** Asks for a task until it is in a state, and shows it then. */
const once = (path: string, status: string): readonly Step[] => [
  {
    until: ['DescribeTasks', shown(path)],
    fulfils: ({ tasks = [] }: Tasks) => tasks[0]?.lastStatus === status,
  },
  stateOf(path),
];
const stop = (path: string, more: object = {}): Step => [
  'StopTask',
  (answered) => ({ cluster: 'c', task: answered(`${path}.tasks.0.taskArn`), ...more }),
];

const override = (more: object): Step => run({ overrides: more });
const ofApp = (more: object): Step => override({ containerOverrides: [{ name: 'app', ...more }] });

const tasks: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  definitionOf('f', 'sleeps'),
  ['DeregisterTaskDefinition', { taskDefinition: 'f:1' }],
  register({ family: 'ec2', requiresCompatibilities: ['EC2'] }),
  run({ cluster: 'none' }),
  run({ taskDefinition: 'none' }),
  run({ taskDefinition: 'f:1' }),
  run({ taskDefinition: 'ec2' }),
  run({ launchType: undefined }),
  run({ launchType: 'EC2' }),
  run({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] }),
  ...[
    [{ capacityProvider: 'own', weight: 1 }],
    [{ capacityProvider: 'FARGATE', weight: 0, base: 0 }],
  ].map((capacityProviderStrategy) => run({ launchType: undefined, capacityProviderStrategy })),
  run({ networkConfiguration: undefined }),
  run({ networkConfiguration: { awsvpcConfiguration: { subnets: [] } } }),
  run({ count: 0 }),
  run({ count: 11 }),
  ofApp({ name: 'other' }),
  ofApp({ memory: 0 }),
  ofApp({ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/k' }] }),
  ofApp({ command: ['x'.repeat(8_192)] }),
  override({ cpu: '300' }),
  override({ memory: '4 GB' }),
  run(
    {
      clientToken: 't',
      count: 1,
      startedBy: 'me',
      group: 'own',
      enableExecuteCommand: true,
      ...tagged(1),
      overrides: {
        cpu: '512',
        memory: '1024',
        containerOverrides: [{ name: 'app', command: ['a'], memory: 1, cpu: 2 }],
      },
    },
    'first',
  ),
  ...once('first', 'RUNNING'),
  run({
    clientToken: 't',
    count: 1,
    startedBy: 'me',
    group: 'own',
    enableExecuteCommand: true,
    ...tagged(1),
    overrides: {
      memory: '1024',
      cpu: '512',
      containerOverrides: [{ name: 'app', command: ['a'], memory: 1, cpu: 2 }],
    },
  }),
  run({ clientToken: 't' }),
  ['DescribeClusters', { clusters: ['c'] }],
  ['DeleteCluster', { cluster: 'c' }],
  ['DescribeTasks', { cluster: 'c' }],
  ['DescribeTasks', { cluster: 'none', tasks: ['x'] }],
  ['DescribeTasks', { cluster: 'c', tasks: ['x'] }],
  ['DescribeTasks', { cluster: 'c', tasks: Array(101).fill('x') }],
  ['ListTasks', { cluster: 'none' }],
  ...[
    { startedBy: 'me', family: 'f', launchType: 'FARGATE' },
    { startedBy: 'you' },
    { family: 'ec2' },
    { launchType: 'EC2' },
    { containerInstance: 'i' },
    { serviceName: 's' },
    { desiredStatus: 'STOPPED' },
  ].map((input): Step => ['ListTasks', { cluster: 'c', ...input }]),
  ['StopTask', { cluster: 'none', task: 'x' }],
  ['StopTask', { cluster: 'c', task: 'x' }],
  { advanceSeconds: 60 },
  stop('first'),
  ...once('first', 'STOPPED'),
  stop('first'),
  ['ListTasks', { cluster: 'c', desiredStatus: 'STOPPED' }],
  run(
    {
      launchType: undefined,
      taskDefinition: 'f:2',
      propagateTags: 'TASK_DEFINITION',
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', weight: 9 },
        { capacityProvider: 'FARGATE_SPOT', base: 1 },
      ],
    },
    'spot',
  ),
  ...once('spot', 'RUNNING'),
  stop('spot', { reason: 'Your Spot Task was interrupted.' }),
  ...once('spot', 'STOPPED'),
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html: an hour.
  { advanceSeconds: 3_599 },
  stateOf('spot'),
  { advanceSeconds: 1 },
  stateOf('spot'),
];

/** How tasks end by themselves, and why they do not begin. */
const ends: readonly Step[] = [
  ...ACCOUNT,
  ...['exits', 'missing', 'denied', 'unbuilt', 'empty', 'broken'].flatMap((name) => [
    definitionOf(name, name),
    run({ taskDefinition: name }, name),
    ...once(name, 'STOPPED'),
  ]),
  definitionOf('logs', 'exits', { logConfiguration: { logDriver: 'awslogs', options: {} } }),
  register({
    family: 'logs',
    executionRoleArn: ROLE,
    containerDefinitions: [{ ...APP, image: 'own/exits', logConfiguration: LOGS }],
  }),
  run({ taskDefinition: 'logs' }, 'logs'),
  ...once('logs', 'STOPPED'),
  ['logs:FilterLogEvents', { logGroupName: '/ecs' }],
  register({ family: 'role', taskRoleArn: `${ROLE}s` }),
  run({ taskDefinition: 'role' }, 'role'),
  ...once('role', 'STOPPED'),
  register({ family: 'execution', executionRoleArn: `${ROLE}s` }),
  run({ taskDefinition: 'execution' }, 'execution'),
  ...once('execution', 'STOPPED'),
  register({
    family: 'secrets',
    executionRoleArn: ROLE,
    containerDefinitions: [{ ...APP, secrets: [{ name: 'S', valueFrom: '/none' }] }],
  }),
  run({ taskDefinition: 'secrets' }, 'secrets'),
  ...once('secrets', 'STOPPED'),
  register({
    family: 'chain',
    containerDefinitions: [
      { ...APP, dependsOn: [{ containerName: 'first', condition: 'SUCCESS' }] },
      { ...APP, name: 'first', image: 'own/exits', essential: false },
    ],
  }),
  run({ taskDefinition: 'chain' }, 'chain'),
  ...once('chain', 'STOPPED'),
  definitionOf('checked', 'sleeps', { healthCheck: { command: ['CMD-SHELL', 'a', 'b'] } }),
  run({ taskDefinition: 'checked' }, 'checked'),
  ...once('checked', 'RUNNING'),
  { advanceSeconds: 29 },
  stateOf('checked'),
  { advanceSeconds: 1 },
  stateOf('checked'),
  definitionOf('unwell', 'unwell', {
    healthCheck: { command: ['CMD', 'a'], interval: 10, retries: 2, startPeriod: 10 },
  }),
  run({ taskDefinition: 'unwell' }, 'unwell'),
  ...once('unwell', 'RUNNING'),
  { advanceSeconds: 10 },
  stateOf('unwell'),
  { advanceSeconds: 10 },
  stateOf('unwell'),
];

const service = (more: object = {}, as?: string): Step => [
  'CreateService',
  {
    cluster: 'c',
    serviceName: 's',
    taskDefinition: 'f',
    launchType: 'FARGATE',
    desiredCount: 0,
    networkConfiguration: NETWORK,
    ...more,
  },
  as,
];
const update = (more: object, as?: string): Step => [
  'UpdateService',
  { cluster: 'c', service: 's', ...more },
  as,
];
const configured = (deploymentConfiguration: object): Step => service({ deploymentConfiguration });
const balanced = (more: object): Step =>
  service({
    loadBalancers: [{ containerName: 'app', containerPort: 80, targetGroupArn: 'x', ...more }],
  });
const describeServices: Step = ['DescribeServices', { cluster: 'c', services: ['s'] }];

interface Services {
  readonly services?: readonly {
    readonly runningCount?: number;
    readonly pendingCount?: number;
    readonly status?: string;
    readonly events?: readonly { readonly message?: string }[];
    readonly deployments?: readonly { readonly failedTasks?: number }[];
  }[];
}
/** Until the service has so many tasks, and says so of none. */
const settled = (count: number): Step => ({
  until: ['DescribeServices', { cluster: 'c', services: ['s'] }],
  fulfils: ({ services: [found] = [] }: Services) =>
    found?.runningCount === count &&
    found.pendingCount === 0 &&
    (count > 0 || found.events?.[0]?.message?.includes('steady') === true),
});
const inactive: Step = {
  until: ['DescribeServices', { cluster: 'c', services: ['s'] }],
  fulfils: ({ services: [found] = [] }: Services) => found?.status === 'INACTIVE',
};
const deployments: readonly Step[] = [
  ['ListServiceDeployments', { cluster: 'c', service: 's' }, 'list'],
  [
    'DescribeServiceDeployments',
    (answered) => ({
      serviceDeploymentArns: [answered('list.serviceDeployments.0.serviceDeploymentArn')],
    }),
  ],
  [
    'DescribeServiceRevisions',
    (answered) => ({
      serviceRevisionArns: [answered('list.serviceDeployments.0.targetServiceRevisionArn')],
    }),
  ],
];

const seconds = (count: number): readonly Step[] =>
  Array.from({ length: count }, () => ({ advanceSeconds: 1 }));
const [listDeployments, describeDeployments] = deployments as readonly [Step, Step];
const newest = [listDeployments, describeDeployments];
const stopDeployment: Step = [
  'StopServiceDeployment',
  (answered) => ({
    serviceDeploymentArn: answered('list.serviceDeployments.0.serviceDeploymentArn'),
  }),
];
/** The clock of a transcript shows this time at first. */
const NOW = new Date('2026-01-01T00:00:00Z');
const AROUND_NOW = [
  { createdAt: { after: NOW } },
  { createdAt: { before: NOW } },
  { createdAt: { after: new Date(0), before: new Date('2026-01-01T00:00:00.001Z') } },
];
const refusedServices: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps', { portMappings: [{ containerPort: 80 }] }),
  service({ cluster: 'none' }),
  service({ serviceName: undefined }),
  service({ serviceName: 'a b' }),
  service({ taskDefinition: undefined }),
  service({ taskDefinition: 'none' }),
  service({ schedulingStrategy: 'DAEMON' }),
  service({ desiredCount: -1 }),
  service({ desiredCount: 5_001 }),
  service({ healthCheckGracePeriodSeconds: -1 }),
  service({ platformVersion: '1.3.0' }),
  service({ deploymentController: { type: 'CODE_DEPLOY' } }),
  service({ serviceConnectConfiguration: { enabled: true } }),
  service({ placementConstraints: [{ type: 'distinctInstance' }] }),
  service({ placementStrategy: [{ type: 'spread' }] }),
  service({ serviceRegistries: [{ registryArn: 'a' }] }),
  service({ volumeConfigurations: [{ name: 'v' }] }),
  service({ vpcLatticeConfigurations: [{ roleArn: ROLE, targetGroupArn: 'a', portName: 'p' }] }),
  ...[
    { lifecycleHooks: [{ hookTargetArn: 'a' }] },
    { minimumHealthyPercent: -1 },
    { minimumHealthyPercent: 101 },
    { maximumPercent: 0 },
    { maximumPercent: 1_001 },
    { maximumPercent: 50, minimumHealthyPercent: 50 },
    { maximumPercent: 100, minimumHealthyPercent: 100 },
    { strategy: 'BLUE_GREEN' },
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.09 } },
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 100.1 } },
    { strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 1_441 } },
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2.9 } },
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 101 } },
    { strategy: 'LINEAR', linearConfiguration: { stepBakeTimeInMinutes: -1 } },
    { strategy: 'LINEAR', bakeTimeInMinutes: 1_441 },
    { linearConfiguration: {} },
    { canaryConfiguration: {} },
    { strategy: 'CANARY', deploymentCircuitBreaker: { enable: true, rollback: true } },
    { alarms: { enable: true, rollback: true, alarmNames: [] } },
    { alarms: { enable: true, rollback: true, alarmNames: ['none'] } },
    { earlySuccessCriteria: {} },
    ...[0, 2_147_483_648].map((value) => ({
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        thresholdConfiguration: { type: 'COUNT', value },
      },
    })),
  ].map((configuration) => configured(configuration)),
  balanced({ targetGroupArn: undefined }),
  balanced({ loadBalancerName: 'classic' }),
  balanced({ containerName: 'other' }),
  balanced({ containerPort: 81 }),
  balanced({}),
  service({
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    loadBalancers: [{ containerName: 'app', containerPort: 80, targetGroupArn: 'x' }],
  }),
  ['DescribeServices', { cluster: 'c' }],
  ['DescribeServices', { cluster: 'none', services: ['s'] }],
  ['DescribeServices', { cluster: 'c', services: ['s'] }],
  ['DescribeServices', { cluster: 'c', services: Array(11).fill('s') }],
  ['ListServices', { cluster: 'none' }],
  update({ cluster: 'none' }),
  update({}),
  ['DeleteService', { cluster: 'c', service: 's' }],
  ['DescribeServiceDeployments', { serviceDeploymentArns: [] }],
  ['DescribeServiceDeployments', { serviceDeploymentArns: Array(21).fill('x') }],
  [
    'DescribeServiceDeployments',
    { serviceDeploymentArns: [`${MISSING}:service-deployment/c/s/x`] },
  ],
  ['DescribeServiceRevisions', { serviceRevisionArns: [] }],
  ['DescribeServiceRevisions', { serviceRevisionArns: [`${MISSING}:service-revision/c/s/x`] }],
  ['ListServiceDeployments', { cluster: 'c', service: 's' }],
  ['StopServiceDeployment', { serviceDeploymentArn: `${MISSING}:service-deployment/c/s/x` }],
  // What a service that exists refuses.
  service({
    launchType: undefined,
    capacityProviderStrategy: [
      { capacityProvider: 'FARGATE', weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', base: 1 },
    ],
  }),
  ...newest,
  stopDeployment,
  ['StopServiceDeployment', { serviceDeploymentArn: 'x', stopType: 'ABORT' }],
  [
    'StopServiceDeployment',
    (answered) => ({
      serviceDeploymentArn: answered('list.serviceDeployments.0.serviceDeploymentArn'),
      stopType: 'ABORT',
    }),
  ],
  ['ListServiceDeployments', { service: `${MISSING}:service/c/s` }],
  ['ListServiceDeployments', { service: 's' }],
  ...[{ status: ['STOPPED'] }, { status: ['SUCCESSFUL'] }, ...AROUND_NOW].map(
    (more): Step => ['ListServiceDeployments', { cluster: 'c', service: 's', ...more }],
  ),
  ['ListServices', { cluster: 'c', launchType: 'FARGATE' }],
  update({ forceNewDeployment: true, desiredCount: 0 }),
  definitionOf('old', 'sleeps'),
  ['DeregisterTaskDefinition', { taskDefinition: 'old:1' }],
  update({ taskDefinition: 'old:1' }),
  update({ taskDefinition: 'none' }),
  ['DeleteService', { cluster: 'c', service: 's' }],
  service(),
];

/** A service without a load balancer: a task is healthy when it has run for a while. */
const rolling: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  service({ clientToken: 't', desiredCount: 1, ...tagged(1), propagateTags: 'SERVICE' }),
  service({ clientToken: 't' }),
  service({ clientToken: 'u' }),
  settled(1),
  { advanceSeconds: 39 },
  describeServices,
  { advanceSeconds: 2 },
  describeServices,
  ...deployments,
  ['DeleteCluster', { cluster: 'c' }],
  ['ListTasks', { cluster: 'c', serviceName: 's' }, 'list'],
  ...['tags', 'more'].map(
    (value): Step => [
      'TagResource',
      { resourceArn: `${MISSING}:service/c/s`, tags: [{ key: value, value }] },
    ],
  ),
  ['UntagResource', { resourceArn: `${MISSING}:service/c/s`, tagKeys: ['more'] }],
  ['ListTagsForResource', { resourceArn: `${MISSING}:service/c/s` }],
  [
    'TagResource',
    (answered) => ({ resourceArn: answered('list.taskArns.0'), tags: [{ key: 'a', value: 'b' }] }),
  ],
  ['ListTagsForResource', (answered) => ({ resourceArn: answered('list.taskArns.0') })],
  ['DescribeServices', { cluster: 'c', services: [] }],
  ['DescribeTasks', { cluster: 'c', tasks: [] }],
  ['ListServices', { cluster: 'c' }],
  ['ListServices', { cluster: 'c', launchType: 'EC2' }],
  ['ListServices', { cluster: 'c', schedulingStrategy: 'DAEMON' }],
  ['DescribeServices', { cluster: 'c', services: [`${MISSING}:service/c/s`], include: ['TAGS'] }],
  update({ desiredCount: 0, enableECSManagedTags: true, healthCheckGracePeriodSeconds: 5 }),
  settled(0),
  describeServices,
  update({ desiredCount: 1, enableExecuteCommand: true }),
  settled(1),
  { advanceSeconds: 41 },
  describeServices,
  ['DeleteService', { cluster: 'c', service: 's' }],
  ['DeleteService', { cluster: 'c', service: 's', force: true }],
  inactive,
  describeServices,
  update({}),
  ['ListServices', { cluster: 'c' }],
];

const alarm = (AlarmName: string, more: object = {}): Step => [
  'cloudwatch:PutMetricAlarm',
  {
    AlarmName,
    Namespace: 'N',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  },
];
const alarmState = (AlarmName: string, StateValue: string): Step => [
  'cloudwatch:SetAlarmState',
  { AlarmName, StateValue, StateReason: 'test' },
];
const watching = (rollback: boolean) => ({
  alarms: { enable: true, rollback, alarmNames: ['one', 'two'] },
});

interface Deployments {
  readonly serviceDeployments?: readonly { readonly status?: string }[];
}
/** Containers end in real time: until the newest deployment has a status. */
const ended = (status: string): readonly Step[] => [
  {
    until: ['ListServiceDeployments', { cluster: 'c', service: 's' }],
    fulfils: ({ serviceDeployments: [found] = [] }: Deployments) => found?.status === status,
  },
  ...newest,
];
/** Shows the newest deployment after each second. */
const watched = (count: number): readonly Step[] =>
  seconds(count).flatMap((second) => [second, describeDeployments]);

/**
 * Services without a load balancer may shift as well: the weights are those of the deployment.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
const shifting: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  definitionOf('f', 'sleeps'),
  alarm('one'),
  alarm('two'),
  service({
    taskDefinition: 'f:1',
    desiredCount: 1,
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 2 },
      ...watching(true),
    },
  }),
  ...seconds(3),
  settled(1),
  { advanceSeconds: 40 },
  ...newest,
  ...watched(9),
  // The canary, its bake time, the whole traffic, and the bake time of the deployment.
  update({ taskDefinition: 'f:2' }),
  ...seconds(3),
  settled(2),
  listDeployments,
  { advanceSeconds: 40 },
  ...watched(8),
  { advanceSeconds: 114 },
  ...watched(5),
  { advanceSeconds: 177 },
  ...watched(2),
  ...seconds(1),
  ...ended('SUCCESSFUL'),
  describeServices,
  // Back at a person's request, and by an alarm.
  update({ taskDefinition: 'f:1' }),
  ...seconds(3),
  settled(2),
  { advanceSeconds: 40 },
  ...seconds(8),
  ...newest,
  stopDeployment,
  ...ended('ROLLBACK_SUCCESSFUL'),
  stopDeployment,
  describeServices,
  update({ taskDefinition: 'f:1' }),
  ...seconds(3),
  settled(2),
  { advanceSeconds: 40 },
  ...seconds(8),
  alarmState('two', 'ALARM'),
  ...ended('ROLLBACK_SUCCESSFUL'),
  // An alarm that is in ALARM before is not watched.
  update({ taskDefinition: 'f:1' }),
  ...seconds(3),
  settled(2),
  ...newest,
  update({ taskDefinition: 'f:2', forceNewDeployment: true }),
  listDeployments,
  ['DeleteService', { cluster: 'c', service: 's', force: true }],
  inactive,
  describeServices,
];

/** In equal steps, and a stage that takes longer than 24 hours. */
const linear: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  definitionOf('f', 'sleeps'),
  definitionOf('f', 'hangs'),
  service({
    taskDefinition: 'f:1',
    desiredCount: 1,
    deploymentConfiguration: {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 },
    },
  }),
  ...seconds(3),
  settled(1),
  { advanceSeconds: 40 },
  ...seconds(9),
  ...newest,
  update({ taskDefinition: 'f:2' }),
  ...seconds(3),
  settled(2),
  listDeployments,
  { advanceSeconds: 40 },
  ...seconds(7),
  describeDeployments,
  ...[1, 2].flatMap((): readonly Step[] => [{ advanceSeconds: 56 }, ...watched(3)]),
  ...seconds(3),
  ...ended('SUCCESSFUL'),
  update({ taskDefinition: 'f:3' }),
  ...seconds(4),
  ...newest,
  { advanceSeconds: 86_395 },
  ...watched(2),
  ...seconds(1),
  ...ended('ROLLBACK_SUCCESSFUL'),
  describeServices,
  update({ deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration: {} } }),
  update({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } }),
  update({ deploymentConfiguration: { strategy: 'ROLLING' } }),
];

/** Until the tasks of former deployments are gone: a task that is not RUNNING may still be stopping. */
const steady: Step = {
  until: ['DescribeServices', { cluster: 'c', services: ['s'] }],
  fulfils: ({ services: [found] = [] }: Services) =>
    found?.events?.[0]?.message?.includes('steady') === true,
};
/** Until so many tasks of the service's newest revision have failed. */
const failures = (count: number): Step => ({
  until: ['DescribeServices', { cluster: 'c', services: ['s'] }],
  fulfils: ({ services: [found] = [] }: Services) => found?.deployments?.[0]?.failedTasks === count,
});
const breaker = (rollback: boolean, value: number) => ({
  deploymentCircuitBreaker: {
    enable: true,
    rollback,
    thresholdConfiguration: { type: 'COUNT', value },
  },
});

/** Rolling deployments that fail: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
const failing: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  definitionOf('f', 'unwell', { healthCheck: { command: ['CMD', 'a'], interval: 10, retries: 1 } }),
  definitionOf('f', 'sleeps'),
  alarm('one'),
  alarm('two', { EvaluationPeriods: 1 }),
  service({ taskDefinition: 'f:1', desiredCount: 1 }),
  settled(1),
  { advanceSeconds: 40 },
  ...seconds(2),
  update({ taskDefinition: 'f:2', deploymentConfiguration: breaker(true, 2) }),
  settled(2),
  { advanceSeconds: 10 },
  failures(1),
  settled(2),
  { advanceSeconds: 10 },
  ...ended('ROLLBACK_SUCCESSFUL'),
  settled(1),
  describeServices,
  update({ taskDefinition: 'f:2', deploymentConfiguration: breaker(false, 1) }),
  settled(2),
  { advanceSeconds: 10 },
  ...ended('STOPPED'),
  settled(1),
  // Failed health checks do not throttle: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
  update({
    taskDefinition: 'f:2',
    forceNewDeployment: true,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
  }),
  settled(2),
  ...[1, 2, 3, 4, 5].flatMap((count): readonly Step[] => [
    { advanceSeconds: 10 },
    failures(count),
    settled(2),
  ]),
  describeServices,
  listDeployments,
  stopDeployment,
  ...ended('ROLLBACK_SUCCESSFUL'),
  settled(1),
  // The alarms are watched for as long as the slowest needs.
  update({ taskDefinition: 'f:3', deploymentConfiguration: watching(false) }),
  settled(2),
  { advanceSeconds: 40 },
  steady,
  ...seconds(1),
  ...newest,
  { advanceSeconds: 116 },
  ...watched(6),
  update({ taskDefinition: 'f:1' }),
  settled(2),
  alarmState('one', 'ALARM'),
  ...ended('STOPPED'),
  describeServices,
];

const ELB = 'elasticloadbalancingv2';
const GROUPS = ['blue', 'green'] as const;
const groupArn = (color: string) => `${color}.TargetGroups.0.TargetGroupArn`;
const PRODUCTION = 'production.Rules.0.RuleArn';
const TEST = 'test.Rules.0.RuleArn';
const listener = (Port: number, as: string): Step => [
  `${ELB}:CreateListener`,
  (answered) => ({
    LoadBalancerArn: answered('front.LoadBalancers.0.LoadBalancerArn'),
    Port,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: answered(groupArn('blue')) }],
  }),
  as,
];
const rules: Step = [
  `${ELB}:DescribeRules`,
  (answered) => ({ RuleArns: [answered(PRODUCTION), answered(TEST)] }),
];
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** A load balancer whose second listener is for tests: its default rule is the one that shifts. */
const FRONT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'balancer',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  ['iam:PutRolePolicy', { RoleName: 'balancer', PolicyName: 'p', PolicyDocument: POLICY }],
  [
    `${ELB}:CreateLoadBalancer`,
    { Name: 'front', Subnets: ['subnet-1', 'subnet-2'], Scheme: 'internal' },
    'front',
  ],
  ...GROUPS.flatMap((Name): readonly Step[] => [
    [
      `${ELB}:CreateTargetGroup`,
      {
        Name,
        Port: 80,
        Protocol: 'HTTP',
        TargetType: 'ip',
        VpcId: 'v',
        HealthCheckIntervalSeconds: 300,
      },
      Name,
    ],
    [
      `${ELB}:ModifyTargetGroupAttributes`,
      (answered) => ({
        TargetGroupArn: answered(groupArn(Name)),
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
      }),
    ],
  ]),
];
const LISTENERS: readonly Step[] = [
  listener(80, 'listener'),
  [
    `${ELB}:CreateRule`,
    (answered) => ({
      ListenerArn: answered('listener.Listeners.0.ListenerArn'),
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: GROUPS.map((color, index) => ({
              TargetGroupArn: answered(groupArn(color)),
              Weight: 1 - index,
            })),
          },
        },
      ],
    }),
    'production',
  ],
  listener(81, 'tests'),
  [
    `${ELB}:DescribeRules`,
    (answered) => ({ ListenerArn: answered('tests.Listeners.0.ListenerArn') }),
    'test',
  ],
];
const behindFront = (more: object = {}): Step => [
  'CreateService',
  (answered) => ({
    cluster: 'c',
    serviceName: 's',
    taskDefinition: 'f:1',
    launchType: 'FARGATE',
    desiredCount: 1,
    networkConfiguration: NETWORK,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
    loadBalancers: [
      {
        targetGroupArn: answered(groupArn('blue')),
        containerName: 'app',
        containerPort: 80,
        advancedConfiguration: {
          alternateTargetGroupArn: answered(groupArn('green')),
          productionListenerRule: answered(PRODUCTION),
          testListenerRule: answered(TEST),
          roleArn: 'arn:aws:iam::000000000000:role/balancer',
        },
      },
    ],
    ...more,
  }),
];
interface Healths {
  readonly TargetHealthDescriptions?: readonly {
    readonly TargetHealth?: { readonly State?: string };
  }[];
}
/** Targets answer in real time: until all of a group are healthy. */
const healthy = (color: string): Step => ({
  until: [
    `${ELB}:DescribeTargetHealth`,
    (answered) => ({ TargetGroupArn: answered(groupArn(color)) }),
  ],
  fulfils: ({ TargetHealthDescriptions: all = [] }: Healths) =>
    all.length > 0 && all.every(({ TargetHealth }) => TargetHealth?.State === 'healthy'),
});

/**
 * A target answers in real time, so the service notices it in this second or in the next one: the times are left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
 */
const behindBalancer: readonly Step[] = [
  ...ACCOUNT,
  ...['sleeps', 'sleeps'].map((image) =>
    definitionOf('f', image, { portMappings: [{ containerPort: 80 }] }),
  ),
  ...FRONT,
  behindFront(),
  ...LISTENERS,
  behindFront(),
  ...seconds(3),
  settled(1),
  healthy('blue'),
  ...seconds(9),
  ...newest,
  rules,
  // Green gets the test traffic, then all traffic; blue goes after the bake time and its last requests.
  update({ taskDefinition: 'f:2' }),
  ...seconds(3),
  settled(2),
  healthy('green'),
  ...seconds(3),
  rules,
  ...seconds(4),
  rules,
  listDeployments,
  describeDeployments,
  { advanceSeconds: 50 },
  describeDeployments,
  { advanceSeconds: 12 },
  ...seconds(2),
  describeDeployments,
  { advanceSeconds: 12 },
  ...seconds(3),
  ...ended('SUCCESSFUL'),
  ...deployments,
  describeServices,
  // Half percents are weights of 999; a role without its policy can neither go on nor back.
  update({
    taskDefinition: 'f:1',
    deploymentConfiguration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 5 },
    },
  }),
  ...seconds(3),
  settled(2),
  healthy('blue'),
  ...seconds(6),
  rules,
  ['iam:DeleteRolePolicy', { RoleName: 'balancer', PolicyName: 'p' }],
  ...newest,
  stopDeployment,
  ...ended('ROLLBACK_FAILED'),
  describeServices,
];

/** The containers of a runtime end with it. */
const restarts: readonly Step[] = [
  ...ACCOUNT,
  definitionOf('f', 'sleeps'),
  run({ clientToken: 't' }, 'task'),
  ...once('task', 'RUNNING'),
  service({ desiredCount: 1, deploymentConfiguration: { maximumPercent: 150 } }),
  settled(1),
  { advanceSeconds: 40 },
  ...seconds(2),
  { restartAfterSeconds: 10 },
  ...once('task', 'STOPPED'),
  settled(1),
  { advanceSeconds: 40 },
  ...seconds(2),
  describeServices,
  run({ clientToken: 't' }),
  { restartAfterSeconds: 3_540 },
  stateOf('task'),
  { advanceSeconds: 17 },
  stateOf('task'),
  { advanceSeconds: 1 },
  stateOf('task'),
  update({ taskDefinition: 'f', forceNewDeployment: true }),
  { restartAfterSeconds: 1 },
  settled(1),
  { advanceSeconds: 40 },
  ...ended('SUCCESSFUL'),
  describeServices,
];

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

/** The images of the account: their names are the behaviour of their containers. */
const ownImages = (): ContainerImages => ({
  async pull(uri) {
    const name = /\/([^:@]+)/.exec(uri)?.[1] ?? '';
    const problem = PROBLEMS[name];
    if (problem !== undefined) throw new ImageNotPulled({ problem, uri }, `it is ${name}`);
    return {
      uri,
      digest: `sha256:${'a'.repeat(64)}`,
      kind: 'process',
      settings: undefined,
      notices: [],
      start: (options) => startOwn(name, options),
    };
  },
});

const PROBLEMS: Readonly<Record<string, ImageNotPulled['problem']>> = {
  missing: 'Missing',
  denied: 'AccessDenied',
  unbuilt: 'NotBuilt',
};

async function startOwn(name: string, options: ContainerStart): Promise<StartedContainer> {
  if (name === 'empty') throw new NothingToStart('the image has nothing to start');
  const { PORT: port } = options.environment ?? {};
  const server = createServer((_request, response) => void response.end(name));
  if (port !== undefined) {
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(Number(port), '127.0.0.1', resolve);
    });
  }
  options.onOutput(Buffer.from(`${name} ${options.command?.join(' ')}\n`), 'stdout');
  let end!: (end: ContainerEnd) => void;
  const exited = new Promise<ContainerEnd>((resolve) => {
    end = resolve;
  });
  if (name === 'exits') end({ code: 3, signal: undefined });
  const stop = () => {
    server.close();
    server.closeAllConnections();
    end({ code: 143, signal: 'SIGTERM' });
    return exited;
  };
  return {
    pid: undefined,
    started:
      name === 'hangs'
        ? exited.then(() => undefined)
        : Promise.resolve(name === 'broken' ? 'no such command' : undefined),
    exited,
    kill: () => void stop(),
    stop,
    execute: () => Promise.resolve({ code: name === 'unwell' ? 1 : 0, signal: undefined }),
  };
}

/** Of tasks and their containers, network interfaces, deployments and revisions. */
const IDS =
  /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\beni-[\da-f]{17}\b|\b[\da-f]{32}(?:-[\da-f]{10})?\b|(?<=\/)[\da-f]{16}\b|\b\d{19}\b/g;

const withoutTimes = (transcript: string) => transcript.replaceAll(/2026-01-01T[\d:.]+Z/g, 'time');

/** Ports of this machine are as they are free. */
const withoutPorts = (transcript: string) =>
  transcript.replaceAll(/(?<=127\.0\.0\.1:|\(port |on port )\d+/g, 'port');

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html */
const SERVICE_EVENTS = ['ECS Service Action', 'ECS Deployment State Change'];
const EVENT_FORMAT = { depth: Infinity, breakLength: Infinity, compact: true };

/** What the services publish goes to this list. */
function eventsTo(events: ServiceEvent[]): ServiceFactory {
  return () => ({
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onEvent: (event) => void events.push(event),
  });
}

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html
describe('Amazon ECS answers as in the transcript of', () => {
  it.each(
    Object.entries({
      clusters,
      definitions,
      tasks,
      ends,
      'refused-services': refusedServices,
      rolling,
      shifting,
      linear,
      failing,
      'behind-balancer': behindBalancer,
      restarts,
    }),
  )('%s', async (name, steps) => {
    const events: ServiceEvent[] = [];
    const factories = [
      createEcsService,
      eventsTo(events),
      createElasticLoadBalancingV2Service,
      createCloudWatchService,
      createIamService,
      createStsService,
      createLogsService,
      createSsmService,
    ];
    const transcript = await transcriptOf('ecs', factories, steps, { containers: ownImages });

    // The events of services are at the end of their transcript.
    const published = events
      .filter((event) => SERVICE_EVENTS.includes(event['detail-type']))
      .map((event) => `event ${inspect(event, EVENT_FORMAT)}\n`);
    const whole = transcript + published.join('');
    const numbered = withoutPorts(withNumberedIds(whole, IDS));
    const shownTranscript = name === 'behind-balancer' ? withoutTimes(numbered) : numbered;
    await expect(shownTranscript).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
