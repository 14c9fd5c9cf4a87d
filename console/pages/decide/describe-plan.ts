import type { Schemas } from '../../../api/client/index.ts';
import { describeRollout } from '../../parts/describe-rollout.ts';

type Approval = Schemas['ApprovalPlan'];
type Rejection = Schemas['RejectionPlan'];
type Trial = NonNullable<Approval['trial']>;

/** What an approval does, step by step. */
export function describeApproval(version: string, plan: Approval): readonly string[] {
  const { does, replaces, rollout, trial, comesBack } = plan;
  switch (does) {
    case 'nothing':
      return [`${version} is approved already.`];
    case 'mark-only':
      return [
        `${version} is marked as approved. A newer version is approved too, which stays live.`,
      ];
    case 'create-endpoint':
      return [
        'The promotion tests the model and creates the endpoint with it: the first live model of the project.',
        'If that fails, no endpoint remains, and the version can be approved again.',
      ];
    case 'trial':
      return [
        `${version} is tried beside ${replaces ?? 'the live version'}, which stays live.`,
        ...(trial === undefined ? [] : [describeTrial(trial)]),
      ];
    default:
      return [
        `${version} replaces ${replaces ?? 'the live version'}.`,
        ...(rollout === undefined ? [] : describeRollout(rollout)),
        describeReturn(comesBack),
      ];
  }
}

/** What a rejection does, step by step. */
export function describeRejection(version: string, plan: Rejection): readonly string[] {
  const { does, comesBack, rollout } = plan;
  switch (does) {
    case 'nothing':
      return [`${version} is rejected already.`];
    case 'mark-only':
      return [
        `${version} is marked as rejected. It does not serve, so the endpoint stays as it is.`,
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
        ...(rollout === undefined ? [] : describeRollout(rollout)),
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
