import type { RunTaskRequest, RunTaskResponse, TaskOverride } from '@aws-sdk/client-ecs';
import type { Checked } from '../../cloud/operation.ts';
import { taskArn } from './arns.ts';
import { findCluster } from './clusters.ts';
import { describeWithTags } from './describe-task.ts';
import {
  ClientException,
  ConflictException,
  InvalidParameterException,
  UnsupportedFeature,
} from './errors.ts';
import { isFargateSize, readCpu, readMemory } from './fargate-sizes.ts';
import { readLaunch } from './launch.ts';
import { MAX_OVERRIDES_CHARACTERS, MAX_TASKS_OF_REQUEST, TOKEN_LIFETIME_MS } from './limits.ts';
import { makeTask } from './make-task.ts';
import type { EcsState } from './state.ts';
import type { ClusterRecord, DefinitionRecord } from './store.ts';
import { lookUpDefinition } from './task-definitions.ts';

/** Starts tasks, once for each client token. */
export function runTask(state: EcsState, input: Checked<RunTaskRequest>): RunTaskResponse {
  const { cloud, store } = state;
  const cluster = findCluster(store, input.cluster);
  const before = startedBefore(state, cluster, input);
  if (before !== undefined) return before;
  const definition = findDefinition(state, input.taskDefinition);
  const place = readLaunch(cluster, definition, input);
  checkOverrides(definition, input.overrides);
  const { count = 1 } = input;
  if (count < 1 || count > MAX_TASKS_OF_REQUEST) {
    throw new InvalidParameterException(`count must be between 1 and ${MAX_TASKS_OF_REQUEST}.`);
  }
  const tasks = Array.from({ length: count }, () =>
    makeTask(state, { cluster, definition, input, place }),
  );
  for (const task of tasks) state.runs.begin(task, definition);
  if (input.clientToken !== undefined) {
    store.putToken({
      cluster: cluster.name,
      token: input.clientToken,
      request: withoutToken(input),
      tasks: tasks.map(({ id }) => id),
      usedAt: cloud.clock.now(),
    });
  }
  return { tasks: tasks.map((task) => describeWithTags(cloud, task, definition)), failures: [] };
}

function withoutToken(input: RunTaskRequest): string {
  return JSON.stringify({ ...input, clientToken: undefined }, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/** The tasks of a former request with the same token. @throws ConflictException for one with other parameters */
function startedBefore(
  { cloud, store }: EcsState,
  { name }: ClusterRecord,
  input: RunTaskRequest,
): RunTaskResponse | undefined {
  const record = input.clientToken === undefined ? undefined : store.token(name, input.clientToken);
  if (record === undefined || record.usedAt + TOKEN_LIFETIME_MS <= cloud.clock.now())
    return undefined;
  const arns = record.tasks.map((id) => taskArn(cloud, name, id));
  if (record.request !== withoutToken(input)) throw new ConflictException(arns);
  const tasks = record.tasks.flatMap((id) => store.task(name, id) ?? []);
  // The token ends with its tasks, which are kept for an hour after their end.
  if (tasks.length === 0) return undefined;
  return {
    tasks: tasks.map((task) =>
      task.lastStatus === 'STOPPED'
        ? {
            taskArn: taskArn(cloud, name, task.id),
            lastStatus: task.lastStatus,
            desiredStatus: task.desiredStatus,
          }
        : describeWithTags(cloud, task, store.definition(task.family, task.revision)),
    ),
    failures: [],
  };
}

function findDefinition({ store }: EcsState, name: string): DefinitionRecord {
  const definition = lookUpDefinition(store, name);
  if (definition === undefined) throw new ClientException('TaskDefinition not found.');
  if (definition.status === 'INACTIVE') {
    throw new InvalidParameterException('TaskDefinition is inactive');
  }
  return definition;
}

function checkOverrides({ content }: DefinitionRecord, overrides: TaskOverride | undefined): void {
  if (overrides === undefined) return;
  if (JSON.stringify(overrides).length > MAX_OVERRIDES_CHARACTERS) {
    throw new InvalidParameterException(
      `Container Overrides length must be at most ${MAX_OVERRIDES_CHARACTERS}`,
    );
  }
  const names = content.containerDefinitions?.map(({ name }) => name) ?? [];
  for (const { environmentFiles = [], memory = 1, name } of overrides.containerOverrides ?? []) {
    if (!names.includes(name)) {
      throw new InvalidParameterException(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
    if (memory < 1) {
      throw new InvalidParameterException(`Invalid 'memory' setting for container '${name}'.`);
    }
    if (environmentFiles.length > 0) throw new UnsupportedFeature(`environmentFiles of ${name}`);
  }
  const cpu = readCpu(overrides.cpu ?? content.cpu ?? '');
  const memory = readMemory(overrides.memory ?? content.memory ?? '');
  if (!isFargateSize(cpu ?? 0, memory ?? 0)) {
    throw new InvalidParameterException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}
