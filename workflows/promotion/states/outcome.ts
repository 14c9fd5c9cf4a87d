import { Fail, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial, type Serving } from '../../../definition/index.ts';
import { approvalDescription, causeText, metadataValue } from '../../field-text.ts';
import { executionArn, jsonata, quote } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import { modelPackageArns } from '../../sagemaker-arn.ts';
import { announce, callService } from '../../tasks/index.ts';

/** How a promotion can end. */
export const outcomes = {
  live: 'Live',
  alreadyLive: 'Already live',
  nothingChanged: 'Nothing changed',
  nothingToGoBackTo: 'Nothing to go back to',
  refused: 'Refused',
  notBetter: 'Not better',
  rolledBack: 'Rolled back',
  onTrial: 'On trial',
  alreadyOnTrial: 'Already on trial',
  failed: 'Failed',
} as const;

type Outcome = (typeof outcomes)[keyof typeof outcomes];

/** The variable the tail of the workflow works with; `reason` is an expression. */
export function settleOn(kind: Outcome, reason: string): { outcome: Record<string, string> } {
  return { outcome: { kind, reason: jsonata(reason) } };
}

/** A model that was taken back is not approved any more: approving it again tries again. */
export const approvalIsVoid = `$outcome.kind in [${[outcomes.refused, outcomes.notBetter, outcomes.rolledBack].map(quote).join(', ')}]`;

/** The package that a promotion was about; before a candidate is known, the one that started it. */
const subject =
  '($exists($candidate.arn) ? $candidate.arn : $states.context.Execution.Input.modelPackageArn)';

/** Notes the outcome on the package. */
export function recordOutcome(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Record outcome', {
    service: 'sagemaker',
    action: 'updateModelPackage',
    resources: modelPackageArns(scope, resources.names),
    arguments: jsonataMembers({
      ModelPackageArn: subject,
      CustomerMetadataProperties: `{
    "promotion": $outcome.kind,
    "promotionReason": ${metadataValue('$outcome.reason')},
    "promotionExecution": ${metadataValue(executionArn)},
    "promotedAt": $states.context.State.EnteredTime${trialMetadata(resources)}
  }`,
    }),
  });
}

/** Until when a model is on trial, for people who ask. */
function trialMetadata({ project }: ProjectResources): string {
  if (findTrial(project.serving) === undefined) return '';
  return `,
    "trialEndsAt": $outcome.kind = ${quote(outcomes.onTrial)} ? $trialEndsAt : "-"`;
}

/** Takes the approval back, with the reason. */
export function withdrawApproval(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Withdraw approval', {
    service: 'sagemaker',
    action: 'updateModelPackage',
    resources: modelPackageArns(scope, resources.names),
    comment: 'The registry says what is true: approving the package again tries again',
    arguments: {
      ModelPackageArn: jsonata(subject),
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: jsonata(
        approvalDescription('"Stepmill: " & $outcome.kind & ". " & $outcome.reason'),
      ),
    },
  });
}

/** Notifies the topic of the outcome, of what is live now and of what to do. */
export function notifyTopic(scope: Construct, resources: ProjectResources): SnsPublish {
  const { names } = resources;
  return announce(scope, 'Notify topic', {
    topic: resources.topic,
    subject: `${quote(`${names.endpoint}: promotion ended `)} & $outcome.kind`,
    lines: [
      `"Outcome: " & $outcome.kind`,
      `$outcome.reason != "" ? "Reason: " & $outcome.reason`,
      `"Model package: " & ${subject}`,
      `$exists($candidate.metrics) ? "Metrics: " & $candidate.metrics`,
      `"Live before: " & ($exists($live.package) ? $live.package : $exists($live.config) ? $live.config : "nothing")`,
      describeEndpoint(resources),
      `"Execution: " & ${executionArn}`,
    ],
  });
}

/** What the endpoint serves after each outcome. */
function describeEndpoint({ names, project }: ProjectResources): string {
  const onTrial = `On trial beside it as the variant ${names.challenger}. See: stepmill ab`;
  const failed =
    'The promotion could not finish; look at the endpoint. See docs/promotion.md, runbook.';
  const cases = [
    ...(findTrial(project.serving) === undefined ? [] : [caseOf(outcomes.onTrial, quote(onTrial))]),
    caseOf(outcomes.live, '"Live now: " & $candidate.arn'),
    caseOf(outcomes.failed, quote(failed)),
  ];
  return [...cases, '"The endpoint serves what it served before."'].join(' : ');
}

function caseOf(kind: Outcome, text: string): string {
  return `$outcome.kind = ${quote(kind)} ? ${text}`;
}

type Ends = Record<Outcome, State>;
type Failure = Pick<Ends, typeof outcomes.failed>;

/** Where the workflow ends; a model that was taken back is never a success. */
export function endStates(scope: Construct, serving: Serving): Readonly<Partial<Ends>> & Failure {
  const output = {
    outcome: jsonata('$outcome.kind'),
    reason: jsonata('$outcome.reason'),
    modelPackage: jsonata(subject),
  };
  const succeed = (kind: Outcome) => Succeed.jsonata(scope, kind, { outputs: output });
  const fail = (kind: Outcome) =>
    Fail.jsonata(scope, kind, { error: kind, cause: jsonata(causeText('$outcome.reason')) });
  return {
    [outcomes.live]: succeed(outcomes.live),
    [outcomes.alreadyLive]: succeed(outcomes.alreadyLive),
    [outcomes.nothingChanged]: succeed(outcomes.nothingChanged),
    [outcomes.nothingToGoBackTo]: succeed(outcomes.nothingToGoBackTo),
    [outcomes.notBetter]: succeed(outcomes.notBetter),
    [outcomes.refused]: fail(outcomes.refused),
    [outcomes.rolledBack]: fail(outcomes.rolledBack),
    [outcomes.failed]: fail(outcomes.failed),
    ...(findTrial(serving) === undefined
      ? {}
      : {
          [outcomes.onTrial]: succeed(outcomes.onTrial),
          [outcomes.alreadyOnTrial]: succeed(outcomes.alreadyOnTrial),
        }),
  };
}

function jsonataMembers(members: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, jsonata(value)]));
}
