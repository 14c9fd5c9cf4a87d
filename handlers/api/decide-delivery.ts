import {
  ApprovalAlreadyCompletedException,
  InvalidApprovalTokenException,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { audited } from './audit.ts';
import type { PipelineAccess } from './pipeline-access.ts';
import { findPipeline, reaching, readState } from './pipeline-state.ts';
import { ProblemError } from './problem-error.ts';
import type { Call } from './route-function.ts';

export interface DeliveryDecisionRequest {
  readonly status: 'Approved' | 'Rejected';
  readonly reason?: string | undefined;
  /** The token of the approval that the person saw: each has one of its own. */
  readonly revision: string;
  /** The route that asks. */
  readonly action: string;
}

type Decision = AnswerOf<Routes['approveDelivery']>;

/** Stands in the audit where others have the project; no project can have this name. */
export const SUBJECT_OF_AUDIT = '#delivery';

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ApprovalResult.html */
const LONGEST_SUMMARY_CHARACTERS = 512;

/**
 * Decides on the approval of this environment's deployments. CodePipeline takes one answer for each token, so of several
 * people who decide in the same moment one succeeds, and the others hear who.
 *
 * @throws ProblemError `no-approval`, `decided-by-another` or `pipeline-unreachable`
 */
export async function decideDelivery(
  call: Call,
  request: DeliveryDecisionRequest,
): Promise<Decision> {
  const { api, caller } = call;
  const access = findPipeline(api);
  const { stage, action } = findApproval(access, api.options.environment);
  const { status, reason, revision } = request;
  const current = await readAction(access);
  if (!current.hasBegun) throw nothingWaits(stage);
  if (current.token !== revision) throw decidedByAnother(stage, current);
  const decision = `${caller.name}: ${reason ?? `${status} without a reason`}`;
  const change = {
    project: SUBJECT_OF_AUDIT,
    action: request.action,
    subject: `${stage} of ${current.execution}`,
    before: 'PendingManualApproval',
    after: status,
    ...(reason === undefined ? {} : { reason }),
  };
  const summary = decision.slice(0, LONGEST_SUMMARY_CHARACTERS);
  const { auditId } = await audited(call, change, () =>
    answer(access, { stage, action, token: revision, status, summary }),
  );
  api.cache.clear('');
  return { stage, status, decision: summary, auditId };
}

type Target = NonNullable<PipelineAccess['approval']>;

function findApproval({ approval }: PipelineAccess, environment: string): Target {
  if (approval !== undefined) return approval;
  throw new ProblemError(
    'no-approval',
    `Deployments to ${environment} are not approved by a person, and other environments are decided on in their own consoles; nothing was changed. "approval" of the environment in stepmill.config.ts asks for it.`,
  );
}

interface CurrentAction {
  /** Whether a delivery has reached the approval. */
  readonly hasBegun: boolean;
  readonly token: string | undefined;
  /** The delivery that is or was in the stage. */
  readonly execution: string;
  /** As CodePipeline has it: who decided, and why; or why the delivery was stopped. */
  readonly summary: string;
  readonly status: string | undefined;
}

async function readAction(access: PipelineAccess): Promise<CurrentAction> {
  const { stageStates = [] } = await reaching(access, () => readState(access));
  const stage = stageStates.find(({ stageName }) => stageName === access.approval?.stage);
  const { latestExecution } =
    stage?.actionStates?.find(({ actionName }) => actionName === access.approval?.action) ?? {};
  return {
    hasBegun: latestExecution !== undefined,
    token: latestExecution?.token,
    execution: stage?.latestExecution?.pipelineExecutionId ?? 'no delivery',
    summary: latestExecution?.summary ?? '',
    status: latestExecution?.status,
  };
}

function nothingWaits(stage: string): ProblemError {
  return new ProblemError(
    'no-approval',
    `No delivery waits in ${stage}; nothing was changed. The page of the pipeline shows where deliveries are.`,
  );
}

function decidedByAnother(stage: string, current: CurrentAction): ProblemError {
  return new ProblemError(
    'decided-by-another',
    `${stage} ${describeEnd(current)}; nothing was changed. Look again, then decide.`,
  );
}

function describeEnd({ status, summary, token }: CurrentAction): string {
  const why = summary === '' ? 'no reason was given' : summary;
  if (status === 'Abandoned') return `waits no more: its delivery was stopped (${why})`;
  return token === undefined || summary !== ''
    ? `was decided on (${why})`
    : 'waits with another delivery now';
}

interface Answer extends Target {
  readonly token: string;
  readonly status: 'Approved' | 'Rejected';
  readonly summary: string;
}

async function answer(
  access: PipelineAccess,
  { stage, action, token, status, summary }: Answer,
): Promise<void> {
  try {
    await reaching(access, () =>
      access.client.send(
        new PutApprovalResultCommand({
          pipelineName: access.pipeline,
          stageName: stage,
          actionName: action,
          token,
          result: { status, summary },
        }),
      ),
    );
  } catch (error) {
    if (!isTooLate(error)) throw error;
    throw decidedByAnother(stage, await readAction(access));
  }
}

function isTooLate(error: unknown): boolean {
  return (
    error instanceof ApprovalAlreadyCompletedException ||
    error instanceof InvalidApprovalTokenException
  );
}
