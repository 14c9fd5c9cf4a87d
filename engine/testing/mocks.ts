import type { TaskInvocation } from '../host.ts';
import type { Json, JsonObject } from '../json.ts';

/** The outcome of a mocked task. */
export type TestOutcome =
  | { readonly kind: 'success'; readonly output: Json; readonly seconds: number }
  | {
      readonly kind: 'failure';
      readonly error: string;
      readonly cause: string;
      readonly seconds: number;
    }
  | { readonly kind: 'never' };

/** An outcome other than an output; created by {@link failsWith}, {@link takes} and {@link neverEnds}. */
export class MockedOutcome {
  readonly outcome: TestOutcome;

  constructor(outcome: TestOutcome) {
    this.outcome = outcome;
  }
}

/** The answer of a task: its output, or another outcome. */
export type TaskAnswer = Json | MockedOutcome;

/** A function that returns an answer for the task's arguments. */
export type AnswerFunction = (args: JsonObject, call: TaskInvocation) => TaskAnswer;

/** The mock of a task: an answer, a list of answers, or a function of the task's arguments. */
export type TaskMock = TaskAnswer | TaskAnswers | AnswerFunction;

/** One answer per attempt; created by {@link inOrder}. */
export class TaskAnswers {
  readonly answers: readonly (TaskAnswer | AnswerFunction)[];

  constructor(answers: readonly (TaskAnswer | AnswerFunction)[]) {
    this.answers = answers;
  }
}

/** The task fails. @example tasks: { Charge: failsWith('Card.Declined', 'no money') } */
export function failsWith(error: string, cause = ''): MockedOutcome {
  return new MockedOutcome({ kind: 'failure', error, cause, seconds: 0 });
}

/** The task takes this long on the test's clock. @example tasks: { Train: takes(600, { done: true }) } */
export function takes(seconds: number, answer: TaskAnswer): MockedOutcome;
export function takes(seconds: number, answer: AnswerFunction): AnswerFunction;
export function takes(
  seconds: number,
  answer: TaskAnswer | AnswerFunction,
): MockedOutcome | AnswerFunction {
  if (typeof answer === 'function') return (args, call) => takes(seconds, answer(args, call));
  const outcome = outcomeOf(answer);
  return new MockedOutcome(outcome.kind === 'never' ? outcome : { ...outcome, seconds });
}

/** The task never ends, to test timeouts. */
export function neverEnds(): MockedOutcome {
  return new MockedOutcome({ kind: 'never' });
}

/**
 * One answer per attempt; the last one is repeated.
 *
 * @example tasks: { Charge: inOrder(failsWith('Busy'), { receipt: 'r-1' }) }
 */
export function inOrder(...answers: readonly (TaskAnswer | AnswerFunction)[]): TaskAnswers {
  if (answers.length === 0) throw new RangeError('inOrder: got no answers; pass at least one');
  return new TaskAnswers(answers);
}

/** The outcome of the mock for this call. */
export function answerOf(mock: TaskMock, call: TaskInvocation, attempt: number): TestOutcome {
  if (typeof mock === 'function') return outcomeOf(mock(call.arguments as JsonObject, call));
  if (!(mock instanceof TaskAnswers)) return outcomeOf(mock);
  return answerOf(mock.answers[Math.min(attempt, mock.answers.length - 1)] ?? null, call, attempt);
}

function outcomeOf(answer: TaskAnswer): TestOutcome {
  if (answer instanceof MockedOutcome) return answer.outcome;
  return { kind: 'success', output: answer, seconds: 0 };
}
