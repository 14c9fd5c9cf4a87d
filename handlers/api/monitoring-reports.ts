import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type DriftSummary, driftSummarySchema, driftVerdicts } from '../../events/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { describeExecution, parse, timeOf } from './executions.ts';
import { readStored, splitUri } from './stored-json.ts';
import { versionOf } from './version-name.ts';

export type ReportSummary = AnswerOf<Routes['listReports']>['reports'][number];

const texts = z.array(z.string()).default([]);

/** What an execution of the workflow ends with. */
const outputSchema = z.object({
  outcome: z.string(),
  verdict: z.enum(driftVerdicts).optional().catch(undefined),
  reason: z.string().optional(),
  window: z.object({ start: z.string(), end: z.string() }).optional(),
  modelPackage: z.string().optional(),
  drifted: texts,
  objections: texts,
  /** The URI of the folder. */
  report: z.string().optional(),
});

/** A window that was judged, or is being judged. */
export interface KnownReport {
  readonly summary: ReportSummary;
  /** Where its files are; undefined where there is no verdict. */
  readonly folder: { readonly bucket: string; readonly prefix: string } | undefined;
}

/** What became of a window. One that has succeeded never changes. */
export function readReport(
  api: Api,
  known: KnownProject,
  { executionArn = '', status }: Partial<Pick<ExecutionListItem, 'executionArn' | 'status'>>,
): Promise<KnownReport> {
  const read = () => describeReport(api, known, executionArn);
  return status === 'SUCCEEDED'
    ? api.cache.get(`report ${executionArn}`, Number.POSITIVE_INFINITY, read)
    : read();
}

async function describeReport(
  api: Api,
  { resources: { project } }: KnownProject,
  executionArn: string,
): Promise<KnownReport> {
  const found = await describeExecution(api, executionArn);
  const { data: output } = outputSchema.safeParse(parse(found.output ?? 'null'));
  const place = output?.report === undefined ? undefined : splitUri(output.report);
  const folder = place && { bucket: place.bucket, prefix: place.key };
  const reason = output?.reason ?? found.cause ?? found.error;
  const model = versionOf(project, output?.modelPackage);
  return {
    folder,
    summary: {
      project,
      report: executionArn.split(':').at(-1) ?? '',
      status: found.status ?? 'RUNNING',
      startedAt: timeOf(found.startDate),
      drifted: output?.drifted ?? [],
      objections: output?.objections ?? [],
      ...(output === undefined ? {} : { outcome: output.outcome }),
      ...(output?.verdict === undefined ? {} : { verdict: output.verdict }),
      ...(output?.window === undefined ? {} : { window: output.window }),
      ...(reason === undefined ? {} : { reason }),
      ...(model === undefined ? {} : { model }),
      ...(folder === undefined ? {} : await readMeasures(api, folder)),
    },
  };
}

type Measures = Pick<ReportSummary, 'rows' | 'effects' | 'coverage' | 'measured' | 'estimated'>;

/** As much of the report as lists need. */
async function readMeasures(
  api: Api,
  { bucket, prefix }: NonNullable<KnownReport['folder']>,
): Promise<Measures> {
  const place = { bucket, key: `${prefix}summary.json` };
  const summary: DriftSummary | undefined = await readStored(api, driftSummarySchema, place);
  if (summary === undefined) return {};
  const { rows, effects, coverage, measured, estimated } = summary;
  return { rows, effects, coverage, measured, estimated };
}
