import type {
  ActionExecutionDetail,
  CodePipeline,
  GetPipelineExecutionInput,
  GetPipelineExecutionOutput,
  ListActionExecutionsInput,
  ListActionExecutionsOutput,
  ListPipelineExecutionsInput,
  ListPipelineExecutionsOutput,
  PipelineExecutionSummary,
  StartPipelineExecutionInput,
  StartPipelineExecutionOutput,
  StopPipelineExecutionInput,
  StopPipelineExecutionOutput,
} from '@aws-sdk/client-codepipeline';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Principal } from '../../../cloud/principal.ts';
import {
  ConcurrentPipelineExecutionsLimitExceededException,
  DuplicatedStopRequestException,
  PipelineExecutionNotStoppableException,
  ValidationException,
} from '../errors.ts';
import { MAX_QUEUED_EXECUTIONS } from '../limits.ts';
import { type CodePipelineState, findExecution, findPipeline } from '../state.ts';
import type { ActionRecord, ExecutionRecord, Structure } from '../store.ts';
import { pageOf, sortable } from './pages.ts';
import { onPipeline } from './pipelines.ts';

export const executionOperations: OperationTable<CodePipeline, CodePipelineState> = {
  StartPipelineExecution: {
    permissions: ({ name }: StartPipelineExecutionInput, state) =>
      onPipeline('StartPipelineExecution', name, state),
    run: (input: StartPipelineExecutionInput, state, { principal }) =>
      startExecution(state, input, principal),
  },
  StopPipelineExecution: {
    permissions: ({ pipelineName }: StopPipelineExecutionInput, state) =>
      onPipeline('StopPipelineExecution', pipelineName, state),
    run: (input: StopPipelineExecutionInput, state) => stopExecution(state, input),
  },
  GetPipelineExecution: {
    readOnly: true,
    permissions: ({ pipelineName }: GetPipelineExecutionInput, state) =>
      onPipeline('GetPipelineExecution', pipelineName, state),
    run: (input: GetPipelineExecutionInput, state): GetPipelineExecutionOutput => {
      const execution = findExecution(state, input.pipelineName, input.pipelineExecutionId);
      return { pipelineExecution: describeExecution(state, execution) };
    },
  },
  ListPipelineExecutions: {
    readOnly: true,
    permissions: ({ pipelineName }: ListPipelineExecutionsInput, state) =>
      onPipeline('ListPipelineExecutions', pipelineName, state),
    run: (input: ListPipelineExecutionsInput, state) => listExecutions(state, input),
  },
  ListActionExecutions: {
    readOnly: true,
    permissions: ({ pipelineName }: ListActionExecutionsInput, state) =>
      onPipeline('ListActionExecutions', pipelineName, state),
    run: (input: ListActionExecutionsInput, state) => listActions(state, input),
  },
};

/** The id of the caller in the detail of a trigger. */
export function callerOf(principal: Principal): string {
  return principal.kind === 'service' ? (principal.sourceArn ?? principal.service) : principal.arn;
}

function startExecution(
  state: CodePipelineState,
  input: StartPipelineExecutionInput,
  principal: Principal,
): StartPipelineExecutionOutput {
  const { structure } = findPipeline(state, input.name);
  const { clientRequestToken: token } = input;
  const all = state.store.executions(structure.name);
  const repeated = token === undefined ? undefined : all.find((one) => one.token === token);
  if (repeated !== undefined) return { pipelineExecutionId: repeated.id };
  const open = all.filter(({ status }) => status === 'InProgress');
  if (open.length > MAX_QUEUED_EXECUTIONS) {
    throw new ConcurrentPipelineExecutionsLimitExceededException(structure.name);
  }
  const { id } = state.runs.begin({
    structure,
    trigger: {
      triggerType: principal.kind === 'service' ? 'CloudWatchEvent' : 'StartPipelineExecution',
      triggerDetail: callerOf(principal),
    },
    variables: variablesOf(structure, input),
    overrides: overridesOf(structure, input),
    token,
  });
  return { pipelineExecutionId: id };
}

