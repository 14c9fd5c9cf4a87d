import type { Schemas } from '../../api/client/index.ts';
import type { ServingType } from './serving.ts';

type Rollout = NonNullable<Schemas['ApprovalPlan']['rollout']>;

/** What a new model gets, and when what it replaces goes. */
const WORDS: Readonly<
  Record<ServingType, { readonly on: string; readonly replaces: string; readonly end: string }>
> = {
  instances: {
    on: 'on new instances',
    replaces: 'instances',
    end: 'before the old instances go',
  },
  serverless: { on: 'on the endpoint', replaces: 'variant', end: 'before the old variant goes' },
  lambda: {
    on: 'on a new version of the function',
    replaces: 'version',
    end: 'before the promotion ends; until then the version before can take all requests back',
  },
  container: { on: 'in new tasks', replaces: 'tasks', end: 'before the old tasks go' },
};

/** How the requests move to a model, step by step. */
export function describeRollout(rollout: Rollout, servedBy: ServingType): readonly string[] {
  const { bakeSeconds } = rollout;
  const bake =
    bakeSeconds === undefined
      ? []
      : [`Then the alarms are watched for ${renderSeconds(bakeSeconds)} ${WORDS[servedBy].end}.`];
  return [describeMove(rollout, servedBy), ...bake];
}

function describeMove(rollout: Rollout, servedBy: ServingType): string {
  const { waitSeconds, stepPercent = 0 } = rollout;
  const { on, replaces } = WORDS[servedBy];
  const wait = waitSeconds === undefined ? undefined : renderSeconds(waitSeconds);
  const pace = wait === undefined ? '' : `, one every ${wait}`;
  switch (rollout.type) {
    case 'all-at-once':
    case 'blue-green':
      return `All requests move to it at once, ${on}.`;
    case 'canary':
      return `First ${describeSize(rollout)} of the requests move to it, ${on}; ${wait === undefined ? 'then' : `after ${wait}`} the others follow.`;
    case 'linear':
      return `The requests move to it in steps of ${stepPercent} %${pace}, ${on}.`;
    case 'rolling':
      return `Its ${replaces} replace the old ones ${describeBatches(rollout)}${pace}.`;
  }
}

/** ECS replaces as many tasks at once as the service can spare. */
function describeBatches({ batchPercent }: Rollout): string {
  return batchPercent === undefined
    ? 'a few at a time; ECS takes them back when they do not become healthy'
    : `in batches of ${batchPercent} %`;
}

function describeSize({ size }: Rollout): string {
  if (size?.percent !== undefined) return `${size.percent} %`;
  return `the share of ${size?.instances ?? 1} instances`;
}

function renderSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
