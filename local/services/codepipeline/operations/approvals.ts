import type {
  CodePipeline,
  PutApprovalResultInput,
  PutApprovalResultOutput,
} from '@aws-sdk/client-codepipeline';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { actionArn } from '../arns.ts';
import {
  ActionNotFoundException,
  ApprovalAlreadyCompletedException,
  InvalidApprovalTokenException,
} from '../errors.ts';
import { type CodePipelineState, findPipeline, findStage } from '../state.ts';
import { callerOf } from './executions.ts';

export const approvalOperations: OperationTable<CodePipeline, CodePipelineState> = {
  PutApprovalResult: {
    permissions: (input: PutApprovalResultInput, { cloud }) => ({
      action: 'codepipeline:PutApprovalResult',
      resource: actionArn(cloud, [
        input.pipelineName ?? '',
        input.stageName ?? '',
        input.actionName ?? '',
      ]),
    }),
    run: (input: Checked<PutApprovalResultInput>, state, { principal }) =>
      putApproval(state, input, callerOf(principal)),
  },
};

function putApproval(
  state: CodePipelineState,
  input: Checked<PutApprovalResultInput>,
  caller: string,
): PutApprovalResultOutput {
  const { actionName, pipelineName, result, stageName, token } = input;
  const { structure } = findPipeline(state, pipelineName);
  const stage = findStage(structure, stageName);
  if (stage.actions?.some(({ name }) => name === actionName) !== true) {
    throw new ActionNotFoundException(stageName, actionName);
  }
  const action = state.store
    .actions(pipelineName)
    .find(
      (one) =>
        one.stage === stageName && one.action === actionName && one.memory['token'] === token,
    );
  if (action === undefined) throw new InvalidApprovalTokenException();
  if (action.status !== 'InProgress' || action.memory['answer'] !== undefined) {
    throw new ApprovalAlreadyCompletedException();
  }
  const approvedAt = new Date(state.cloud.clock.now());
  state.store.putAction({
    ...action,
    memory: { ...action.memory, answer: result?.status ?? 'Rejected' },
    summary: result?.summary ?? '',
    updatedBy: caller,
    updatedAt: approvedAt.getTime(),
  });
  state.runs.wake();
  return { approvedAt };
}
