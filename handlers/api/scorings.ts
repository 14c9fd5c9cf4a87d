import { type ExecutionListItem, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { problemSchema, scoringInputSchema } from '../../events/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from './api-state.ts';
import { describeExecution, parse, timeOf } from './executions.ts';
import { versionOf } from './version-name.ts';

export type ScoringSummary = AnswerOf<Routes['listScorings']>['scorings'][number];
type State = ScoringSummary['state'];

const driftSchema = z.object({
  verdict: z.string(),
  drifted: z.array(z.string()).default([]),
});

/** What an execution of the workflow ends with. */
const outputSchema = z.object({
  outcome: z.string(),
  reason: z.string().optional(),
  problems: z.array(problemSchema).default([]),
  modelPackage: z.string().optional(),
  rows: z.object({ scored: z.int(), rejected: z.int(), refused: z.int().optional() }).optional(),
  drift: driftSchema.optional().catch(undefined),
  claimedBy: z.string().optional(),
  /** The URI of `summary.json`. */
  summary: z.string().optional(),
});

export type ScoringOutput = z.output<typeof outputSchema>;

/** A scoring, with what its execution says of it. */
export interface KnownScoring {
  readonly summary: ScoringSummary;
  /** Undefined while it runs, and where it failed. */
  readonly output: ScoringOutput | undefined;
  /** What the failed state said. */
  readonly cause: string | undefined;
}

const stateOfOutcome: Readonly<Record<string, State>> = {
  Scored: 'scored',
  Duplicate: 'duplicate',
  'File rejected': 'refused',
  'File missing': 'file-missing',
  'No live model': 'no-live-model',
};

const stateOfStatus: Readonly<Record<string, State>> = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  ABORTED: 'stopped',
};

/** What became of a file that was to be scored. One that has succeeded never changes. */
export function readScoring(
  api: Api,
  known: KnownProject,
  item: Pick<ExecutionListItem, 'executionArn'> & Partial<Pick<ExecutionListItem, 'status'>>,
): Promise<KnownScoring> {
  const { executionArn = '', status } = item;
  const read = () => describeScoring(api, known, executionArn);
  return status === 'SUCCEEDED'
    ? api.cache.get(`scoring ${executionArn}`, Number.POSITIVE_INFINITY, read)
    : read();
}

async function describeScoring(
  api: Api,
  { resources }: KnownProject,
  executionArn: string,
): Promise<KnownScoring> {
  const found = await describeExecution(api, executionArn);
  const { data: input } = scoringInputSchema.safeParse(parse(found.input ?? 'null'));
  const { data: output } = outputSchema.safeParse(parse(found.output ?? 'null'));
  const key = input?.object.key ?? '';
  const { requestsPrefix = '', prefix = '' } = resources.scoring ?? {};
  const ownPrefix = [requestsPrefix, prefix].find((each) => key.startsWith(each)) ?? '';
  const state =
    stateOfOutcome[output?.outcome ?? ''] ?? stateOfStatus[found.status ?? ''] ?? 'failed';
  const model = versionOf(resources.project, output?.modelPackage ?? input?.modelPackageArn);
  return {
    summary: {
      project: resources.project,
      execution: executionArn.split(':').at(-1) ?? '',
      name: key.slice(ownPrefix.length),
      uri: `s3://${input?.bucket ?? resources.bucket}/${key}`,
      state,
      startedAt: timeOf(found.startDate),
      ...(found.stopDate === undefined ? {} : { stoppedAt: timeOf(found.stopDate) }),
      ...(model === undefined ? {} : { model }),
      ...(output?.rows === undefined ? {} : { rows: output.rows }),
      ...(output?.drift === undefined ? {} : { drift: output.drift }),
    },
    output,
    cause: found.cause ?? found.error,
  };
}

/** Events that are looked through for the state that was entered last. */
const LAST_EVENTS = 50;

/** The state that a running execution has entered last. */
export async function readStep(api: Api, executionArn: string): Promise<string | undefined> {
  const { events = [] } = await api.cache.get(`step ${executionArn}`, BRIEFLY_MS, () =>
    api.clients.states.send(
      new GetExecutionHistoryCommand({
        executionArn,
        maxResults: LAST_EVENTS,
        reverseOrder: true,
        includeExecutionData: false,
      }),
    ),
  );
  return events.find(({ stateEnteredEventDetails: entered }) => entered !== undefined)
    ?.stateEnteredEventDetails?.name;
}
