import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type RetrainingDecision, retrainingDecisionSchema } from '../../events/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { readOwners } from './datasets.ts';
import { badPageToken, readPageToken, writePageToken } from './page-token.ts';
import { readStored } from './stored-json.ts';
import { versionOf } from './version-name.ts';

type Decision = AnswerOf<Routes['listRetrainingDecisions']>['decisions'][number];

interface DecisionPage {
  readonly decisions: Decision[];
  readonly nextPageToken: string | undefined;
}

/**
 * A page of decisions, the newest first: their keys are so named. Executions would be the wrong list: of ten thousand
 * labels that arrive at once, each starts one, and one of them decides.
 *
 * @throws ProblemError `malformed-request` for the token of another list
 */
export async function readDecisionPage(
  api: Api,
  known: KnownProject,
  query: { readonly pageSize: number; readonly pageToken?: string | undefined },
): Promise<DecisionPage> {
  const { bucket, retraining } = known.resources;
  const token = readPageToken(query.pageToken);
  const after = token?.['after'];
  if (token !== undefined && after === undefined) throw badPageToken();
  const { Contents = [], IsTruncated = false } = await api.clients.s3.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: retraining?.decisionsPrefix,
      Delimiter: '/',
      MaxKeys: query.pageSize,
      StartAfter: after,
    }),
  );
  const keys = Contents.map(({ Key = '' }) => Key);
  const records = await Promise.all(keys.map((key) => readRecord(api, bucket, key)));
  const last = keys.at(-1);
  return {
    decisions: await describe(
      api,
      known,
      records.filter((record) => record !== undefined),
    ),
    nextPageToken: writePageToken(IsTruncated && last !== undefined ? { after: last } : undefined),
  };
}

/** A record never changes. */
function readRecord(
  api: Api,
  bucket: string,
  key: string,
): Promise<RetrainingDecision | undefined> {
  return api.cache.get(`decision ${bucket} ${key}`, Number.POSITIVE_INFINITY, () =>
    readStored(api, retrainingDecisionSchema, { bucket, key }),
  );
}

async function describe(
  api: Api,
  { resources }: KnownProject,
  records: readonly RetrainingDecision[],
): Promise<Decision[]> {
  const ids = records.flatMap(({ dataset }) => (dataset ? [dataset.id] : []));
  const owners = await readOwners(api, resources, ids);
  return records.map((record) => {
    const { dataset, modelPackage, rows, verdict } = record;
    const model = versionOf(resources.project, modelPackage === '' ? undefined : modelPackage);
    const training = dataset ? owners.get(dataset.id)?.split(':').at(-1) : undefined;
    return {
      decision: record.decision,
      execution: record.execution.split(':').at(-1) ?? '',
      outcome: record.outcome,
      trigger: record.trigger,
      reason: record.reason,
      decidedAt: new Date(record.decidedAt).toISOString(),
      drifted: verdict?.drifted ?? [],
      ...(model === undefined ? {} : { model }),
      ...(rows ? { newRows: rows.newRows } : {}),
      ...(dataset ? { dataset: dataset.id } : {}),
      ...(training === undefined ? {} : { training }),
    };
  });
}
