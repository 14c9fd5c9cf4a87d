import type { AnswerOf, Routes } from '../../api/index.ts';
import {
  findLiveModel,
  findTrial,
  listModelPackages,
  listRollbackAlarms,
} from '../../operations/index.ts';
import type { Api } from './api-state.ts';
import { type KnownVersion, revisionOf } from './model-versions.ts';
import { numberOf, versionOf } from './version-name.ts';

type Plan = AnswerOf<Routes['planDecision']>;

/** What the endpoint and the registry are like at the moment of a decision. */
interface Situation {
  readonly hasEndpoint: boolean;
  readonly live: string | undefined;
  /** Of the model on trial. */
  readonly onTrial: string | undefined;
  /** Approved versions without the one that is decided on, the newest first. */
  readonly approved: readonly string[];
  readonly alarms: readonly string[];
}

/**
 * Says what a decision on a version would start, by the rules of the promotion workflow. Everything is read now:
 * what was live seconds ago is no ground for a decision.
 */
export async function planDecisions(api: Api, version: KnownVersion): Promise<Plan> {
  const situation = await readSituation(api, version);
  const { ModelApprovalStatus: status = 'PendingManualApproval' } = version.found;
  return {
    version: version.version,
    status,
    revision: revisionOf(version.found),
    servedBy: version.known.facts.serving.type,
    approval: planApproval(version, situation),
    rejection: planRejection(version, situation),
  };
}

async function readSituation(api: Api, { version, known }: KnownVersion): Promise<Situation> {
  const { clients } = api;
  const { facts, resources } = known;
  const endpoint = await findLiveModel(clients, resources);
  const [live, trial, packages, alarms] = await Promise.all([
    endpoint?.packageOf(),
    findTrial(clients, resources),
    listModelPackages(clients, resources),
    listRollbackAlarms(clients, resources),
  ]);
  const approved = packages
    .filter(({ ModelApprovalStatus }) => ModelApprovalStatus === 'Approved')
    .flatMap(({ ModelPackageArn }) => versionOf(facts.project, ModelPackageArn) ?? []);
  return {
    hasEndpoint: endpoint !== undefined,
    live: versionOf(facts.project, live),
    onTrial: versionOf(facts.project, trial?.challenger.packageArn),
    approved: approved.filter((each) => each !== version),
    alarms: alarms.flatMap(({ AlarmName }) => AlarmName ?? []),
  };
}

function planApproval(version: KnownVersion, situation: Situation): Plan['approval'] {
  const { rollout, trial } = version.known.facts.serving;
  const does = whatApprovalDoes(version, situation);
  const live = situation.live ?? null;
  return {
    does,
    replaces: does === 'rollout' || does === 'trial' ? live : null,
    ...(does === 'rollout' && rollout !== undefined ? { rollout } : {}),
    ...(does === 'trial' && trial !== undefined ? { trial } : {}),
    alarms: does === 'rollout' ? [...situation.alarms] : [],
    comesBack: does === 'rollout' || does === 'trial' ? live : null,
  };
}

/** The newest approved version is the one that serves. */
function whatApprovalDoes(
  { version, known, found }: KnownVersion,
  { approved, hasEndpoint }: Situation,
): Plan['approval']['does'] {
  if (found.ModelApprovalStatus === 'Approved') return 'nothing';
  const own = numberOf(found.ModelPackageArn) ?? 0;
  if (approved.some((each) => each !== version && numberInName(each) > own)) return 'mark-only';
  if (!hasEndpoint) return 'create-endpoint';
  return known.facts.serving.trial === undefined ? 'rollout' : 'trial';
}

function planRejection(version: KnownVersion, situation: Situation): Plan['rejection'] {
  const { rollout } = version.known.facts.serving;
  const does = whatRejectionDoes(version, situation);
  const comesBack =
    does === 'roll-back'
      ? situation.approved[0]
      : does === 'keep-serving' || does === 'end-trial'
        ? situation.live
        : undefined;
  return {
    does,
    comesBack: comesBack ?? null,
    ...(does === 'roll-back' && rollout !== undefined ? { rollout } : {}),
  };
}

function whatRejectionDoes(
  { version, found }: KnownVersion,
  { approved, live, onTrial }: Situation,
): Plan['rejection']['does'] {
  if (found.ModelApprovalStatus === 'Rejected') return 'nothing';
  if (version === onTrial) return 'end-trial';
  if (version !== live) return 'mark-only';
  return approved.length === 0 ? 'keep-serving' : 'roll-back';
}

/** Of `abalone:3`. */
function numberInName(version: string): number {
  return Number(version.split(':').at(-1));
}
