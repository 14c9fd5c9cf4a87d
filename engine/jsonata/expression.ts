import type { Evaluate } from './callable.ts';
import { compileText } from './compile.ts';
import { Evaluation, Frame, type Scope } from './frame.ts';

export { describeFault } from './fault.ts';
export type { Scope } from './frame.ts';
export { isCallable } from './values.ts';

/** A JSONata expression, compiled once and evaluated as often as its state is visited. */
export interface Expression {
  readonly text: string;
  /** @throws what jsonata throws; {@link describeFault} reads it */
  evaluate(scope: Scope): unknown;
}

/** @param text without `{%` and `%}` */
export function compileExpression(text: string): Expression {
  const run: Evaluate = compileText(text);
  return {
    text,
    evaluate: (scope) => run(undefined, new Frame(undefined, new Evaluation(scope), 0)),
  };
}
