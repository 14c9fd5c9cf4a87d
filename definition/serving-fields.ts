import * as z from 'zod';

/** Alarms that roll a new model back. Each is off when its bound is `null`. */
export const alarmsSchema = z.strictObject({
  /** Share of requests answered 5xx, in percent. */
  errorPercent: z.number().positive().max(100).nullable().default(1),
  /** Slowest hundredth of the answers, in milliseconds. */
  p99LatencyMilliseconds: z.number().positive().nullable().default(500),
  /** Wrong answers to known rows while the new model bakes. */
  wrongAnswers: z.int().positive().nullable().default(1),
  /** Share of model errors above the best of the ten minutes before, in percentage points. */
  errorIncreasePercent: z.number().positive().max(100).nullable().default(5),
  /** Further alarms by name, at most six. They must exist when a model is promoted. */
  named: z.array(z.string().min(1).max(255)).max(6).default([]),
});

export const promotionFields = {
  /** Older models that are kept to go back to. */
  keepPrevious: z.int().min(1).max(20).default(3),
  /** Seconds for which approvals gather before the newest is promoted. */
  gatherSeconds: z.int().min(0).max(300).default(5),
  /** Seconds between two looks at a rollout. */
  pollSeconds: z.int().min(1).max(300).default(15),
};

/** Share of requests whose rows and answers are kept, in percent; 0 turns capture off. */
export const capturePercentSchema = z.int().min(0).max(100).default(10);

/** A rule between fields that was broken. */
export interface ServingMistake {
  readonly path: readonly string[];
  readonly input: unknown;
  readonly message: string;
}

/** Rollouts that give a new model its requests in steps. The times are in seconds. */
export function shiftingRollouts<Seconds extends z.ZodType, Percent extends z.ZodType>({
  waitSeconds,
  canaryPercent,
  linearStepPercent,
}: {
  readonly waitSeconds: Seconds;
  readonly canaryPercent: Percent;
  readonly linearStepPercent: Percent;
}) {
  return {
    /** A small share of the requests first, then all. */
    canary: z.strictObject({
      type: z.literal('canary'),
      size: z.strictObject({ percent: canaryPercent }),
      /** How long the share is watched before the rest follows. */
      waitSeconds,
      bakeSeconds: waitSeconds,
    }),
    /** Equal steps. */
    linear: z.strictObject({
      type: z.literal('linear'),
      stepPercent: linearStepPercent,
      /** How long each step is watched. */
      waitSeconds,
      bakeSeconds: waitSeconds,
    }),
  };
}

/** A field of other places, refused with the reason. */
export function excluded(place: string, reason: string, instead: string) {
  return z
    .never({ error: `is not for ${place}: ${reason}; remove it or use ${instead}` })
    .optional();
}

/** Looks at a rollout that fit, with all their events, into the 25,000 of an execution's history. */
const MAXIMUM_LOOKS = 800;

/** @param seconds how long a rollout may take */
export function judgePolling(pollSeconds: number, seconds: number): ServingMistake[] {
  const shortestPoll = Math.ceil(seconds / MAXIMUM_LOOKS);
  if (pollSeconds >= shortestPoll) return [];
  return [
    {
      path: ['pollSeconds'],
      input: pollSeconds,
      message: `must be at least ${shortestPoll} for a rollout of ${seconds} seconds, or its execution runs out of history`,
    },
  ];
}

/** How a new model gets its requests, as far as that takes time. The times are in seconds. */
type TimedRollout =
  | { readonly type: 'rolling' }
  | { readonly type: 'all-at-once' | 'blue-green'; readonly bakeSeconds: number }
  | { readonly type: 'canary'; readonly waitSeconds: number; readonly bakeSeconds: number }
  | {
      readonly type: 'linear';
      readonly stepPercent: number;
      readonly waitSeconds: number;
      readonly bakeSeconds: number;
    };

/** How long a rollout bakes, all its steps together, in seconds; to start processes takes longer. */
export function bakingSeconds(rollout: TimedRollout): number {
  switch (rollout.type) {
    case 'rolling':
      return 0;
    case 'all-at-once':
    case 'blue-green':
      return rollout.bakeSeconds;
    case 'canary':
      return rollout.waitSeconds + rollout.bakeSeconds;
    case 'linear':
      return (Math.ceil(100 / rollout.stepPercent) - 1) * rollout.waitSeconds + rollout.bakeSeconds;
  }
}

/**
 * @param longest what a promotion can wait for, in seconds
 * @param polledSeconds for how long it looks at a rollout at most. @default while that bakes
 */
export function judgeRolloutTime(
  { rollout, pollSeconds }: { readonly rollout: TimedRollout; readonly pollSeconds: number },
  longest: number,
  polledSeconds = bakingSeconds(rollout),
): ServingMistake[] {
  const seconds = bakingSeconds(rollout);
  if (seconds <= longest) return judgePolling(pollSeconds, polledSeconds);
  return [
    {
      path: ['rollout'],
      input: rollout,
      message: `must end within ${longest} seconds and takes ${seconds}; use larger steps or shorter waits`,
    },
  ];
}
