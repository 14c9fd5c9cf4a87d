import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ActionExecutionDetail,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecution,
  PutApprovalResultCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { bold, dim, green, red, seconds, yellow } from '../terminal/terminal.ts';
import type { DeliveryFollower } from './delivery-follower.ts';
import { lastLines } from './log-lines.ts';
import { type SeenRules, showRules } from './show-rules.ts';

/** How a delivery ended. */
export type DeliveryEnd = 'failed' | 'succeeded' | 'waits for approval';

const ENDED = /^(?:Cancelled|Failed|Stopped|Succeeded|Superseded)$/;

/**
 * Shows each action of an execution when it begins and when it has ended, answers its approvals, and shows a rollback that
 * follows.
 *
 * @param known the ids of actions that were shown before
 */
export async function followDelivery(
  follower: DeliveryFollower,
  id: string,
  known: readonly string[] = [],
): Promise<DeliveryEnd> {
  const shown = new Set(known);
  const rules: SeenRules = new Map();
  const answered = new Set<string>();
  for (;;) {
    const execution = await executionOf(follower, id);
    for (const action of await actionsOf(follower, id)) await showOnce(follower, action, shown);
    await showRules(follower, id, rules);
    await stopInTime(follower, id);
    const status = execution.status ?? '';
    if (ENDED.test(status)) return conclude(follower, execution);
    const waiting = await waitingApproval(follower, id);
    if (waiting !== undefined && !answered.has(waiting.token)) {
      answered.add(waiting.token);
      if (!(await decide(follower, waiting))) return 'waits for approval';
    }
    await sleep(follower.clients.connection.pollMs);
  }
}

async function executionOf(
  { clients, pipeline }: DeliveryFollower,
  pipelineExecutionId: string,
): Promise<PipelineExecution> {
  const { pipelineExecution } = await clients.pipelines.send(
    new GetPipelineExecutionCommand({ pipelineName: pipeline.name, pipelineExecutionId }),
  );
  return pipelineExecution ?? {};
}

/** The oldest first. */
export async function actionsOf(
  { clients, pipeline }: Pick<DeliveryFollower, 'clients' | 'pipeline'>,
  pipelineExecutionId: string,
): Promise<readonly ActionExecutionDetail[]> {
  const { actionExecutionDetails = [] } = await clients.pipelines.send(
    new ListActionExecutionsCommand({
      pipelineName: pipeline.name,
      filter: { pipelineExecutionId },
    }),
  );
  return actionExecutionDetails.toReversed();
}

async function showOnce(
  follower: DeliveryFollower,
  action: ActionExecutionDetail,
  shown: Set<string>,
): Promise<void> {
  const {
    actionExecutionId = '',
    actionName,
    lastUpdateTime,
    output,
    stageName,
    startTime,
    status,
  } = action;
  const { terminal } = follower;
  if (status === 'InProgress') {
    const begun = `${actionExecutionId} began`;
    if (!shown.has(begun) && !isApproval(action))
      terminal.note(dim(`… ${stageName} / ${actionName}`));
    shown.add(begun);
    return;
  }
  if (shown.has(actionExecutionId)) return;
  shown.add(actionExecutionId);
  const took = (lastUpdateTime?.getTime() ?? 0) - (startTime?.getTime() ?? 0);
  const { externalExecutionSummary: summary, logStreamARN } = output?.executionResult ?? {};
  const facts = dim(`… ${seconds(took)}`);
  const reason = status === 'Succeeded' || summary === undefined ? '' : `: ${summary}`;
  const symbol = status === 'Succeeded' ? green('✓') : red('✗');
  terminal.note(`${symbol} ${stageName} / ${actionName} ${facts}${reason}`);
  if (status !== 'Failed' || logStreamARN === undefined) return;
  for (const line of await lastLines(follower.clients, logStreamARN))
    terminal.note(dim(`    ${line}`));
}

/** It is announced with what it is about. */
function isApproval({ input }: ActionExecutionDetail): boolean {
  return input?.actionTypeId?.category === 'Approval';
}

interface WaitingApproval {
  readonly stage: string;
  readonly action: string;
  readonly token: string;
}

async function waitingApproval(
  { clients, pipeline }: DeliveryFollower,
  id: string,
): Promise<WaitingApproval | undefined> {
  const { stageStates = [] } = await clients.pipelines.send(
    new GetPipelineStateCommand({ name: pipeline.name }),
  );
  const own = stageStates.filter(
    ({ latestExecution }) => latestExecution?.pipelineExecutionId === id,
  );
  for (const { actionStates = [], stageName = '' } of own) {
    for (const { actionName = '', latestExecution } of actionStates) {
      const { token } = latestExecution ?? {};
      if (token !== undefined) return { stage: stageName, action: actionName, token };
    }
  }
  return undefined;
}

