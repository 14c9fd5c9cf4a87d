import type { Schemas } from '../../../api/client/index.ts';
import { describeRollout } from '../../parts/describe-rollout.ts';
import type { ServingType } from '../../parts/serving.ts';

type Plan = Schemas['DecisionPlan'];
type Approval = Plan['approval'];
type Trial = NonNullable<Approval['trial']>;

const FIRST_ENDPOINT =
  'The promotion creates the endpoint with it and tests its answers: the first live model of the project.';

/** What becomes of the first live model of a project. */
const FIRST: Readonly<Record<ServingType, string>> = {
  instances: FIRST_ENDPOINT,
  serverless: FIRST_ENDPOINT,
  lambda:
    'The promotion publishes a version of the function with it, gives it all requests and tests its answers: the first live model of the project.',
  container:
    'The promotion creates the ECS service with it and tests its answers: the first live model of the project.',
};

/** What an approval does, step by step. */
export function describeApproval({ version, approval, servedBy }: Plan): readonly string[] {
  const { does, replaces, rollout, trial, comesBack } = approval;
  switch (does) {
    case 'nothing':
      return [`${version} is approved already.`];
    case 'mark-only':
      return [
        `${version} is marked as approved. A newer version is approved too, which stays live.`,
      ];
    case 'create-endpoint':
      return [FIRST[servedBy], 'If that fails, the version can be approved again.'];
    case 'trial':
      return [
        `${version} is tried beside ${replaces ?? 'the live version'}, which stays live.`,
        ...(trial === undefined ? [] : [describeTrial(trial)]),
      ];
    default:
      return [
        `${version} replaces ${replaces ?? 'the live version'}.`,
        ...(rollout === undefined ? [] : describeRollout(rollout, servedBy)),
        describeReturn(comesBack),
      ];
  }
}

/** What a rejection does, step by step. */
export function describeRejection({ version, rejection, servedBy }: Plan): readonly string[] {
  const { does, comesBack, rollout } = rejection;
  switch (does) {
    case 'nothing':
      return [`${version} is rejected already.`];
    case 'mark-only':
      return [
        `${version} is marked as rejected. It does not serve, so the live model stays as it is.`,
      ];
    case 'keep-serving':
      return [
        `${version} is live and no other version is approved: it is marked as rejected and continues to answer until another version is approved.`,
      ];
    case 'end-trial':
      return [`The trial of ${version} ends, and the live version answers all requests again.`];
    default:
      return [
        `${version} is live: ${comesBack ?? 'the version before it'} comes back and replaces it.`,
        ...(rollout === undefined ? [] : describeRollout(rollout, servedBy)),
      ];
  }
}

function describeReturn(comesBack: string | null): string {
  return comesBack === null
    ? 'If an alarm goes off or the deployment fails, no earlier version can come back.'
    : `If an alarm goes off or the deployment fails, ${comesBack} serves all requests again.`;
}

function describeTrial({ type, percent, timeLimitHours, whenTimeIsUp }: Trial): string {
  const share =
    type === 'ab'
      ? `It answers ${percent} % of the requests`
      : `It gets a copy of ${percent} % of the requests, and its answers are not used`;
  const end = whenTimeIsUp === 'promote' ? 'promoted' : 'withdrawn';
  return `${share}. After ${timeLimitHours} hours it is ${end}, unless a person decides before.`;
}
