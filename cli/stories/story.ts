import type { DeliveryScene } from './delivery-scene.ts';
import type { Promotion } from './promotions.ts';
import type { Scene } from './scene.ts';
import type { Scenery } from './scenery.ts';
import type { Stage } from './stage.ts';
import type { LoadReport } from './steady-load.ts';

/** A check of a story and its result. */
export interface Proof {
  readonly statement: string;
  readonly holds: boolean;
}

/** The result of a story. */
export interface StoryEnding {
  /** The checks that are shown at the end; the story passed if all of them hold. */
  readonly proofs: readonly Proof[];
  /** The promotions of the story, in order, with the states they went through. */
  readonly promotions: readonly Promotion[];
  /** The answers that clients received, if the story has a load. */
  readonly load?: LoadReport;
}

/** A story of a promotion: announced, played with real processes and judged. */
export interface Story {
  /** For `--story`. */
  readonly name: string;
  /** In one line. */
  readonly title: string;
  /** Begins when a good model is live and no promotion runs. */
  play(stage: Stage): Promise<StoryEnding>;
}

/** A story of a live model that is used and watched. */
export interface WatchingStory {
  readonly name: string;
  readonly title: string;
  readonly scenery: Scenery;
  /** Begins when a good model of the scenery's project is live. */
  watch(scene: Scene): Promise<readonly Proof[]>;
}

/** A story of commits, which has a repository and accounts of its own. */
export interface DeliveryStory {
  readonly name: string;
  readonly title: string;
  /** Begins when the environments are deployed, and nothing was delivered. */
  deliver(scene: DeliveryScene): Promise<readonly Proof[]>;
}

export function prove(statement: string, holds: boolean): Proof {
  return { statement, holds };
}

/** Checks that a promotion ended in this state; otherwise, contains the reason. */
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

/** Checks that clients saw no failure. */
export function proveUndisturbed({ requests, failures, wrong, messages }: LoadReport): Proof {
  return failures + wrong === 0 && requests > 0
    ? prove(`Of ${requests} requests none failed and none was answered wrongly.`, true)
    : prove(
        `Of ${requests} requests ${failures} failed and ${wrong} were answered wrongly. ${messages.join(' ')}`,
        false,
      );
}

/** Checks that this package serves. */
export function proveLive(found: string, expected: string): Proof {
  return found === expected
    ? prove(`${expected} serves.`, true)
    : prove(`${expected} should serve; ${found === '' ? 'no package' : found} does.`, false);
}
