import type { HistoryEvent } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';

const NAMESPACE = 'AWS/States';

/** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
const ENDED_METRICS = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

/** What an execution is counted under. */
export interface CountedAs {
  readonly machineArn: string;
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
}

export function recordStarted(cloud: Cloud, counted: CountedAs): void {
  for (const dimensions of dimensionsOf(counted)) count(cloud, 'ExecutionsStarted', dimensions);
}

export function recordEnded(
  cloud: Cloud,
  counted: CountedAs,
  status: keyof typeof ENDED_METRICS,
  durationMs: number,
): void {
  for (const dimensions of dimensionsOf(counted)) {
    count(cloud, ENDED_METRICS[status], dimensions);
    time(cloud, 'ExecutionTime', dimensions, durationMs);
  }
}

/** The machine's metrics count all executions; a version and an alias have metrics of their own besides. */
function dimensionsOf({ machineArn, versionArn, aliasArn }: CountedAs): readonly Dimensions[] {
  const machine = { StateMachineArn: machineArn };
  return [
    machine,
    ...(versionArn === undefined ? [] : [{ ...machine, Version: qualifierOf(versionArn) }]),
    ...(aliasArn === undefined ? [] : [{ ...machine, Alias: qualifierOf(aliasArn) }]),
  ];
}

function qualifierOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

interface Family {
  readonly dimension: string;
  /** `LambdaFunctions` in counts, `LambdaFunction` in times. */
  readonly plural: string;
  readonly singular: string;
}

interface RunningTask {
  readonly family: Family;
  readonly arn: string;
  readonly scheduledAt: number;
  readonly startedAt: number | undefined;
}

const FAMILIES: readonly (readonly [prefix: string, Family])[] = [
  [
    'LambdaFunction',
    { dimension: 'LambdaFunctionArn', plural: 'LambdaFunctions', singular: 'LambdaFunction' },
  ],
  ['Activity', { dimension: 'ActivityArn', plural: 'Activities', singular: 'Activity' }],
  [
    'Task',
    {
      dimension: 'ServiceIntegrationResourceArn',
      plural: 'ServiceIntegrations',
      singular: 'ServiceIntegration',
    },
  ],
];

/** Counts the tasks of one execution and how long they take, from its events. */
export class TaskMetrics {
  readonly #cloud: Cloud;
  /** By the frame of their thread. */
  readonly #running = new Map<number, RunningTask>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  append(event: HistoryEvent): void {
    const match = /^(LambdaFunction|Activity|Task)(?!State)(\w+)$/.exec(event.type);
    const [, prefix, what] = match ?? [];
    if (prefix === undefined || what === undefined) return;
    if (what === 'Scheduled') this.#scheduled(prefix, event);
    else this.#happened(what, event);
  }

  #scheduled(prefix: string, { details, frame, timestamp }: HistoryEvent): void {
    const family = FAMILIES.find(([name]) => name === prefix)?.[1];
    if (family === undefined) return;
    const arn =
      prefix === 'Task'
        ? `arn:${this.#cloud.partition}:states:::${details.resourceType ?? ''}:${details.resource ?? ''}`
        : (details.resource ?? '');
    this.#running.set(frame, { family, arn, scheduledAt: timestamp, startedAt: undefined });
    count(this.#cloud, `${family.plural}Scheduled`, { [family.dimension]: arn });
  }

  #happened(what: string, { details, frame, timestamp }: HistoryEvent): void {
    const task = this.#running.get(frame);
    if (task === undefined) return;
    const { family, arn, scheduledAt, startedAt } = task;
    const dimensions = { [family.dimension]: arn };
    if (what === 'Started') {
      this.#running.set(frame, { ...task, startedAt: timestamp });
      count(this.#cloud, `${family.plural}Started`, dimensions);
      time(this.#cloud, `${family.singular}ScheduleTime`, dimensions, timestamp - scheduledAt);
    } else if (what === 'Succeeded' || what.endsWith('Failed') || what === 'TimedOut') {
      this.#running.delete(frame);
      const outcome = what.endsWith('Failed') ? 'Failed' : what;
      const heartbeat = details.error === 'States.HeartbeatTimeout' ? 'Heartbeat' : '';
      count(this.#cloud, `${family.plural}${heartbeat}${outcome}`, dimensions);
      time(this.#cloud, `${family.singular}Time`, dimensions, timestamp - scheduledAt);
      if (startedAt !== undefined) {
        time(this.#cloud, `${family.singular}RunTime`, dimensions, timestamp - startedAt);
      }
    }
  }
}

type Dimensions = Readonly<Record<string, string>>;

function count(cloud: Cloud, name: string, dimensions: Dimensions): void {
  cloud.recordMetric({ namespace: NAMESPACE, name, dimensions, value: 1, unit: 'Count' });
}

function time(cloud: Cloud, name: string, dimensions: Dimensions, value: number): void {
  cloud.recordMetric({ namespace: NAMESPACE, name, dimensions, value, unit: 'Milliseconds' });
}
