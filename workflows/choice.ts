import { Choice, Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './jsonata.ts';

/** A question. Its name makes sense alone in the console: `Passes the gate?`. */
export function choose(scope: Construct, id: string): Choice {
  return Choice.jsonata(scope, id, {});
}

/** A JSONata expression as the condition of an answer. */
export function when(expression: string): Condition {
  return Condition.jsonata(jsonata(expression));
}
