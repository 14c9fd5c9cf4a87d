import { quote } from '../jsonata.ts';

const PREFIX = 'retraining#';

/** The item of the claims table that says which dataset a decision made; the training of that dataset reads it. */
export const runItem = {
  pattern: `${PREFIX}*`,
  /** @param decision JSONata */
  keyOf: (decision: string): string => `${quote(PREFIX)} & ${decision}`,
} as const;

/** Where the datasets of decisions are uploaded to. */
export function uploadPrefix(incoming: string): string {
  return `${incoming}retraining/`;
}

/** The key that a decision's dataset is uploaded to; JSONata of JSONata. */
export function uploadKeyOf(incoming: string, decision: string): string {
  return `${quote(uploadPrefix(incoming))} & ${decision} & ".csv"`;
}
