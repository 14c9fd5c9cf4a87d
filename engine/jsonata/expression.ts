import type { Evaluate } from './callable.ts';
import { compileText } from './compile.ts';
import { Evaluation, Frame, type Scope } from './frame.ts';

export { describeFault } from './fault.ts';
export type { Scope } from './frame.ts';
export { isCallable } from './values.ts';

/** A JSONata expression, compiled once and evaluated on every visit to its state. */
export interface Expression {
  readonly text: string;
  /**
   * @param input what bare names are read from; Step Functions gives an expression none, JSONata's own test suite does
   * @throws an error of jsonata; see {@link describeFault}
   */
  evaluate(scope: Scope, input?: unknown): unknown;
}

/** @param text without `{%` and `%}` */
export function compileExpression(text: string): Expression {
  const run: Evaluate = compileText(text);
  return {
    text,
    evaluate: (scope, input) => run(input, new Frame(undefined, new Evaluation(scope), 0)),
  };
}
