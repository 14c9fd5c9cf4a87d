import type { Promotion } from './promotions.ts';
import type { Stage } from './stage.ts';
import type { LoadReport } from './steady-load.ts';

/** Something a story must show, and whether it did. */
export interface Proof {
  readonly statement: string;
  readonly holds: boolean;
}

/** How a story went. */
export interface StoryEnding {
  /** What people are shown at the end; the story ended as it should where all of them hold. */
  readonly proofs: readonly Proof[];
  /** The promotions it is about, in the order of the telling, with the states they went through. */
  readonly promotions: readonly Promotion[];
  /** What clients saw, where the story has a load. */
  readonly load?: LoadReport;
}

/** A story of a promotion: announced, played with real processes and judged. */
export interface Story {
  /** For `--story`. */
  readonly name: string;
  /** In one line. */
  readonly title: string;
  /** Begins with a good model live and nothing going on. */
  play(stage: Stage): Promise<StoryEnding>;
}

export function prove(statement: string, holds: boolean): Proof {
  return { statement, holds };
}

/** That a promotion ended in a state, and why if it did not. */
export function proveEnd(promotion: Promotion, state: string): Proof {
  const end = promotion.path.at(-1) ?? 'nothing';
  const name = promotion.executionArn.split(':').at(-1) ?? '';
  return end === state
    ? prove(`The promotion ended in ${state}.`, true)
    : prove(
        `The promotion ${name} should end in ${state}; it ended in ${end}: ${promotion.cause}`,
        false,
      );
}

/** That clients noticed nothing. */
export function proveUndisturbed({ requests, failures, wrong, messages }: LoadReport): Proof {
  return failures + wrong === 0 && requests > 0
    ? prove(`Of ${requests} requests none failed and none was answered wrongly.`, true)
    : prove(
        `Of ${requests} requests ${failures} failed and ${wrong} were answered wrongly. ${messages.join(' ')}`,
        false,
      );
}

/** That a package is the one that serves. */
export function proveLive(found: string, expected: string): Proof {
  return found === expected
    ? prove(`${expected} serves.`, true)
    : prove(`${expected} should serve; ${found === '' ? 'no package' : found} does.`, false);
}
