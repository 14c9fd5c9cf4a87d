import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import { when } from '../../choice.ts';
import { executionHash, jsonata, object, quote } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';

const input = '$states.context.Execution.Input';

/** What a release is for: all traffic, a trial, or the champion alone because a trial ends. */
const roles = { champion: 'champion', challenger: 'challenger', interim: 'interim' } as const;

/** A person, or the clock of a trial, promotes this very package. */
const promotes = `(${input}.decision = "promote" and ${input}.modelPackageArn = $candidate.arn)`;

/** The live model may stay beside another: it is ours, known, and not rejected. */
function championStays({ names }: ProjectResources): string {
  const prefix = names.releasePrefix;
  return `($exists($live.package) and $championApproved and $substring($live.model, 0, ${prefix.length}) = ${quote(prefix)})`;
}

/** Whether what should be live begins beside the live model. */
function goesOnTrial(resources: ProjectResources): string {
  return `(${championStays(resources)} and $candidate.arn != $live.package and $not(${promotes}))`;
}

/** The release that a candidate becomes. */
export function trialRelease(resources: ProjectResources, name: string): string {
  const role = `${goesOnTrial(resources)} ? ${quote(roles.challenger)} : ${quote(roles.champion)}`;
  return object({ name, package: '$candidate.arn', role });
}

/** The champion alone; a model of its own, so that clean-up never takes one that a config needs. */
export function interimRelease({ names }: ProjectResources): string {
  const version = '$split($live.package, "/")[-1]';
  const name = `${quote(names.releasePrefix)} & ${version} & "-" & ${executionHash}`;
  return jsonata(object({ name, package: '$live.package', role: quote(roles.interim) }));
}

export const isChallenger = when(`$release.role = ${quote(roles.challenger)}`);
export const isInterim = when(`$release.role = ${quote(roles.interim)}`);
export const isOnTrial = when('$live.onTrial');
/** The model that takes all traffic changes only behind guardrails, which know no other variants. */
export const endsTrialFirst = when(
  `$live.onTrial and $exists($live.package) and $candidate.arn != $live.package and $release.role = ${quote(roles.champion)}`,
);
export const changesTheVariants = when(
  `$live.onTrial or $release.role = ${quote(roles.challenger)}`,
);

/** A decision about a trial that was decided already, by a person or by another approval. */
export const trialIsOver = when(
  `$exists(${input}.decision) and $not($decided) and $not($live.onTrial and $live.config = ${input}.trial)`,
);
export const withdrawsChallenger = when(`${input}.decision = "withdraw" and $not($decided)`);
/** A rejection of what serves no request changes nothing. */
export const rejectsNothing = when(
  [
    `${input}.approvalStatus = "Rejected"`,
    `$not($exists($live.package) and $live.package = ${input}.modelPackageArn)`,
    `$not($exists($live.challenger) and $live.challenger = ${input}.modelPackageArn)`,
  ].join(' and '),
);
export const liveAlone =
  '$exists($live.package) and $live.package = $candidate.arn and $not($live.onTrial)';

export function alreadyOnTrial(resources: ProjectResources): Condition {
  return when(`$live.onTrial and $live.challenger = $candidate.arn and ${goesOnTrial(resources)}`);
}

/** What a decision says to people; empty where there was none. */
export const whyTrialEnded = `$exists(${input}.reason) ? "The trial ended. " & ${input}.reason : ""`;

/** What is known without a comparison: the live model itself, and what passed one before its trial. */
export const needsNoComparison = `$candidate.arn = $live.package or ${promotes}`;

/** What a promotion of a project with trials knows beside the rest. */
export const trialVariables = {
  championApproved: false,
  decided: false,
  release: {},
  trialEndsAt: '',
};
