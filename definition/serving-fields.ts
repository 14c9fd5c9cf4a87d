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
