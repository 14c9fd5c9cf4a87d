import type {
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ECS,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { definitionArn, readDefinitionName } from './arns.ts';
import { ClientException, InvalidParameterException } from './errors.ts';
import { pageOf } from './pages.ts';
import { readTaskDefinition } from './register-task-definition.ts';
import type { EcsState } from './state.ts';
import type { DefinitionRecord, EcsStore } from './store.ts';
import { taggedAtCreation, tagList, tagRecord } from './tag-lists.ts';
import { TASKS_PRINCIPAL } from './tasks-principal.ts';

/** Task definitions: revisions, which never change. */
export const taskDefinitionOperations: OperationTable<ECS, EcsState> = {
  RegisterTaskDefinition: {
    permissions: (input: RegisterTaskDefinitionRequest, { cloud }) => [
      { action: 'ecs:RegisterTaskDefinition', resource: '*' },
      ...taggedAtCreation(
        'RegisterTaskDefinition',
        input.tags,
        definitionArn(cloud, input.family ?? '', '*'),
      ),
      ...passed(input.taskRoleArn, input.executionRoleArn),
    ],
    run: (input: Checked<RegisterTaskDefinitionRequest>, state, { principal }) =>
      register(state, input, principal),
  },
  DescribeTaskDefinition: {
    readOnly: true,
    permissions: () => ({ action: 'ecs:DescribeTaskDefinition', resource: '*' }),
    run: (input: DescribeTaskDefinitionRequest, state) => describe(state, input),
  },
  ListTaskDefinitions: {
    readOnly: true,
    permissions: () => ({ action: 'ecs:ListTaskDefinitions', resource: '*' }),
    run: (input: ListTaskDefinitionsRequest, state) => list(state, input),
  },
  ListTaskDefinitionFamilies: {
    readOnly: true,
    permissions: () => ({ action: 'ecs:ListTaskDefinitionFamilies', resource: '*' }),
    run: (input: ListTaskDefinitionFamiliesRequest, state) => listFamilies(state, input),
  },
  DeregisterTaskDefinition: {
    permissions: () => ({ action: 'ecs:DeregisterTaskDefinition', resource: '*' }),
    run: (input: DeregisterTaskDefinitionRequest, state) => deregister(state, input),
  },
};

/** The permissions to pass the roles of a task. */
export function passed(...roles: readonly (string | undefined)[]): readonly Permission[] {
  const given = new Set(roles.filter((role) => role !== undefined));
  return [...given].map((role) => passRole(role, TASKS_PRINCIPAL));
}

function register(
  { cloud, store }: EcsState,
  input: Checked<RegisterTaskDefinitionRequest>,
  { arn, service }: { readonly arn?: string; readonly service?: string },
): RegisterTaskDefinitionResponse {
  const { family } = input;
  const content = readTaskDefinition(input);
  const revision = (store.definitions(family).at(-1)?.revision ?? 0) + 1;
  const record: DefinitionRecord = {
    family,
    revision,
    status: 'ACTIVE',
    content,
    registeredAt: cloud.clock.now(),
    registeredBy: arn ?? service ?? '',
    tags: tagRecord(input.tags),
  };
  store.putDefinition(record);
  const { tags } = record;
  return {
    taskDefinition: describeDefinition(cloud, record),
    ...(Object.keys(tags).length > 0 && { tags: tagList(tags) }),
  };
}

/**
 * A revision by its name; without a number, the newest active one.
 *
 * @returns undefined if there is none
 */
export function lookUpDefinition(store: EcsStore, given: string): DefinitionRecord | undefined {
  const { family, revision } = readDefinitionName(given);
  if (revision !== undefined) return store.definition(family, revision);
  return store.definitions(family).findLast(({ status }) => status === 'ACTIVE');
}

function describe(
  { cloud, store }: EcsState,
  { include = [], taskDefinition = '' }: DescribeTaskDefinitionRequest,
): DescribeTaskDefinitionResponse {
  const record = lookUpDefinition(store, taskDefinition);
  // AWS's words: https://github.com/hashicorp/terraform-provider-aws/issues/632
  if (record === undefined) throw new ClientException('Unable to describe task definition.');
  const tags = include.includes('TAGS') ? tagList(record.tags) : [];
  return { taskDefinition: describeDefinition(cloud, record), tags };
}

function describeDefinition(cloud: EcsState['cloud'], record: DefinitionRecord): TaskDefinition {
  const { content, deregisteredAt, family, registeredAt, revision, status } = record;
  const { requiresCompatibilities = [] } = content;
  const isOwnNetwork = content.networkMode === 'awsvpc';
  return {
    ...content,
    taskDefinitionArn: definitionArn(cloud, family, revision),
    revision,
    status,
    compatibilities: [
      'EC2',
      ...(isOwnNetwork && content.cpu !== undefined ? (['FARGATE'] as const) : []),
      ...(requiresCompatibilities.includes('MANAGED_INSTANCES')
        ? (['MANAGED_INSTANCES'] as const)
        : []),
    ],
    requiresAttributes: attributesOf(record),
    registeredAt: new Date(registeredAt),
    registeredBy: record.registeredBy,
    ...(deregisteredAt !== undefined && { deregisteredAt: new Date(deregisteredAt) }),
  };
}

/** What an instance must be able to do: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html */
function attributesOf({ content }: DefinitionRecord): TaskDefinition['requiresAttributes'] {
  const { containerDefinitions = [], executionRoleArn, networkMode, taskRoleArn } = content;
  const logs = containerDefinitions.some(({ logConfiguration }) => logConfiguration !== undefined);
  const names = [
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
    ...(logs ? ['com.amazonaws.ecs.capability.logging-driver.awslogs'] : []),
    ...(logs && executionRoleArn !== undefined ? ['ecs.capability.execution-role-awslogs'] : []),
    ...(networkMode === 'awsvpc' ? ['ecs.capability.task-eni'] : []),
    ...(taskRoleArn === undefined ? [] : ['com.amazonaws.ecs.capability.task-iam-role']),
  ];
  return names.map((name) => ({ name }));
}

function list(
  { cloud, store }: EcsState,
  input: ListTaskDefinitionsRequest,
): ListTaskDefinitionsResponse {
  const { familyPrefix, sort = 'ASC', status = 'ACTIVE' } = input;
  const found = store.definitions(familyPrefix).filter((record) => record.status === status);
  const isDescending = sort === 'DESC';
  const sorted = isDescending ? found.toReversed() : found;
  const { items, ...rest } = pageOf(
    sorted.map(({ family, revision }) => definitionArn(cloud, family, revision)),
    input,
    isDescending,
  );
  return { taskDefinitionArns: items, ...rest };
}

function listFamilies(
  { store }: EcsState,
  input: ListTaskDefinitionFamiliesRequest,
): ListTaskDefinitionFamiliesResponse {
  const { familyPrefix = '', status = 'ALL' } = input;
  const active = new Set<string>();
  const families = new Set<string>();
  for (const record of store.definitions()) {
    families.add(record.family);
    if (record.status === 'ACTIVE') active.add(record.family);
  }
  const wanted = [...families].filter(
    (family) =>
      family.startsWith(familyPrefix) &&
      (status === 'ALL' || active.has(family) === (status === 'ACTIVE')),
  );
  const { items, ...rest } = pageOf(wanted, input);
  return { families: items, ...rest };
}

function deregister(
  { cloud, store }: EcsState,
  { taskDefinition = '' }: DeregisterTaskDefinitionRequest,
): DeregisterTaskDefinitionResponse {
  const { revision } = readDefinitionName(taskDefinition);
  if (revision === undefined) {
    throw new InvalidParameterException('Task definition revision must be specified.');
  }
  const record = lookUpDefinition(store, taskDefinition);
  if (record === undefined) {
    throw new ClientException('The specified task definition does not exist.');
  }
  if (record.status === 'INACTIVE') {
    return { taskDefinition: describeDefinition(cloud, record) };
  }
  const inactive = { ...record, status: 'INACTIVE', deregisteredAt: cloud.clock.now() } as const;
  store.putDefinition(inactive);
  return { taskDefinition: describeDefinition(cloud, inactive) };
}
