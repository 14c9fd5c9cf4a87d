import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { type ObservedEvent, windowMetricSchema } from '../../events/index.ts';

export interface Measurement {
  readonly name: string;
  readonly unit: (typeof MetricUnit)[keyof typeof MetricUnit];
  readonly value: number;
  /** Of a column of the project. */
  readonly column?: string;
}

type Of<Type extends ObservedEvent['detail-type']> = Extract<
  ObservedEvent,
  { 'detail-type': Type }
>['detail'];

/** The metrics of an event; none for an intermediate step. */
export function measureEvent(event: ObservedEvent): Measurement[] {
  switch (event['detail-type']) {
    case 'Step Functions Execution Status Change':
      return measureExecution(event.detail);
    case 'SageMaker Training Job State Change':
      return measureJob('TrainingJobs', event.detail.TrainingJobStatus, {
        start: event.detail.TrainingStartTime,
        end: event.detail.TrainingEndTime,
      });
    case 'SageMaker Processing Job State Change':
      return measureJob('ProcessingJobs', event.detail.ProcessingJobStatus, {
        start: event.detail.ProcessingStartTime,
        end: event.detail.ProcessingEndTime,
      });
    case 'SageMaker Transform Job State Change':
      return measureJob('TransformJobs', event.detail.TransformJobStatus, {
        start: event.detail.TransformStartTime,
        end: event.detail.TransformEndTime,
      });
    case 'SageMaker Model Package State Change':
      return measurePackage(event.detail);
    case 'SageMaker Endpoint State Change':
      return [count(`Endpoint${camelCase(event.detail.EndpointStatus)}`)];
    case 'SageMaker Endpoint Deployment State Change':
      return [count('DeploymentSteps')];
  }
}

const executionStatuses: Readonly<Record<string, string>> = {
  RUNNING: 'Started',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  TIMED_OUT: 'TimedOut',
  ABORTED: 'Aborted',
};

function measureExecution(detail: Of<'Step Functions Execution Status Change'>): Measurement[] {
  const status = executionStatuses[detail.status];
  if (status === undefined) return [];
  const workflow = camelCase(detail.stateMachineArn.split('-').at(-1) ?? 'workflow');
  const outcome = readOutcome(detail.output);
  return [
    count(`${workflow}${status}`),
    ...(outcome === undefined ? [] : [count(`${workflow}Ended${camelCase(outcome)}`)]),
    ...measureDuration(`${workflow}Duration`, detail.startDate, detail.stopDate),
    ...measureWindow(detail.output),
  ];
}

const windowSchema = z.object({ metrics: z.array(windowMetricSchema) });

/** The numbers that a monitoring found about its window. */
function measureWindow(output: string | null | undefined): Measurement[] {
  const { data } = windowSchema.safeParse(parseJson(output ?? ''));
  return (data?.metrics ?? []).map(({ name, value, column }) => ({
    name: name.slice(0, LONGEST_WORDS),
    unit: MetricUnit.NoUnit,
    value,
    ...(column === undefined ? {} : { column }),
  }));
}

/** Workflows end in states named for the outcome, and say it in their output. */
function readOutcome(output: string | null | undefined): string | undefined {
  if (output === null || output === undefined) return undefined;
  const parsed = parseJson(output);
  if (typeof parsed !== 'object' || parsed === null || !('outcome' in parsed)) return undefined;
  return typeof parsed.outcome === 'string' ? parsed.outcome : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A truncated output does not contain the outcome.
    return undefined;
  }
}

/** As events contain it: a number, a text with a number, or nothing. */
type Time = number | string | null | undefined;

interface JobTimes {
  readonly start: Time;
  readonly end: Time;
}

function measureJob(kind: string, status: string, { start, end }: JobTimes): Measurement[] {
  if (!['Completed', 'Failed', 'Stopped'].includes(status)) return [];
  return [count(`${kind}${status}`), ...measureDuration(`${kind}Duration`, start, end)];
}

function measurePackage(detail: Of<'SageMaker Model Package State Change'>): Measurement[] {
  const updated = detail.UpdatedModelPackageFields;
  if (updated === undefined || updated === null) return [count('ModelsRegistered')];
  if (!updated.includes('ModelApprovalStatus')) return [];
  return [count(`Models${detail.ModelApprovalStatus ?? 'Changed'}`)];
}

function measureDuration(name: string, start: Time, end: Time): Measurement[] {
  const value = readTime(end) - readTime(start);
  return Number.isFinite(value) ? [{ name, unit: MetricUnit.Milliseconds, value }] : [];
}

function readTime(time: Time): number {
  return typeof time === 'number' || (typeof time === 'string' && time !== '')
    ? Number(time)
    : Number.NaN;
}

/** A metric's name has at most 255 characters; ours have far fewer. */
const LONGEST_WORDS = 100;

function count(name: string): Measurement {
  return { name, unit: MetricUnit.Count, value: 1 };
}

/** `IN_SERVICE`, `Below the gate`, `training` → `InService`, `BelowTheGate`, `Training` */
function camelCase(text: string): string {
  return text
    .slice(0, LONGEST_WORDS)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const rest = word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1);
      return `${word.charAt(0).toUpperCase()}${rest}`;
    })
    .join('');
}