/** @throws ValidationException */
function variablesOf(
  { variables: declared = [] }: Structure,
  { variables: given = [] }: StartPipelineExecutionInput,
): Readonly<Record<string, string>> {
  const unknown = given.find(({ name }) => !declared.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new ValidationException(
      `The pipeline has no variable '${unknown.name}'. Nothing was started.`,
    );
  }
  const values = declared.map(({ defaultValue, name = '' }) => {
    const value = given.find((one) => one.name === name)?.value ?? defaultValue;
    if (value === undefined) {
      throw new ValidationException(
        `The variable '${name}' has no default and needs a value. Nothing was started.`,
      );
    }
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

/** @throws ValidationException */
function overridesOf(
  { stages = [] }: Structure,
  { sourceRevisions = [] }: StartPipelineExecutionInput,
) {
  const sources = stages[0]?.actions ?? [];
  const unknown = sourceRevisions.find(
    ({ actionName }) => !sources.some(({ name }) => name === actionName),
  );
  if (unknown !== undefined) {
    throw new ValidationException(
      `The pipeline has no source action '${unknown.actionName}'. Nothing was started.`,
    );
  }
  return sourceRevisions;
}

function stopExecution(
  state: CodePipelineState,
  input: StopPipelineExecutionInput,
): StopPipelineExecutionOutput {
  const { abandon = false, pipelineExecutionId, pipelineName, reason = '' } = input;
  const execution = findExecution(state, pipelineName, pipelineExecutionId);
  if (execution.status === 'Stopping' && (execution.stopping?.abandon === true || !abandon)) {
    throw new DuplicatedStopRequestException();
  }
  if (execution.status !== 'InProgress' && execution.status !== 'Stopping') {
    throw new PipelineExecutionNotStoppableException(execution.id);
  }
  state.runs.stop(execution, { reason, abandon });
  return { pipelineExecutionId: execution.id };
}

function describeExecution({ store }: CodePipelineState, execution: ExecutionRecord) {
  const structure = store.structure(execution.pipeline, execution.version);
  return {
    pipelineName: execution.pipeline,
    pipelineVersion: execution.version,
    pipelineExecutionId: execution.id,
    status: execution.status,
    ...(execution.summary !== undefined && { statusSummary: execution.summary }),
    artifactRevisions: [...execution.revisions],
    variables: Object.entries(execution.variables).map(([name, resolvedValue]) => ({
      name,
      resolvedValue,
    })),
    trigger: execution.trigger,
    executionMode: structure?.executionMode,
    executionType: execution.type,
    ...rollbackOf(execution),
  };
}

function rollbackOf({ rollbackTarget }: ExecutionRecord) {
  return (
    rollbackTarget !== undefined && {
      rollbackMetadata: { rollbackTargetPipelineExecutionId: rollbackTarget },
    }
  );
}

function listExecutions(
  state: CodePipelineState,
  { filter, pipelineName, ...input }: ListPipelineExecutionsInput,
): ListPipelineExecutionsOutput {
  const { record } = findPipeline(state, pipelineName);
  const stage = filter?.succeededInStage?.stageName;
  const wanted = state.store
    .executions(record.name)
    .filter(
      ({ id }) =>
        stage === undefined || state.store.stage(record.name, id, stage)?.status === 'Succeeded',
    );
  const { items, ...page } = pageOf(wanted, ({ order }) => sortable(order), input, true);
  return { pipelineExecutionSummaries: items.map((one) => summarize(state, one)), ...page };
}

function summarize(
  { store }: CodePipelineState,
  execution: ExecutionRecord,
): PipelineExecutionSummary {
  const { startedAt, status, stopping, summary, trigger, type, updatedAt } = execution;
  const structure = store.structure(execution.pipeline, execution.version);
  const sources = structure?.stages?.[0]?.actions ?? [];
  return {
    pipelineExecutionId: execution.id,
    status,
    ...(summary !== undefined && { statusSummary: summary }),
    startTime: new Date(startedAt),
    lastUpdateTime: new Date(updatedAt),
    sourceRevisions: execution.revisions.map(
      ({ name, revisionId, revisionSummary, revisionUrl }) => ({
        actionName: sources.find(({ outputArtifacts }) => outputArtifacts?.[0]?.name === name)
          ?.name,
        revisionId,
        revisionSummary,
        revisionUrl,
      }),
    ),
    trigger,
    ...(stopping !== undefined && { stopTrigger: { reason: stopping.reason } }),
    executionMode: structure?.executionMode,
    executionType: type,
    ...rollbackOf(execution),
  };
}

function listActions(
  state: CodePipelineState,
  { filter, pipelineName, ...input }: ListActionExecutionsInput,
): ListActionExecutionsOutput {
  const { record } = findPipeline(state, pipelineName);
  const execution =
    filter?.pipelineExecutionId ?? filter?.latestInPipelineExecution?.pipelineExecutionId;
  if (execution !== undefined) findExecution(state, record.name, execution);
  const actions = state.store.actions(record.name, execution);
  const { items, ...page } = pageOf(actions, ({ order }) => sortable(order), input, true);
  return { actionExecutionDetails: items.map((one) => describeAction(state, one)), ...page };
}

function describeAction({ cloud }: CodePipelineState, action: ActionRecord): ActionExecutionDetail {
  const { declaration, error, externalId, logStreamArn, summary } = action;
  return {
    pipelineExecutionId: action.execution,
    actionExecutionId: action.id,
    pipelineVersion: action.version,
    stageName: action.stage,
    actionName: action.action,
    startTime: new Date(action.startedAt),
    lastUpdateTime: new Date(action.updatedAt),
    ...(action.updatedBy !== undefined && { updatedBy: action.updatedBy }),
    status: action.status,
    input: {
      actionTypeId: declaration.actionTypeId,
      configuration: declaration.configuration,
      resolvedConfiguration: { ...action.configuration },
      ...(declaration.roleArn !== undefined && { roleArn: declaration.roleArn }),
      region: cloud.region,
      inputArtifacts: [...action.inputs],
      ...(declaration.namespace !== undefined && { namespace: declaration.namespace }),
    },
    output: {
      outputArtifacts: action.status === 'Succeeded' ? [...action.outputs] : [],
      executionResult: {
        ...(externalId !== undefined && { externalExecutionId: externalId }),
        ...(summary !== undefined && { externalExecutionSummary: summary }),
        ...(error !== undefined && { errorDetails: error }),
        ...(logStreamArn !== undefined && { logStreamARN: logStreamArn }),
      },
      outputVariables: { ...action.outputVariables },
    },
  };
}
