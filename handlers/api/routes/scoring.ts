import { GetObjectCommand, HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import type { AnswerOf, Routes } from '../../../api/index.ts';
import {
  driftReportSchema,
  type ProjectFacts,
  type ProjectParameter,
  type ScoringSummary,
  scoringSummarySchema,
} from '../../../events/index.ts';
import { findModelPackage, startScoring as start } from '../../../operations/index.ts';
import type { Api } from '../api-state.ts';
import { audited } from '../audit.ts';
import { listDownloads, NO_DOWNLOADS } from '../downloads.ts';
import { readExecutionPage } from '../execution-page.ts';
import { executionArnOf } from '../executions.ts';
import { ProblemError } from '../problem-error.ts';
import { readRows } from '../read-rows.ts';
import type { RouteFunction } from '../route-function.ts';
import { type KnownScoring, readScoring, readStep } from '../scorings.ts';
import { isMissing, readStored, splitUri } from '../stored-json.ts';
import { formFor } from '../upload-form.ts';
import { splitVersion, versionOf } from '../version-name.ts';

export const createScoringUpload: RouteFunction<Routes['createScoringUpload']> = async (
  { path, body },
  call,
) => {
  const { resources } = await call.api.project(path.project);
  const { requestsPrefix } = demandScoring(resources);
  return formFor(call, 'createScoringUpload', resources, requestsPrefix, body);
};

type Scoring = NonNullable<ProjectParameter['scoring']>;

function demandScoring({ project, scoring }: ProjectParameter): Scoring {
  if (scoring !== undefined) return scoring;
  throw new ProblemError(
    'scores-no-files',
    `${project} scores no files; nothing was done. Add scoring: {} to its project.ts: npm start takes it over; on AWS, deploy it.`,
  );
}

export const startScoring: RouteFunction<Routes['startScoring']> = async ({ body }, call) => {
  const { resources } = await call.api.project(body.modelName);
  const scoring = demandScoring(resources);
  if (body.explain === true && !scoring.canExplain) {
    throw malformed(
      '#/explain',
      `${resources.project} has scripts of its own, which explain nothing`,
    );
  }
  const key = keyOf(body.datasetUri, resources, scoring);
  const { explain, version } = body;
  const modelPackageArn = await findVersion(call.api, resources, version);
  const versionId = await findObject(call.api, resources, key);
  const change = {
    project: resources.project,
    action: 'startScoring',
    subject: body.datasetUri,
    after: JSON.stringify({ versionId, version, explain }),
  };
  const { result: executionArn } = await audited(call, change, () =>
    start(
      call.api.clients,
      { ...resources, scoring },
      {
        key,
        versionId,
        modelPackageArn,
        explain,
        ...(call.name === undefined ? {} : { name: call.name }),
      },
    ),
  );
  call.api.cache.clear(`executions ${scoring.stateMachineArn}`);
  return {
    project: resources.project,
    workflow: 'scoring',
    execution: executionArn.split(':').at(-1) ?? '',
    executionArn,
  };
};

function malformed(pointer: string, detail: string): ProblemError {
  return new ProblemError('malformed-request', 'The request has a mistake; nothing was started.', [
    { pointer, detail },
  ]);
}

/** The key of a file that the workflow may read. */
function keyOf(uri: string, { bucket }: ProjectParameter, scoring: Scoring): string {
  const base = `s3://${bucket}/`;
  const prefixes = [scoring.requestsPrefix, scoring.prefix];
  const key = uri.slice(base.length);
  if (uri.startsWith(base) && prefixes.some((prefix) => key.startsWith(prefix))) return key;
  throw malformed(
    '#/datasetUri',
    `must begin with ${prefixes.map((prefix) => base + prefix).join(' or ')}`,
  );
}

async function findVersion(
  api: Api,
  resources: ProjectParameter,
  name: string | undefined,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const { project, number } = splitVersion(name);
  if (project !== resources.project) {
    throw malformed('#/version', `must be a version of ${resources.project}`);
  }
  const found = await findModelPackage(api.clients, resources, {
    version: number,
    status: 'Approved',
  });
  return found.ModelPackageArn;
}

/** The version that is the newest now, so that a later upload does not change what is scored. */
async function findObject(
  { clients }: Api,
  { bucket }: ProjectParameter,
  key: string,
): Promise<string | undefined> {
  try {
    const { VersionId } = await clients.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    return VersionId;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new ProblemError(
      'dataset-not-found',
      `There is no s3://${bucket}/${key}; nothing was started. Upload the file first.`,
    );
  }
}

export const listScorings: RouteFunction<Routes['listScorings']> = async (
  { path, query },
  call,
) => {
  const known = await call.api.project(path.project);
  const { scoring } = known.resources;
  if (scoring === undefined) return { scorings: [] };
  const { executions, nextPageToken } = await readExecutionPage(
    call,
    scoring.stateMachineArn,
    query,
  );
  const scorings = await Promise.all(executions.map((item) => readScoring(call.api, known, item)));
  return { scorings: scorings.map(({ summary }) => summary), nextPageToken };
};

export const getScoring: RouteFunction<Routes['getScoring']> = async (
  { path, query },
  { api, noteActivity },
) => {
  const known = await api.project(path.project);
  const executionArn = executionArnOf(known.resources, 'scoring', path.execution);
  const scoring = await readScoring(api, known, { executionArn });
  const { summary, output } = scoring;
  const isRunning = summary.state === 'running';
  if (isRunning) noteActivity();
  const place = output?.summary === undefined ? undefined : splitUri(output.summary);
  const stored =
    place === undefined ? undefined : await readStored(api, scoringSummarySchema, place);
  const folder = place && { ...place, prefix: folderOf(place.key) };
  const [step, results, report, downloads] = await Promise.all([
    isRunning ? readStep(api, executionArn) : undefined,
    stored === undefined ? undefined : readResults(api, known.facts, stored, query.rows),
    folder && readStored(api, driftReportSchema, reportPlace(folder)),
    folder === undefined ? NO_DOWNLOADS : listDownloads(api, folder, isForPeople),
  ]);
  const model = summary.model ?? versionOf(path.project, stored?.modelPackageArn);
  const reason = reasonOf(scoring);
  return {
    ...summary,
    ...(model === undefined ? {} : { model }),
    ...(stored === undefined ? {} : { rows: stored.rows }),
    ...(step === undefined ? {} : { step }),
    ...(reason === undefined ? {} : { reason }),
    problems: stored?.problems ?? output?.problems ?? [],
    ...(output?.claimedBy === undefined
      ? {}
      : { scoredBy: output.claimedBy.split(':').at(-1) ?? '' }),
    ...(results === undefined ? {} : { results }),
    ...(report === undefined ? {} : { report }),
    ...downloads,
  };
};

/** Why there are no predictions. */
function reasonOf({ summary, output, cause }: KnownScoring): string | undefined {
  if (output?.reason !== undefined) return output.reason;
  return summary.state === 'failed' || summary.state === 'stopped' ? cause : undefined;
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** Where the comparison with the training rows is, if there is one. */
function reportPlace({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  return { bucket, key: `${prefix}drift/stepmill-drift.json` };
}

/** Without what the jobs read and write. */
function isForPeople(name: string): boolean {
  return !/^(input|answers|output)\//.test(name) && !name.endsWith('.out');
}

type Results = NonNullable<AnswerOf<Routes['getScoring']>['results']>;

/** Of the predictions, so many bytes are read for the first rows. */
const PREVIEW_BYTES = 262_144;

/** Undefined where the predictions are deleted, which are kept as long as the project says. */
async function readResults(
  api: Api,
  facts: ProjectFacts,
  { answers, columns, explained, files, rows }: ScoringSummary,
  count: number,
): Promise<Results | undefined> {
  const bytes = await readHead(api, splitUri(files.predictions));
  if (bytes === undefined) return undefined;
  const first = readRows(
    bytes,
    // Predictions are UTF-8, and begin with the names of their columns.
    { ...facts, encoding: 'utf-8', header: true },
    { rows: count, lines: new Set(), isWhole: bytes.length < PREVIEW_BYTES },
  );
  return {
    explained,
    answers,
    preview: {
      columns,
      answerColumns: countAnswers(facts, columns),
      rows: first.rows.map(({ fields }) => fields),
      isCutShort: first.rows.length < rows.scored,
    },
  };
}

async function readHead(
  { clients }: Api,
  { bucket, key }: ReturnType<typeof splitUri>,
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${PREVIEW_BYTES - 1}` }),
    );
    return await Body?.transformToByteArray();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The columns of a file are those of the project, with the label or without it. */
function countAnswers(facts: ProjectFacts, columns: readonly string[]): number {
  const names = facts.columns.map(({ name }) => name);
  const hasLabel = names.every((name, index) => columns[index] === name);
  return columns.length - names.length + (hasLabel ? 0 : 1);
}
