import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { dim, green, seconds, yellow } from '../terminal/terminal.ts';
import { readableCause } from './readable-cause.ts';

/** What happened in a state between its beginning and its end. */
export interface StateWork {
  readonly name: string;
  readonly enteredAtMs: number;
  /** Attempts that failed, the last one last. */
  readonly failures: readonly Failure[];
  /** Whether the last attempt failed: a state that is left nevertheless has caught it. */
  readonly hasFailed: boolean;
  /** What the work was good for: `validation-rmse 2.05`. */
  readonly result: string;
}

export interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** What AWS says where something that was asked for is missing or taken: an answer, not a fault. */
const ANSWERS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/ConditionalCheckFailed/, 'taken already'],
  [/could not find|not ?found|does not exist|no ?such/i, 'not there'],
];

/** What an error of a task that the workflow has caught means, where it is an answer. */
function meaningOf({ error, cause }: Failure): string | undefined {
  return ANSWERS.find(([pattern]) => pattern.test(`${error} ${cause}`))?.[1];
}

/** The line of a state that has ended: `✓ Train model … 0.4 s, validation-rmse 2.05`. */
export function renderStateLine(work: StateWork, leftAtMs: number): string {
  const failure = work.hasFailed ? work.failures.at(-1) : undefined;
  const meaning = failure === undefined ? undefined : meaningOf(failure);
  const attempts = work.failures.length + (failure === undefined ? 1 : 0);
  const notes = [
    seconds(leftAtMs - work.enteredAtMs),
    ...(work.result === '' ? [] : [work.result]),
    ...(meaning === undefined ? [] : [meaning]),
    ...(attempts > 1 && meaning === undefined ? [`${attempts} attempts`] : []),
  ];
  const line = `${work.name} ${dim(`… ${notes.join(', ')}`)}`;
  if (failure === undefined || meaning !== undefined) return `${green('✓')} ${line}`;
  return `${yellow('!')} ${line}: ${renderFailure(failure)}`;
}

export function renderFailure({ error, cause }: Failure): string {
  return cause === '' ? error : `${error}: ${cause}`;
}

/** Where SDKs append the service, the request and the attempt to a message. */
const REQUEST = /(?: \((?:Service: [^()]*; |Service: [^()]*, |SDK Attempt Count: )[^()]*\))+$/;

/** What went wrong in a task; the execution may continue after it. */
export function failureOf(event: HistoryEvent): Failure | undefined {
  const details =
    event.taskFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.evaluationFailedEventDetails;
  if (details === undefined) return undefined;
  const cause = readableCause(details.cause).replace(REQUEST, '');
  return { error: details.error ?? 'Error', cause };
}

const trainedSchema = z.object({
  FinalMetricDataList: z.array(z.object({ MetricName: z.string(), Value: z.number() })),
});

/** The metrics that a training job ends with: `validation-rmse 2.05`. */
export function resultOf({ taskSucceededEventDetails: task }: HistoryEvent): string {
  if (task?.resource !== 'createTrainingJob.sync') return '';
  const { data } = trainedSchema.safeParse(parse(task.output));
  return (data?.FinalMetricDataList ?? [])
    .map(
      ({ MetricName, Value }) => `${MetricName.replace(':', '-')} ${Number(Value.toPrecision(3))}`,
    )
    .join(', ');
}

function parse(text = 'null'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
