import type {
  CodePipeline,
  DisableStageTransitionInput,
  EnableStageTransitionInput,
  OverrideStageConditionInput,
  RetryStageExecutionInput,
  RetryStageExecutionOutput,
  RollbackStageInput,
  RollbackStageOutput,
} from '@aws-sdk/client-codepipeline';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { stageArn } from '../arns.ts';
import {
  ConditionNotOverridableException,
  NotLatestPipelineExecutionException,
  PipelineExecutionOutdatedException,
  StageNotRetryableException,
  UnableToRollbackStageException,
  UnsupportedFeature,
} from '../errors.ts';
import { type CodePipelineState, findExecution, findPipeline, findStage } from '../state.ts';
import type { StageRecord } from '../store.ts';
import { callerOf } from './executions.ts';
import { onPipeline } from './pipelines.ts';

export const stageOperations: OperationTable<CodePipeline, CodePipelineState> = {
  DisableStageTransition: {
    permissions: (input: DisableStageTransitionInput, state) =>
      onStage('DisableStageTransition', input, state),
    run(input: Checked<DisableStageTransitionInput>, state, { principal }): object {
      const { reason, stageName, transitionType } = input;
      if (transitionType === 'Outbound')
        throw new UnsupportedFeature('disabled outbound transitions');
      const { record, structure } = findPipeline(state, input.pipelineName);
      findStage(structure, stageName);
      const transition = { reason, at: state.cloud.clock.now(), by: callerOf(principal) };
      const disabled = { ...record.disabled, [stageName]: transition };
      state.store.pipelines.put(record.name, { ...record, disabled });
      return {};
    },
  },
  EnableStageTransition: {
    permissions: (input: EnableStageTransitionInput, state) =>
      onStage('EnableStageTransition', input, state),
    run(input: EnableStageTransitionInput, state): object {
      const { record, structure } = findPipeline(state, input.pipelineName);
      findStage(structure, input.stageName);
      const kept = Object.entries(record.disabled).filter(([stage]) => stage !== input.stageName);
      state.store.pipelines.put(record.name, { ...record, disabled: Object.fromEntries(kept) });
      state.runs.turn(record.name);
      return {};
    },
  },
  RetryStageExecution: {
    permissions: (input: RetryStageExecutionInput, state) =>
      onStage('RetryStageExecution', input, state),
    run: (input: Checked<RetryStageExecutionInput>, state) => retryStage(state, input),
  },
  RollbackStage: {
    permissions: (input: RollbackStageInput, state) =>
      onPipeline('RollbackStage', input.pipelineName, state),
    run: (input: Checked<RollbackStageInput>, state, { principal }) =>
      rollbackStage(state, input, callerOf(principal)),
  },
  OverrideStageCondition: {
    permissions: (input: OverrideStageConditionInput, state) =>
      onStage('OverrideStageCondition', input, state),
    run: (input: Checked<OverrideStageConditionInput>, state) => overrideCondition(state, input),
  },
};

function onStage(
  action: string,
  { pipelineName = '', stageName = '' }: Partial<DisableStageTransitionInput>,
  { cloud }: CodePipelineState,
): Permission {
  return { action: `codepipeline:${action}`, resource: stageArn(cloud, pipelineName, stageName) };
}

/** The execution of a stage, which must be its latest. @throws NotLatestPipelineExecutionException */
function latestOf(
  { store }: CodePipelineState,
  pipeline: string,
  stage: string,
  execution: string,
): StageRecord | undefined {
  const [latest] = store.stagesNamed(pipeline, stage);
  if (latest !== undefined && latest.execution !== execution) {
    throw new NotLatestPipelineExecutionException(stage);
  }
  return latest;
}

function retryStage(
  state: CodePipelineState,
  input: Checked<RetryStageExecutionInput>,
): RetryStageExecutionOutput {
  const { pipelineExecutionId, pipelineName, retryMode, stageName } = input;
  const { record, structure } = findPipeline(state, pipelineName);
  findStage(structure, stageName);
  const execution = findExecution(state, pipelineName, pipelineExecutionId);
  const stage = latestOf(state, pipelineName, stageName, execution.id);
  if (stage === undefined)
    throw new StageNotRetryableException(stageName, 'it has not run in this execution');
  if (stage.status !== 'Failed' && stage.status !== 'Stopped') {
    throw new StageNotRetryableException(stageName, `its status is ${stage.status}`);
  }
  if (execution.version !== record.version) {
    throw new StageNotRetryableException(
      stageName,
      'the structure of the pipeline has changed since',
    );
  }
  state.runs.retry(execution, stage, retryMode, 'manual');
  return { pipelineExecutionId: execution.id };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html */
function rollbackStage(
  state: CodePipelineState,
  input: Checked<RollbackStageInput>,
  caller: string,
): RollbackStageOutput {
  const { pipelineName, stageName, targetPipelineExecutionId } = input;
  const { record, structure } = findPipeline(state, pipelineName);
  findStage(structure, stageName);
  if (structure.stages?.[0]?.name === stageName) {
    throw new UnableToRollbackStageException('A stage with source actions cannot be rolled back');
  }
  const target = findExecution(state, pipelineName, targetPipelineExecutionId);
  if (target.version !== record.version) throw new PipelineExecutionOutdatedException();
  if (target.type === 'ROLLBACK') {
    throw new UnableToRollbackStageException('The target execution is a rollback itself');
  }
  const succeeded = state.store.stage(pipelineName, target.id, stageName)?.status === 'Succeeded';
  if (!succeeded) {
    throw new UnableToRollbackStageException('The target execution did not succeed in this stage');
  }
  const { id } = state.runs.rollBack(target, stageName, {
    triggerType: 'ManualRollback',
    triggerDetail: caller,
  });
  return { pipelineExecutionId: id };
}

function overrideCondition(
  state: CodePipelineState,
  input: Checked<OverrideStageConditionInput>,
): object {
  const { conditionType, pipelineExecutionId, pipelineName, stageName } = input;
  const { structure } = findPipeline(state, pipelineName);
  findStage(structure, stageName);
  const execution = findExecution(state, pipelineName, pipelineExecutionId);
  const stage = latestOf(state, pipelineName, stageName, execution.id);
  const kind = conditionType === 'ON_SUCCESS' ? 'onSuccess' : 'beforeEntry';
  if (stage?.status !== 'Failed' || stage.conditions[kind]?.status !== 'Failed') {
    throw new ConditionNotOverridableException(stageName);
  }
  state.runs.override(execution, stage, kind);
  return {};
}
