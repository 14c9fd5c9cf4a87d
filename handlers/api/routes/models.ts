import { ListModelPackagesCommand, type ModelApprovalStatus } from '@aws-sdk/client-sagemaker';
import type { Routes } from '../../../api/index.ts';
import type {
  ClassPrediction,
  NumberPrediction,
  TestPredictions,
} from '../../../operations/index.ts';
import type { Api, KnownProject } from '../api-state.ts';
import { compareVersions, findPair } from '../compare-versions.ts';
import { decideVersion } from '../decide-version.ts';
import { describeVersion } from '../describe-version.ts';
import {
  describePackageBriefly,
  findVersion,
  summarizeVersion,
  type VersionSummary,
} from '../model-versions.ts';
import { badPageToken, readPageToken, writePageToken } from '../page-token.ts';
import { planDecisions } from '../plan-decision.ts';
import type { RouteFunction } from '../route-function.ts';
import { sampleRows } from '../sample-rows.ts';
import { readPairedPredictions, readPredictions } from '../test-rows.ts';

export const listModels: RouteFunction<Routes['listModels']> = async ({ query }, { api }) => {
  const all =
    query.project === undefined ? await api.projects() : [await api.project(query.project)];
  const token = readPageToken(query.pageToken);
  const models: VersionSummary[] = [];
  const begin = all.findIndex(
    ({ facts }) => facts.project === (token?.['project'] ?? all[0]?.facts.project),
  );
  if (begin === -1 && token !== undefined) throw badPageToken();
  let next = token?.['packages'];
  for (const known of begin === -1 ? [] : all.slice(begin)) {
    if (models.length >= query.pageSize) {
      return { models, nextPageToken: writePageToken({ project: known.facts.project }) };
    }
    const page = await listPage(api, known, query.status, query.pageSize - models.length, next);
    models.push(...page.models);
    next = undefined;
    if (page.next !== undefined) {
      const rest = { project: known.facts.project, packages: page.next };
      return { models, nextPageToken: writePageToken(rest) };
    }
  }
  return { models };
};

async function listPage(
  api: Api,
  known: KnownProject,
  ModelApprovalStatus: ModelApprovalStatus | undefined,
  MaxResults: number,
  NextToken: string | undefined,
): Promise<{ readonly models: readonly VersionSummary[]; readonly next: string | undefined }> {
  const { ModelPackageSummaryList = [], NextToken: next } = await api.clients.sagemaker
    .send(
      new ListModelPackagesCommand({
        ModelPackageGroupName: known.resources.modelPackageGroupName,
        ModelApprovalStatus,
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults,
        NextToken,
      }),
    )
    .catch((error: Error) => {
      if (NextToken !== undefined && error.name === 'ValidationException') throw badPageToken();
      throw error;
    });
  const models = await Promise.all(
    ModelPackageSummaryList.map(async ({ ModelPackageArn = '' }) =>
      summarizeVersion(api, known, await describePackageBriefly(api, ModelPackageArn)),
    ),
  );
  return { models, next };
}

export const getModel: RouteFunction<Routes['getModel']> = async ({ path }, { api }) =>
  describeVersion(api, await findVersion(api, path.version));

export const planDecision: RouteFunction<Routes['planDecision']> = async ({ path }, { api }) =>
  planDecisions(api, await findVersion(api, path.version));

export const listPredictions: RouteFunction<Routes['listPredictions']> = async (
  { path, query },
  { api },
) => {
  const predictions = await readPredictions(api, await findVersion(api, path.version));
  return {
    version: path.version,
    ...describeSample(predictions),
    rows: sampleRows<AnyPrediction>(predictions.rows, query.rows).map(({ row, value }) => ({
      row,
      ...value,
    })),
  };
};

type AnyPrediction = NumberPrediction | ClassPrediction;

function describeSample(predictions: TestPredictions) {
  const { kind, rows } = predictions;
  return { kind, classes: kind === 'classes' ? predictions.classes : [], total: rows.length };
}

export const compareModels: RouteFunction<Routes['compareModels']> = async ({ query }, { api }) =>
  compareVersions(api, await findPair(api, query));

export const comparePredictions: RouteFunction<Routes['comparePredictions']> = async (
  { query },
  { api },
) => {
  const pair = await findPair(api, query);
  const { one, other } = await readPairedPredictions(api, pair.one, pair.other);
  const others: readonly AnyPrediction[] = other.rows;
  return {
    one: query.one,
    other: query.other,
    ...describeSample(one),
    rows: sampleRows<AnyPrediction>(one.rows, query.rows).flatMap(({ row, value }) => {
      const beside = others[row - 1];
      return beside === undefined ? [] : [{ row, ...pairUp(value, beside) }];
    }),
  };
};

function pairUp(one: AnyPrediction, other: AnyPrediction) {
  return {
    actual: one.actual,
    one: one.predicted,
    other: other.predicted,
    ...('probabilities' in one ? { oneProbabilities: one.probabilities } : {}),
    ...('probabilities' in other ? { otherProbabilities: other.probabilities } : {}),
  };
}

export const approveModel: RouteFunction<Routes['approveModel']> = async ({ path, body }, call) =>
  decideVersion(call, await findVersion(call.api, path.version), {
    status: 'Approved',
    action: 'approveModel',
    ...body,
  });

export const rejectModel: RouteFunction<Routes['rejectModel']> = async ({ path, body }, call) =>
  decideVersion(call, await findVersion(call.api, path.version), {
    status: 'Rejected',
    action: 'rejectModel',
    ...body,
  });
