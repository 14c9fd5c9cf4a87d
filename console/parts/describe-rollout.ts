import type { Schemas } from '../../api/client/index.ts';

type Rollout = NonNullable<Schemas['ApprovalPlan']['rollout']>;

/** How the requests move to a model, step by step. */
export function describeRollout(rollout: Rollout): readonly string[] {
  const { type, waitSeconds, bakeSeconds } = rollout;
  const wait = waitSeconds === undefined ? undefined : renderSeconds(waitSeconds);
  const pace = wait === undefined ? '' : `, one every ${wait}`;
  const move = {
    'all-at-once': 'All requests move to it at once, on new instances.',
    'blue-green': 'All requests move to it at once, in new tasks.',
    canary: `First ${describeSize(rollout)} of the requests move to it; ${wait === undefined ? 'then' : `after ${wait}`} the others follow.`,
    linear: `The requests move in steps of ${rollout.stepPercent ?? 0} %${pace}.`,
    rolling: `Its instances replace the old ones in batches of ${rollout.batchPercent ?? 0} %${pace}.`,
  }[type];
  const bake =
    bakeSeconds === undefined
      ? []
      : [
          `Then the alarms are watched for ${renderSeconds(bakeSeconds)} before the old instances go.`,
        ];
  return [move, ...bake];
}

function describeSize({ size }: Rollout): string {
  if (size?.percent !== undefined) return `${size.percent} %`;
  return `the share of ${size?.instances ?? 1} instances`;
}

function renderSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
