import type { AnswerOf, Routes } from '../../api/index.ts';
import { evaluationSchema, layOutKeys, type Manifest, manifestSchema } from '../../events/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { boundsOf } from './gate-bounds.ts';
import { type KnownVersion, revisionOf, summarizeVersion } from './model-versions.ts';
import { pastPromotions } from './past-promotions.ts';
import { readStored, splitUri } from './stored-json.ts';
import { versionOf } from './version-name.ts';

export type VersionDetail = AnswerOf<Routes['getModel']>;

/** A version with everything that led to it and came of it. */
export async function describeVersion(
  api: Api,
  { known, found }: KnownVersion,
): Promise<VersionDetail> {
  const notes = found.CustomerMetadataProperties ?? {};
  const [summary, evaluation, manifest] = await Promise.all([
    summarizeVersion(api, known, found),
    readStored(api, evaluationSchema, splitUri(notes['evaluation'] ?? '')),
    readStored(api, manifestSchema, splitUri(notes['manifest'] ?? '')),
  ]);
  return {
    ...summary,
    revision: revisionOf(found),
    hyperparameters: readHyperparameters(notes['hyperparameters']),
    bounds: boundsOf(known.facts, summary.metrics),
    columns: (manifest?.columns ?? []).map(
      ({ histogram: _bins, frequentValues: _values, otherValues: _others, ...column }) => column,
    ),
    labelMeaning: notes['labelMeaning'],
    codeVersion: notes['codeVersion'],
    commit: found.MetadataProperties?.CommitId,
    champion: versionOf(known.facts.project, notes['champion']) ?? notes['champion'],
    evaluation,
    lineage: await describeLineage(api, known, found, { manifest, isLive: summary.isLive }),
  };
}

/** `max_depth=6 eta=0.2`, as the registry keeps them; `defaults` where a run has set none. */
function readHyperparameters(text = ''): Record<string, string> {
  const pairs = text.split(' ').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

interface Found {
  readonly manifest: Manifest | undefined;
  readonly isLive: boolean;
}

async function describeLineage(
  api: Api,
  known: KnownProject,
  found: KnownVersion['found'],
  { manifest, isLive }: Found,
): Promise<VersionDetail['lineage']> {
  const notes = found.CustomerMetadataProperties ?? {};
  const [source] = manifest?.sources ?? [];
  return {
    dataset: notes['datasetId'],
    uri: source === undefined ? undefined : `s3://${source.bucket}/${source.key}`,
    versionId: source?.versionId,
    uploadedBytes: source?.sizeBytes,
    rows: manifest?.rowCount,
    sha256: manifest?.sha256,
    trainingExecution: notes['trainingExecution']?.split(':').at(-1),
    trainingJob: found.MetadataProperties?.GeneratedBy?.split('/').at(-1),
    folder: notes['folder'],
    promotions: await promotionsOf(api, known, found),
    answers: describeAnswers(known, isLive),
  };
}

async function promotionsOf(api: Api, known: KnownProject, found: KnownVersion['found']) {
  const own = versionOf(known.facts.project, found.ModelPackageArn);
  const promotions = await pastPromotions(api, known);
  return promotions
    .filter(({ model }) => model === own)
    .map(({ execution, outcome, status, startedAt, stoppedAt, reason }) => ({
      execution,
      outcome: outcome ?? status,
      at: stoppedAt ?? startedAt,
      reason,
    }));
}

function describeAnswers(
  { facts, resources }: KnownProject,
  isLive: boolean,
): VersionDetail['lineage']['answers'] {
  const { capturePercent } = facts.serving;
  const { bucket, endpointName: endpoint } = resources;
  if (capturePercent === undefined || capturePercent === 0) return { endpoint, isLive };
  const { captured } = layOutKeys(facts.project);
  return { endpoint, isLive, captured: `s3://${bucket}/${captured}`, capturePercent };
}
