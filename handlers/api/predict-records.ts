import type { AnswerOf, Routes } from '../../api/index.ts';
import { findExcess } from '../../api/rules/index.ts';
import {
  askLiveModel,
  findLiveModel,
  type ModelReply,
  NoLiveModel,
} from '../../operations/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from './api-state.ts';
import { ProblemError } from './problem-error.ts';
import { recordColumns } from './project-records.ts';
import { type ModelRecord, readRecords } from './read-records.ts';
import { versionOf } from './version-name.ts';

type Include = 'probability' | 'probabilities' | 'confidence' | 'riskFactors';
type Answer = AnswerOf<Routes['predict']>;
type Prediction = Answer['predictions'][number];

export interface Question {
  readonly records: readonly Readonly<Record<string, string | number | null>>[];
  readonly include?: readonly Include[] | undefined;
}

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';

/**
 * Asks the live model of a project about records of named fields.
 *
 * @throws ProblemError `malformed-request`, `rows-refused`, `no-live-model` or `model-failed`
 */
export async function predictRecords(
  api: Api,
  project: KnownProject,
  question: Question,
): Promise<Answer> {
  const { facts, resources } = project;
  const records = readRecords(recordColumns(facts), facts.label, question.records);
  const inferenceId = api.options.newId();
  const request = renderRequest(project, records, question.include);
  const [answer, endpoint] = await Promise.all([
    invoke(api, resources, inferenceId, request),
    liveEndpoint(api, project),
  ]);
  const model = await servedVersion(api, project, endpoint, answer.variant);
  const predictions = request.type === CSV ? readCsv(answer.text) : readJson(answer.text);
  if (predictions.length !== records.length) {
    throw new ProblemError(
      'model-failed',
      `The model gave ${predictions.length} answers to ${records.length} records.`,
    );
  }
  return {
    modelName: facts.project,
    model: model ?? null,
    variant: answer.variant,
    predictions: predictions.map((prediction, index) => ({
      ...outOfRange(project, records[index] ?? {}),
      ...prediction,
      inferenceId: `${inferenceId}.${index + 1}`,
    })),
  };
}

/** Models of the kit name these columns, too, but not in answers in CSV. */
function outOfRange({ facts }: KnownProject, record: ModelRecord): Pick<Prediction, 'outOfRange'> {
  const names = recordColumns(facts)
    .filter((column) => findExcess(column, record[column.name] ?? null) !== undefined)
    .map(({ name }) => name);
  return names.length === 0 ? {} : { outOfRange: names };
}

interface ModelRequest {
  readonly type: string;
  readonly body: string;
}

/** What the model reads: JSON with the names, or CSV in the order of the file. */
function renderRequest(
  { facts }: KnownProject,
  records: readonly ModelRecord[],
  include: readonly Include[] | undefined,
): ModelRequest {
  if (facts.contentTypes.includes(JSON_TYPE)) {
    const all: readonly Include[] =
      facts.problem === 'regression'
        ? ['confidence', 'riskFactors']
        : ['probability', 'confidence', 'riskFactors'];
    return { type: JSON_TYPE, body: JSON.stringify({ rows: records, include: include ?? all }) };
  }
  const names = recordColumns(facts).map(({ name }) => name);
  const lines = records.map((record) => names.map((name) => renderField(record[name])).join(','));
  return { type: CSV, body: `${lines.join('\n')}\n` };
}

function renderField(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function invoke(
  { clients }: Api,
  resources: KnownProject['resources'],
  inferenceId: string,
  { type, body }: ModelRequest,
): Promise<ModelReply> {
  try {
    return await askLiveModel(clients, resources, { body, contentType: type, inferenceId });
  } catch (error) {
    throw explainFailure(error, resources.endpointName);
  }
}

function explainFailure(error: unknown, endpointName: string): unknown {
  if (!(error instanceof Error)) return error;
  const { OriginalStatusCode: status, OriginalMessage: message } = error as {
    readonly OriginalStatusCode?: number;
    readonly OriginalMessage?: string;
  };
  if (error.name === 'ModelError') {
    return status !== undefined && status < 500
      ? new ProblemError('rows-refused', refusalOf(message))
      : new ProblemError('model-failed', `The model of ${endpointName} failed; see its log.`);
  }
  if (error instanceof NoLiveModel) {
    return new ProblemError(
      'no-live-model',
      `${endpointName} does not exist yet: no model is live, so nothing was asked. Approve a version on the page Models or with npx stepmill approve; without one, upload data first.`,
    );
  }
  return error;
}

/** The kit answers with text, or with `{"error": …}`. */
function refusalOf(message = ''): string {
  const [, text] = /"error"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  return text === undefined ? message.trim() : (JSON.parse(text) as string);
}

function readJson(text: string): readonly Omit<Prediction, 'inferenceId'>[] {
  try {
    const { predictions } = JSON.parse(text) as { readonly predictions?: unknown };
    if (Array.isArray(predictions)) return predictions;
  } catch {
    // Judged below.
  }
  throw new ProblemError('model-failed', 'The model gave an answer that is not predictions.');
}

/** A number a line, or a label and its probability. */
function readCsv(text: string): readonly Omit<Prediction, 'inferenceId'>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [value = '', probability] = line.split(',');
      const number = Number(value);
      return {
        prediction: value.trim() === '' || Number.isNaN(number) ? value : number,
        ...(probability === undefined ? {} : { probability: Number(probability) }),
      };
    });
}

/** The version that is live, as of the last seconds. */
export async function liveVersion(api: Api, project: KnownProject): Promise<string | undefined> {
  return servedVersion(api, project, await liveEndpoint(api, project));
}

type Live = Awaited<ReturnType<typeof findLiveModel>>;

/**
 * The endpoint as of the last seconds. It is asked each time while it changes, so that no answer of a model that has
 * just gone live is taken for one of the former model: an update takes longer than an answer is kept.
 */
function liveEndpoint(api: Api, { resources }: KnownProject): Promise<Live> {
  return api.cache.get(
    `live endpoint ${resources.project}`,
    BRIEFLY_MS,
    () => findLiveModel(api.clients, resources),
    (live) => live?.status === 'InService',
  );
}

/** The version that a variant serves; by default the one of the live model. A config never changes. */
async function servedVersion(
  api: Api,
  { resources }: KnownProject,
  live: Live,
  variant?: string,
): Promise<string | undefined> {
  if (live === undefined) return undefined;
  return api.cache.get(`served ${live.release} ${variant}`, Number.POSITIVE_INFINITY, async () =>
    versionOf(resources.project, await live.packageOf(variant)),
  );
}
