import type {
  ActionState,
  CodePipeline,
  ConditionState,
  GetPipelineStateInput,
  GetPipelineStateOutput,
  StageConditionState,
  StageDeclaration,
  StageState,
} from '@aws-sdk/client-codepipeline';
import type { OperationTable } from '../../../cloud/operation.ts';
import { type CodePipelineState, findPipeline } from '../state.ts';
import type { ActionRecord, ConditionRecord, PipelineRecord, StageRecord } from '../store.ts';
import { onPipeline } from './pipelines.ts';

export const stateOperations: OperationTable<CodePipeline, CodePipelineState> = {
  GetPipelineState: {
    readOnly: true,
    permissions: ({ name }: GetPipelineStateInput, state) =>
      onPipeline('GetPipelineState', name, state),
    run: (input: GetPipelineStateInput, state) => getPipelineState(state, input),
  },
};

function getPipelineState(
  state: CodePipelineState,
  { name }: GetPipelineStateInput,
): GetPipelineStateOutput {
  const { record, structure } = findPipeline(state, name);
  const actions = state.store.actions(record.name);
  return {
    pipelineName: record.name,
    pipelineVersion: record.version,
    stageStates: (structure.stages ?? []).map((stage) =>
      describeStage(state, record, stage, actions),
    ),
    created: new Date(record.created),
    updated: new Date(record.updated),
  };
}

function describeStage(
  { store }: CodePipelineState,
  { disabled, name: pipeline }: PipelineRecord,
  stage: StageDeclaration,
  actions: readonly ActionRecord[],
): StageState {
  const { name = '' } = stage;
  const waiting = store
    .executions(pipeline)
    .filter((one) => one.status === 'InProgress' && one.stage === name && !one.isInStage)
    .map(({ id, type }) => ({ pipelineExecutionId: id, status: 'InProgress' as const, type }));
  const [latest] = store.stagesNamed(pipeline, name);
  const transition = disabled[name];
  return {
    stageName: name,
    inboundExecutions: waiting,
    ...(waiting[0] !== undefined && { inboundExecution: waiting[0] }),
    inboundTransitionState: {
      enabled: transition === undefined,
      ...(transition !== undefined && {
        disabledReason: transition.reason,
        lastChangedAt: new Date(transition.at),
        lastChangedBy: transition.by,
      }),
    },
    actionStates: (stage.actions ?? []).map((action) =>
      describeAction(action.name ?? '', name, actions),
    ),
    ...(latest !== undefined && {
      latestExecution: {
        pipelineExecutionId: latest.execution,
        status: latest.status,
        type: store.execution(pipeline, latest.execution)?.type ?? 'STANDARD',
      },
      ...conditionsOf(latest),
      ...(latest.manualRetries + latest.automaticRetries > 0 && {
        retryStageMetadata: {
          manualStageRetryAttempt: latest.manualRetries,
          autoStageRetryAttempt: latest.automaticRetries,
        },
      }),
    }),
  };
}

function conditionsOf({ conditions }: StageRecord) {
  const { beforeEntry, onFailure, onSuccess } = conditions;
  return {
    ...(beforeEntry !== undefined && { beforeEntryConditionState: describeCondition(beforeEntry) }),
    ...(onSuccess !== undefined && { onSuccessConditionState: describeCondition(onSuccess) }),
    ...(onFailure !== undefined && { onFailureConditionState: describeCondition(onFailure) }),
  };
}

function describeCondition({
  changedAt,
  rules,
  status,
  summary,
}: ConditionRecord): StageConditionState {
  const state: ConditionState = {
    latestExecution: { status, summary, lastStatusChange: new Date(changedAt) },
    ruleStates: rules.map((rule) => ({
      ruleName: rule.name,
      latestExecution: {
        ruleExecutionId: rule.id,
        status: rule.status,
        summary: rule.summary,
        lastStatusChange: new Date(rule.changedAt),
      },
    })),
  };
  return { latestExecution: { status, summary }, conditionStates: [state] };
}

function describeAction(
  actionName: string,
  stage: string,
  actions: readonly ActionRecord[],
): ActionState {
  const latest = actions.find((one) => one.action === actionName && one.stage === stage);
  if (latest === undefined) return { actionName };
  const { error, externalId, id, logStreamArn, memory, status, summary, updatedAt, updatedBy } =
    latest;
  const token = status === 'InProgress' ? memory['token'] : undefined;
  return {
    actionName,
    latestExecution: {
      actionExecutionId: id,
      status,
      ...(summary !== undefined && { summary }),
      lastStatusChange: new Date(updatedAt),
      ...(token !== undefined && { token }),
      ...(updatedBy !== undefined && { lastUpdatedBy: updatedBy }),
      ...(externalId !== undefined && { externalExecutionId: externalId }),
      ...(error !== undefined && { errorDetails: error }),
      ...(logStreamArn !== undefined && { logStreamARN: logStreamArn }),
    },
  };
}
