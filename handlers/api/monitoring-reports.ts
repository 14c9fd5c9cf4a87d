import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { AnswerOf, Routes } from '../../api/index.ts';
import {
  type DriftSummary,
  driftSummarySchema,
  driftVerdicts,
  QUALITY_FILE,
  type WindowQuality,
  windowQualitySchema,
} from '../../events/index.ts';
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
  labelsDue: z.boolean().default(false),
  isUpdate: z.boolean().default(false),
  /** The URI of the folder. */
  report: z.string().optional(),
});

/** Labels arrive days after their window. */
const MEASURES_MS = 60_000;

/** A window that was judged, or is being judged. */
export interface KnownReport {
  readonly summary: ReportSummary;
  /** Where its files are; undefined where there is no verdict. */
  readonly folder: Folder | undefined;
  /** Whether the window was judged for its quality alone, when its labels were due. */
  readonly labelsDue: boolean;
  /** Whether this is the report of a window that another execution judged before. */
  readonly isUpdate: boolean;
}

interface Folder {
  readonly bucket: string;
  readonly prefix: string;
}

/** What became of a window, with the quality that was measured last. */
export async function readReport(
  api: Api,
  known: KnownProject,
  { executionArn = '', status }: Partial<Pick<ExecutionListItem, 'executionArn' | 'status'>>,
): Promise<KnownReport> {
  const read = () => describeReport(api, known, executionArn);
  const found = await (status === 'SUCCEEDED'
    ? api.cache.get(`report ${executionArn}`, Number.POSITIVE_INFINITY, read)
    : read());
  const { folder } = found;
  if (folder === undefined) return found;
  const key = `measures ${folder.bucket}/${folder.prefix}`;
  const measures = await api.cache.get(key, MEASURES_MS, () => readMeasures(api, folder));
  return { ...found, summary: { ...found.summary, ...measures } };
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
    labelsDue: output?.labelsDue ?? false,
    isUpdate: output?.isUpdate ?? false,
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
    },
  };
}

type Measures = Partial<
  Pick<ReportSummary, 'rows' | 'effects' | 'coverage' | 'measured' | 'estimated' | 'objections'>
>;

/** As much of the report as lists need. What was measured once the labels were due is what counts. */
async function readMeasures(api: Api, { bucket, prefix }: Folder): Promise<Measures> {
  const [summary, quality]: readonly [DriftSummary | undefined, WindowQuality | undefined] =
    await Promise.all([
      readStored(api, driftSummarySchema, { bucket, key: `${prefix}summary.json` }),
      readStored(api, windowQualitySchema, { bucket, key: `${prefix}${QUALITY_FILE}` }),
    ]);
  if (summary === undefined) return {};
  const { rows, effects, coverage, measured, estimated } = summary;
  const objections = quality === undefined ? {} : { objections: quality.objections };
  return { rows, effects, coverage, measured, estimated, ...objections };
}
