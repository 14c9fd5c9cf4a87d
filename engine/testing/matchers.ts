import type { Json } from '../json.ts';
import { isEqual } from '../jsonpath/filter.ts';
import type { TestExecution } from './execute.ts';

/** The result of a matcher, in the shape of vitest and jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for executions.
 *
 * @example
 * expect.extend(matchers);
 * expect(execution).toHaveSucceeded({ receipt: 'r-1' });
 * expect(execution).toHavePassedThrough(['Charge', 'Ship']);
 */
export const matchers = ofExecutions({
  /** The execution succeeded, with this output, if given. */
  toHaveSucceeded(execution: TestExecution, output?: Json): MatcherResult {
    const pass =
      execution.status === 'SUCCEEDED' &&
      (output === undefined || isEqual(execution.output, output));
    const wanted = output === undefined ? '' : ` with ${JSON.stringify(output)}`;
    return {
      pass,
      message: () =>
        `expected the execution${negation(pass)} to have succeeded${wanted}, but it ${described(execution)}`,
    };
  },

  /** The execution failed with this error, and this cause, if given. */
  toHaveFailedWith(
    execution: TestExecution,
    error: string,
    cause?: string | RegExp,
  ): MatcherResult {
    const pass =
      execution.status === 'FAILED' &&
      execution.error === error &&
      (cause === undefined || agrees(execution.cause ?? '', cause));
    const wanted = cause === undefined ? '' : ` and the cause ${String(cause)}`;
    return {
      pass,
      message: () =>
        `expected the execution${negation(pass)} to have failed with ${error}${wanted}, but it ${described(execution)}`,
    };
  },

  /** These states were entered in this order, possibly with others between them. */
  toHavePassedThrough(execution: TestExecution, states: readonly string[]): MatcherResult {
    let at = 0;
    for (const state of execution.states) if (state === states[at]) at += 1;
    const pass = at === states.length;
    const missing = pass
      ? ''
      : `, but after ${at === 0 ? 'the start' : `'${states[at - 1] ?? ''}'`} there was no '${states[at] ?? ''}'`;
    return {
      pass,
      message: () =>
        `expected the execution${negation(pass)} to have passed through ${arrows(states)}${missing}; the states were ${arrows(execution.states)}`,
    };
  },

  /** Exactly these states were entered, in this order. */
  toHaveTaken(execution: TestExecution, states: readonly string[]): MatcherResult {
    const pass = isEqual([...execution.states], [...states]);
    return {
      pass,
      message: () =>
        `expected the execution${negation(pass)} to have taken ${arrows(states)}; the states were ${arrows(execution.states)}`,
    };
  },

  /** The state was entered; with a number, exactly this many times. */
  toHaveVisited(execution: TestExecution, state: string, times?: number): MatcherResult {
    const visits = execution.states.filter((each) => each === state).length;
    const pass = times === undefined ? visits > 0 : visits === times;
    return {
      pass,
      message: () =>
        `expected the execution${negation(pass)} to have visited '${state}'${times === undefined ? '' : ` ${times} times`}; it was visited ${visits} times`,
    };
  },

  /** The task of the state was called with these arguments at least once. */
  toHaveCalled(execution: TestExecution, state: string, args?: Json): MatcherResult {
    const calls = execution.calls.filter((call) => call.stateName === state);
    const pass = calls.some((call) => args === undefined || isEqual(call.arguments, args));
    const wanted = args === undefined ? '' : ` with ${JSON.stringify(args)}`;
    const seen = calls.map((call) => JSON.stringify(call.arguments)).join(', ');
    return {
      pass,
      message: () =>
        `expected the task '${state}'${negation(pass)} to have been called${wanted}; its calls: ${seen === '' ? 'none' : seen}`,
    };
  },
});

type Matcher = (execution: TestExecution, ...wanted: never[]) => MatcherResult;

/** A matcher throws for a value that is not an execution, also with `not`. */
function ofExecutions<Matchers extends Readonly<Record<string, Matcher>>>(
  matchers: Matchers,
): Matchers {
  const guarded = Object.entries(matchers).map(([name, matcher]) => {
    const guard: Matcher = (execution, ...wanted) => {
      if (isExecution(execution)) return matcher(execution, ...wanted);
      throw new TypeError(
        `${name}: got ${JSON.stringify(execution)}, which is not an execution; pass the result of execute() or start()`,
      );
    };
    return [name, guard];
  });
  return Object.fromEntries(guarded) as Matchers;
}

function isExecution(value: unknown): value is TestExecution {
  return typeof value === 'object' && value !== null && 'states' in value && 'calls' in value;
}

function negation(pass: boolean): string {
  return pass ? ' not' : '';
}

function agrees(cause: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? cause === wanted : wanted.test(cause);
}

function arrows(states: readonly string[]): string {
  return states.length === 0 ? 'none' : states.join(' → ');
}

function described(execution: TestExecution): string {
  if (execution.status === 'SUCCEEDED') return `succeeded with ${JSON.stringify(execution.output)}`;
  if (execution.status === 'RUNNING')
    return `is still running in '${execution.states.at(-1) ?? ''}'`;
  return `${execution.status === 'FAILED' ? 'failed' : execution.status} with ${execution.error ?? 'no error'}: ${execution.cause ?? ''}`;
}

/** The matchers as members of `expect`; their return value has no meaning. */
export interface ExecutionMatchers<R = unknown> {
  toHaveSucceeded(output?: Json): R;
  toHaveFailedWith(error: string, cause?: string | RegExp): R;
  toHavePassedThrough(states: readonly string[]): R;
  toHaveTaken(states: readonly string[]): R;
  toHaveVisited(state: string, times?: number): R;
  toHaveCalled(state: string, args?: Json): R;
}