/** @returns false where no one decides */
async function decide(follower: DeliveryFollower, waiting: WaitingApproval): Promise<boolean> {
  const { asker, decisions, pipeline, terminal } = follower;
  const { action, stage } = waiting;
  if (decisions.reject.includes(stage)) return answer(follower, waiting, 'Rejected');
  if (decisions.approve.includes(stage)) return answer(follower, waiting, 'Approved');
  const details = pipeline.stages
    .find(({ name }) => name === stage)
    ?.actions?.find(({ name }) => name === action)?.configuration;
  terminal.note(
    `${yellow('?')} ${stage} / ${action} waits for an approval${details?.['CustomData'] === undefined ? '' : ':'}`,
  );
  const summary = await summaryOf(follower, waiting);
  for (const line of summary) terminal.note(dim(`    ${line}`));
  if (!asker.isThere) {
    terminal.note(`No one is at the terminal. Pass --approve ${stage} or --reject ${stage}.`);
    return false;
  }
  const isApproved = await asker.yes(`Decide on ${stage}: approve?`, false);
  return answer(follower, waiting, isApproved ? 'Approved' : 'Rejected');
}

/** What the approval says it is about, with the values of variables. */
async function summaryOf(
  { clients, pipeline }: DeliveryFollower,
  { action, stage }: WaitingApproval,
): Promise<readonly string[]> {
  const { actionExecutionDetails = [] } = await clients.pipelines.send(
    new ListActionExecutionsCommand({ pipelineName: pipeline.name }),
  );
  const found = actionExecutionDetails.find(
    (one) => one.stageName === stage && one.actionName === action,
  );
  const { CustomData = '', ExternalEntityLink = '' } = found?.input?.resolvedConfiguration ?? {};
  return [...CustomData.split('\n'), ExternalEntityLink].filter((line) => line !== '');
}

async function answer(
  { clients, pipeline }: DeliveryFollower,
  { action, stage, token }: WaitingApproval,
  status: 'Approved' | 'Rejected',
): Promise<true> {
  await clients.pipelines.send(
    new PutApprovalResultCommand({
      pipelineName: pipeline.name,
      stageName: stage,
      actionName: action,
      token,
      result: { status, summary: `${status} by stepmill deliver` },
    }),
  );
  return true;
}

/** Ends the delivery once its last stage has succeeded; until then the transition behind it is closed. */
async function stopInTime(follower: DeliveryFollower, pipelineExecutionId: string): Promise<void> {
  const { clients, decisions, pipeline } = follower;
  if (decisions.stopAt === undefined) return;
  const { stageStates = [] } = await clients.pipelines.send(
    new GetPipelineStateCommand({ name: pipeline.name }),
  );
  const last = stageStates.find(({ stageName }) => stageName === decisions.stopAt)?.latestExecution;
  if (last?.pipelineExecutionId !== pipelineExecutionId || last.status !== 'Succeeded') return;
  const { status } = await executionOf(follower, pipelineExecutionId);
  if (status !== 'InProgress') return;
  await clients.pipelines.send(
    new StopPipelineExecutionCommand({
      pipelineName: pipeline.name,
      pipelineExecutionId,
      reason: `stepmill deliver --stop-at ${decisions.stopAt}`,
    }),
  );
}

async function conclude(
  follower: DeliveryFollower,
  execution: PipelineExecution,
): Promise<DeliveryEnd> {
  const { decisions, terminal } = follower;
  const { executionType, pipelineExecutionId = '', status } = execution;
  const isRollback = executionType === 'ROLLBACK';
  if (status === 'Succeeded') {
    const what = isRollback ? 'Rolled back to' : 'Delivered';
    terminal.print(`${green(what)} ${commitOf(execution)}`);
    return 'succeeded';
  }
  if (status === 'Stopped' && decisions.stopAt !== undefined) {
    terminal.print(`${green('Stopped')} after ${decisions.stopAt}, as asked`);
    return 'succeeded';
  }
  const what = isRollback ? 'was not brought back' : 'was not delivered further';
  terminal.print(`${bold(status ?? '')}: ${commitOf(execution)} ${what}`);
  await showRollback(follower, pipelineExecutionId);
  return 'failed';
}

function commitOf({ artifactRevisions = [] }: PipelineExecution): string {
  const [revision] = artifactRevisions;
  return `${revision?.revisionId ?? 'the commit'} ${dim(revision?.revisionSummary ?? '')}`;
}

/** An automatic rollback is an execution of its own, which starts when the stage has failed. */
async function showRollback(follower: DeliveryFollower, id: string): Promise<void> {
  const { clients, pipeline, terminal } = follower;
  const { pipelineExecutionSummaries = [] } = await clients.pipelines.send(
    new ListPipelineExecutionsCommand({ pipelineName: pipeline.name }),
  );
  const rollback = pipelineExecutionSummaries.find(
    ({ trigger }) =>
      trigger?.triggerType === 'AutomatedRollback' && trigger.triggerDetail?.includes(id) === true,
  );
  if (rollback?.pipelineExecutionId === undefined) return;
  const target = rollback.rollbackMetadata?.rollbackTargetPipelineExecutionId ?? '';
  terminal.note(`${yellow('↩')} The stage is rolled back to what execution ${target} delivered`);
  const shown = new Set<string>();
  const rules: SeenRules = new Map();
  for (;;) {
    const { status = '' } = await executionOf(follower, rollback.pipelineExecutionId);
    for (const action of await actionsOf(follower, rollback.pipelineExecutionId)) {
      await showOnce(follower, action, shown);
    }
    await showRules(follower, rollback.pipelineExecutionId, rules);
    if (ENDED.test(status)) {
      terminal.print(`Rollback ${status}`);
      return;
    }
    await sleep(clients.connection.pollMs);
  }
}
