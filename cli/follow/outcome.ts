import { bold, dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';

/** How an execution ended, as people read it. */
export interface Outcome {
  readonly outcome: string;
  /** Why, and what came of it: a line each, without control characters of others. */
  readonly reasons: readonly string[];
  /** What the person can do about it. */
  readonly advice: string | undefined;
  /** Whether the command succeeded. */
  readonly isGood: boolean;
  /** Whether a good outcome is the one that was wanted. */
  readonly isWanted: boolean;
}

/** Prints how an execution ended, why, and what to do next. */
export function printOutcome(
  { outcome, reasons, advice, isGood, isWanted }: Outcome,
  terminal: Terminal,
): void {
  const paint = !isGood ? red : isWanted ? green : yellow;
  terminal.print(bold(paint(outcome)));
  // A reason may have lines of its own, which begin further in than ours.
  for (const reason of reasons) terminal.print(`  ${reason.replaceAll(/\n {0,4}/g, '\n    ')}`);
  if (advice !== undefined) terminal.print(dim(`  ${advice}`));
}
