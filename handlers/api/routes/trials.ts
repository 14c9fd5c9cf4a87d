import type { AnswerOf, Routes } from '../../../api/index.ts';
import {
  compareShadow,
  findTrial,
  promoteTrial as promote,
  readVariantMetrics,
  type Trial,
  type TrialVariant,
} from '../../../operations/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from '../api-state.ts';
import { audited } from '../audit.ts';
import { decideVersion } from '../decide-version.ts';
import { timeOf } from '../executions.ts';
import { findVersion } from '../model-versions.ts';
import { ProblemError } from '../problem-error.ts';
import type { RouteFunction } from '../route-function.ts';
import { versionOf } from '../version-name.ts';

type Shown = NonNullable<AnswerOf<Routes['getTrial']>['trial']>;

export const getTrial: RouteFunction<Routes['getTrial']> = async (
  { path },
  { api, noteActivity },
) => {
  const known = await api.project(path.project);
  const trial = await api.cache.get(`trial ${path.project}`, BRIEFLY_MS, () =>
    findTrial(api.clients, known.resources),
  );
  if (trial === undefined) return { trial: null };
  noteActivity();
  return { trial: await describeTrial(api, known, trial) };
};

/** Captured requests are many files, and come minutes later. */
const COMPARED_MS = 30_000;

async function describeTrial(api: Api, known: KnownProject, trial: Trial): Promise<Shown> {
  const [champion, challenger, comparison] = await Promise.all([
    describeVariant(api, known, trial, trial.champion),
    describeVariant(api, known, trial, trial.challenger),
    trial.type === 'shadow'
      ? api.cache.get(`comparison ${trial.config}`, COMPARED_MS, () =>
          compareShadow(api.clients, trial),
        )
      : undefined,
  ]);
  return {
    type: trial.type,
    endpointConfig: trial.config,
    champion,
    challenger,
    startedAt: timeOf(trial.startedAt),
    endsAt: trial.endsAt === undefined ? undefined : timeOf(trial.endsAt),
    leftMs: trial.leftMs,
    terms: trial.terms,
    comparison,
  };
}

async function describeVariant(
  api: Api,
  { facts }: KnownProject,
  trial: Trial,
  variant: TrialVariant,
): Promise<Shown['champion']> {
  const metrics = await api.cache.get(`variant ${trial.config} ${variant.name}`, BRIEFLY_MS, () =>
    readVariantMetrics(api.clients, trial, variant),
  );
  return {
    variant: variant.name,
    model: versionOf(facts.project, variant.packageArn),
    percent: variant.percent,
    ...metrics,
  };
}

/** @throws ProblemError `no-trial` */
async function trialOf(api: Api, { facts, resources }: KnownProject): Promise<Trial> {
  const trial = await findTrial(api.clients, resources);
  if (trial !== undefined) return trial;
  throw new ProblemError(
    'no-trial',
    `No model is on trial on ${resources.endpointName}; nothing was changed. serving.trial of ${facts.project} puts newly approved models on trial.`,
  );
}

export const promoteTrial: RouteFunction<Routes['promoteTrial']> = async ({ path, body }, call) => {
  const known = await call.api.project(path.project);
  const trial = await trialOf(call.api, known);
  const { name } = call.caller;
  const change = {
    project: path.project,
    action: 'promoteTrial',
    subject: versionOf(path.project, trial.challenger.packageArn) ?? trial.config,
    before: 'On trial',
    after: 'Live',
    reason: body.reason,
  };
  const { result: executionArn } = await audited(call, change, () =>
    promote(call.api.clients, known.resources, trial, {
      by: name,
      reason: `${name}: ${body.reason ?? 'Promoted without a reason'}`,
      ...(call.name === undefined ? {} : { name: call.name }),
    }),
  );
  return {
    project: path.project,
    workflow: 'promotion',
    execution: executionArn.split(':').at(-1) ?? '',
    executionArn,
  };
};

export const withdrawTrial: RouteFunction<Routes['withdrawTrial']> = async (
  { path, body },
  call,
) => {
  const known = await call.api.project(path.project);
  const { challenger } = await trialOf(call.api, known);
  const version = versionOf(path.project, challenger.packageArn) ?? '';
  return decideVersion(call, await findVersion(call.api, version), {
    status: 'Rejected',
    action: 'withdrawTrial',
    reason: body.reason,
  });
};
