import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ECS,
  ListTasksRequest,
  ListTasksResponse,
  RunTaskRequest,
  StopTaskRequest,
  StopTaskResponse,
} from '@aws-sdk/client-ecs';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import {
  clusterArn,
  clusterName,
  definitionArn,
  readDefinitionName,
  taskArn,
  taskId,
} from './arns.ts';
import { findCluster } from './clusters.ts';
import { describeTask, describeWithTags } from './describe-task.ts';
import { InvalidParameterException } from './errors.ts';
import { MAX_DESCRIBED } from './limits.ts';
import { pageOf } from './pages.ts';
import { runTask } from './run-task.ts';
import { serviceName as nameOfService } from './services/names.ts';
import type { EcsState } from './state.ts';
import type { TaskRecord } from './store.ts';
import { taggedAtCreation } from './tag-lists.ts';
import { lookUpDefinition, passed } from './task-definitions.ts';

/** Tasks: one-off runs of a task definition. */
export const taskOperations: OperationTable<ECS, EcsState> = {
  RunTask: {
    permissions: (input: RunTaskRequest, state) => runPermissions(input, state),
    run: (input: Checked<RunTaskRequest>, state) => runTask(state, input),
  },
  StopTask: {
    permissions: ({ cluster, task = '' }: StopTaskRequest, state) =>
      onTask(state, 'StopTask', cluster, task),
    run: (input: Checked<StopTaskRequest>, state) => stopTask(state, input),
  },
  DescribeTasks: {
    readOnly: true,
    permissions: ({ cluster, tasks = [] }: DescribeTasksRequest, state) =>
      tasks.map((task) => onTask(state, 'DescribeTasks', cluster, task)),
    run: (input: DescribeTasksRequest, state) => describeTasks(state, input),
  },
  ListTasks: {
    readOnly: true,
    // The resource type of this action is the container instance; a cluster is its condition key.
    permissions: ({ cluster }: ListTasksRequest, { cloud }) => ({
      action: 'ecs:ListTasks',
      resource: '*',
      context: { 'ecs:cluster': clusterArn(cloud, clusterName(cluster)) },
    }),
    run: (input: ListTasksRequest, state) => listTasks(state, input),
  },
};

/** A family without a revision is the newest one's ARN: https://github.com/aws/aws-cdk/issues/31714 */
function runPermissions(
  { cluster, overrides, tags, taskDefinition = '' }: RunTaskRequest,
  { cloud, store }: EcsState,
): readonly Permission[] {
  const definition = lookUpDefinition(store, taskDefinition);
  const { family, revision } = definition ?? readDefinitionName(taskDefinition);
  const { executionRoleArn, taskRoleArn } = definition?.content ?? {};
  const place = clusterName(cluster);
  const context = { 'ecs:cluster': clusterArn(cloud, place) };
  return [
    { action: 'ecs:RunTask', resource: definitionArn(cloud, family, revision ?? '*'), context },
    ...taggedAtCreation('RunTask', tags, taskArn(cloud, place, '*')),
    ...passed(
      overrides?.taskRoleArn ?? taskRoleArn,
      overrides?.executionRoleArn ?? executionRoleArn,
    ),
  ];
}

function onTask(
  { cloud }: EcsState,
  action: string,
  cluster: string | undefined,
  task: string,
): Permission {
  const name = clusterName(cluster);
  const resource = taskArn(cloud, name, taskId(task));
  return {
    action: `ecs:${action}`,
    resource,
    context: { 'ecs:cluster': clusterArn(cloud, name) },
  };
}

async function stopTask(
  state: EcsState,
  input: Checked<StopTaskRequest>,
): Promise<StopTaskResponse> {
  const { cloud, store } = state;
  const { name } = findCluster(store, input.cluster);
  const task = store.task(name, taskId(input.task));
  if (task === undefined) {
    throw new InvalidParameterException('The referenced task was not found.');
  }
  const { reason = 'Task stopped by user' } = input;
  if (task.service !== undefined) await state.controllers.stopTask(task, reason);
  const stopped =
    task.service === undefined
      ? state.runs.stop(task, reason)
      : (store.task(name, task.id) ?? task);
  const definition = store.definition(task.family, task.revision);
  return { task: describeTask(cloud, stopped, definition) };
}

function describeTasks(
  { cloud, store }: EcsState,
  { cluster, include = [], tasks = [] }: DescribeTasksRequest,
): DescribeTasksResponse {
  const { name } = findCluster(store, cluster);
  if (tasks.length === 0) throw new InvalidParameterException('Tasks cannot be empty.');
  if (tasks.length > MAX_DESCRIBED) {
    throw new InvalidParameterException(`At most ${MAX_DESCRIBED} tasks can be described.`);
  }
  const described: DescribeTasksResponse['tasks'] = [];
  const failures: DescribeTasksResponse['failures'] = [];
  const describe = include.includes('TAGS') ? describeWithTags : describeTask;
  for (const given of tasks) {
    const task = store.task(name, taskId(given));
    if (task === undefined) {
      failures.push({ arn: taskArn(cloud, name, taskId(given)), reason: 'MISSING' });
    } else {
      described.push(describe(cloud, task, store.definition(task.family, task.revision)));
    }
  }
  return { tasks: described, failures };
}

function listTasks({ cloud, store }: EcsState, input: ListTasksRequest): ListTasksResponse {
  const { name } = findCluster(store, input.cluster);
  const found = store.tasks(name).filter((task) => isListed(task, input));
  const { items, ...rest } = pageOf(
    found.map(({ id }) => taskArn(cloud, name, id)),
    input,
  );
  return { taskArns: items, ...rest };
}

/** Container instances do not exist here, so none of their tasks do. */
function isListed(task: TaskRecord, input: ListTasksRequest): boolean {
  const {
    containerInstance,
    desiredStatus = 'RUNNING',
    family,
    launchType,
    serviceName,
    startedBy,
  } = input;
  if (containerInstance !== undefined) return false;
  if (serviceName !== undefined && task.service !== nameOfService(serviceName)) return false;
  return (
    task.desiredStatus === desiredStatus &&
    (family === undefined || task.family === family) &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (launchType === undefined || launchType === 'FARGATE')
  );
}
