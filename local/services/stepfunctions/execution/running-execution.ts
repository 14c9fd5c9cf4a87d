import {
  type ExecutionIdentity,
  type ExecutionResult,
  type HistoryEvent,
  type Host,
  type MapRunReporter,
  type MapRunRequest,
} from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { nameOfMachine } from '../arns.ts';
import { actAs } from '../role.ts';
import type { Revision } from '../stores/machine-store.ts';
import { createEventLog, type EventLog } from './log-records.ts';
import { type CountedAs, recordEnded, recordStarted, TaskMetrics } from './metrics.ts';
import { prepareTask, runTask, type TaskRunner } from './run-task.ts';
import { showEvent } from './shown-event.ts';
import type { Turns } from './turns.ts';

/** The members of an execution that its host needs, for every kind of execution. */
export interface ExecutionPlan {
  readonly identity: ExecutionIdentity;
  readonly revision: Revision;
  /** The machine that the user created, also for children of a map run: for roles, events and metrics. */
  readonly parentMachineArn: string;
  readonly startDate: number;
  readonly redriveCount: number;
}

/** Receives the events and the result of an execution. */
export interface ExecutionSink {
  /** Stores the event. */
  append(event: HistoryEvent): void;
  startMapRun(
    request: MapRunRequest,
    reporter: MapRunReporter,
    principal: () => Promise<Principal>,
  ): () => void;
  ended(result: ExecutionResult): void;
}

export type HostServices = Pick<TaskRunner, 'integrations' | 'tokens' | 'listeners'> & {
  readonly cloud: Cloud;
  readonly turns: Turns;
};

/** An execution may pause after this many steps, not after each one: a new one enters its first states immediately. */
const STEPS_AT_ONCE = 16;

/** The engine's host for one execution: the cloud's clock and random numbers, and its services as tasks. */
export function createHost(services: HostServices, plan: ExecutionPlan, sink: ExecutionSink): Host {
  const { cloud, turns } = services;
  const { identity, revision } = plan;
  const log = eventLog(cloud, plan);
  const metrics = new TaskMetrics(cloud);
  const counted = countedAs(plan);
  let steps = 0;
  let principal: Promise<Principal> | undefined;
  const role = () => {
    principal ??= actAs(cloud, revision.roleArn, identity.executionName);
    return principal;
  };
  const runner: TaskRunner = {
    ...services,
    executionArn: identity.executionArn,
    executionName: identity.executionName,
    stateMachineArn: plan.parentMachineArn,
    principal: role,
  };
  return {
    clock: cloud.clock,
    random: cloud.random,
    append(event) {
      sink.append(event);
      log?.(showEvent(event));
      metrics.append(event);
      if (event.type === 'ExecutionStarted') recordStarted(cloud, counted);
    },
    prepareTask: (invocation) => prepareTask(runner, invocation),
    startTask: (invocation, reporter) => runTask(runner, invocation, reporter),
    startMapRun: (request, reporter) => sink.startMapRun(request, reporter, role),
    pause(proceed) {
      steps += 1;
      return steps % STEPS_AT_ONCE === 0 && turns.pause(proceed);
    },
    ended(result) {
      recordEnded(cloud, counted, result.status, cloud.clock.now() - plan.startDate);
      sink.ended(result);
    },
  };
}

function countedAs({ identity, parentMachineArn }: ExecutionPlan): CountedAs {
  const { stateMachineVersionArn: versionArn, stateMachineAliasArn: aliasArn } = identity;
  return { machineArn: parentMachineArn, versionArn, aliasArn };
}

function eventLog(
  cloud: Cloud,
  { identity, revision, redriveCount }: ExecutionPlan,
): EventLog | undefined {
  return createEventLog(cloud, revision.loggingConfiguration, {
    executionArn: identity.executionArn,
    machineName: nameOfMachine(identity.stateMachineArn),
    redriveCount,
  });
}
