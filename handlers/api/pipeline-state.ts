import {
  type ActionState,
  GetPipelineStateCommand,
  type GetPipelineStateOutput,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type StageState,
} from '@aws-sdk/client-codepipeline';
import type { AnswerOf, Routes } from '../../api/index.ts';
import type { Api } from './api-state.ts';
import { timeOf } from './executions.ts';
import type { PipelineAccess } from './pipeline-access.ts';
import { ProblemError } from './problem-error.ts';

type Delivery = AnswerOf<Routes['getDelivery']>;
type Stage = Delivery['stages'][number];
type Step = Stage['steps'][number];
type Approval = Delivery['approvals'][number];
type Commit = NonNullable<Stage['commit']>;

/** Deliveries whose commits are known; more than can wait at the same time. */
const LOOKED_AT = 50;

/** @throws ProblemError `no-delivery` */
export function findPipeline({ options: { delivery } }: Api): PipelineAccess {
  if (delivery !== undefined) return delivery;
  throw new ProblemError(
    'no-delivery',
    'The app has no pipeline of CodePipeline. The block pipeline of stepmill.config.ts makes one.',
  );
}

const UNREACHABLE = ['AccessDenied', 'AccessDeniedException', 'PipelineNotFoundException'];

/**
 * Calls CodePipeline in the pipeline's account.
 *
 * @throws ProblemError `pipeline-unreachable` where the role or the pipeline is not there, or the role does not allow it
 */
export async function reaching<Result>(
  { pipeline, roleArn }: PipelineAccess,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error) || !UNREACHABLE.includes(error.name)) throw error;
    throw new ProblemError(
      'pipeline-unreachable',
      `The pipeline ${pipeline} could not be reached with the role ${roleArn} (${error.message}); nothing was changed. Deploy the stack stepmill-delivery in the pipeline's account, then that of this console.`,
    );
  }
}

/** The pipeline now, with what each approval that waits is about. */
export async function readDelivery(api: Api, access: PipelineAccess): Promise<Delivery> {
  const [state, commits] = await Promise.all([readState(access), readCommits(access)]);
  const stages = state.stageStates ?? [];
  const waiting = stages.flatMap((stage) => {
    const action = stage.actionStates?.find(({ latestExecution }) => latestExecution?.token);
    return action === undefined ? [] : [{ stage, action }];
  });
  return {
    pipeline: access.pipeline,
    environment: api.options.environment,
    stages: stages.map((stage) => describeStage(stage, commits)),
    approvals: await Promise.all(
      waiting.map(async ({ stage, action }) => describeApproval(access, stage, action, commits)),
    ),
  };
}

export async function readState({
  client,
  pipeline,
}: PipelineAccess): Promise<GetPipelineStateOutput> {
  return client.send(new GetPipelineStateCommand({ name: pipeline }));
}

type Commits = ReadonlyMap<string | undefined, Commit>;

/** By execution. */
async function readCommits({ client, pipeline }: PipelineAccess): Promise<Commits> {
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline, maxResults: LOOKED_AT }),
  );
  return new Map(
    pipelineExecutionSummaries.flatMap(({ pipelineExecutionId, sourceRevisions = [] }) => {
      const [source] = sourceRevisions;
      if (source?.revisionId === undefined) return [];
      const message = readMessage(source.revisionSummary);
      return [[pipelineExecutionId, { id: source.revisionId, message }] as const];
    }),
  );
}

/** Of a connection it is JSON: `{"ProviderType":"GitHub","CommitMessage":"…"}`. */
function readMessage(summary = ''): string {
  try {
    const { CommitMessage } = JSON.parse(summary) as { readonly CommitMessage?: unknown };
    return typeof CommitMessage === 'string' ? CommitMessage : summary;
  } catch {
    return summary;
  }
}

function describeStage(stage: StageState, commits: Commits): Stage {
  const {
    stageName: name = '',
    latestExecution,
    actionStates = [],
    inboundExecutions = [],
  } = stage;
  const steps = actionStates.map(describeStep);
  const [changedAt] = steps
    .flatMap((step) => step.changedAt ?? [])
    .toSorted()
    .toReversed();
  const commit = commits.get(latestExecution?.pipelineExecutionId);
  const condition = describeCondition(stage);
  return {
    name,
    status: latestExecution?.status ?? 'None',
    waiting: inboundExecutions.length,
    steps,
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(commit === undefined ? {} : { commit }),
    ...(condition === undefined ? {} : { condition }),
  };
}

/** The first condition that did not let the delivery pass. */
function describeCondition({
  beforeEntryConditionState,
  onSuccessConditionState,
  onFailureConditionState,
}: StageState): string | undefined {
  const states = [beforeEntryConditionState, onSuccessConditionState, onFailureConditionState];
  const [stopped] = states
    .flatMap((state) => state?.latestExecution ?? [])
    .filter(({ status }) => status !== undefined && !PASSED.includes(status));
  return stopped === undefined
    ? undefined
    : [stopped.status, stopped.summary].filter(Boolean).join(': ');
}

const PASSED: readonly string[] = ['Succeeded', 'Skipped', 'Overridden', 'InProgress'];

function describeStep({ actionName: name = '', latestExecution, ...rest }: ActionState): Step {
  if (latestExecution === undefined) return { name, status: 'None' };
  const { status = 'None', lastStatusChange, summary, errorDetails, token } = latestExecution;
  const changedAt = timeOf(lastStatusChange);
  const detail = errorDetails?.message ?? summary;
  const link = latestExecution.externalExecutionUrl ?? rest.entityUrl;
  return {
    name,
    status: token === undefined ? status : 'PendingManualApproval',
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(detail === undefined || detail === '' ? {} : { detail }),
    ...(link === undefined ? {} : { link }),
  };
}

async function describeApproval(
  access: PipelineAccess,
  { stageName: stage = '', latestExecution }: StageState,
  { actionName, latestExecution: action }: ActionState,
  commits: Commits,
): Promise<Approval> {
  const { pipelineExecutionId } = latestExecution ?? {};
  const { review, link } = await readReview(access, pipelineExecutionId, actionName);
  const since = timeOf(action?.lastStatusChange);
  const commit = commits.get(pipelineExecutionId);
  return {
    stage,
    revision: action?.token ?? '',
    review,
    isOwn: stage === access.approval?.stage,
    ...(link === '' ? {} : { link }),
    ...(since === undefined ? {} : { since }),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** What the approval says, with the values of the variables that the step before has exported. */
async function readReview(
  { client, pipeline }: PipelineAccess,
  pipelineExecutionId: string | undefined,
  actionName: string | undefined,
): Promise<{ readonly review: string; readonly link: string }> {
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: pipeline, filter: { pipelineExecutionId } }),
  );
  const found = actionExecutionDetails.find((each) => each.actionName === actionName);
  const { CustomData: review = '', ExternalEntityLink: link = '' } =
    found?.input?.resolvedConfiguration ?? {};
  return { review, link };
}
