import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { UserError } from '../terminal/user-error.ts';
import { type FoundPipeline, stageNamed } from './find-pipeline.ts';
import type { PipelineClients } from './pipeline-clients.ts';

/** Starts the pipeline on a commit that was uploaded. @returns the id of the execution */
export async function startDelivery(
  { pipelines }: PipelineClients,
  { name, source }: FoundPipeline,
  commit: string,
): Promise<string> {
  const { pipelineExecutionId = '' } = await pipelines.send(
    new StartPipelineExecutionCommand({
      name,
      sourceRevisions: [
        { actionName: source.name, revisionType: 'COMMIT_ID', revisionValue: commit },
      ],
    }),
  );
  return pipelineExecutionId;
}

/** The id of the newest execution that is not a rollback. @throws UserError where there is none */
export async function latestDelivery(
  { pipelines }: PipelineClients,
  { name }: FoundPipeline,
): Promise<string> {
  const { pipelineExecutionSummaries = [] } = await pipelines.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const latest = pipelineExecutionSummaries.find(
    ({ executionType }) => executionType !== 'ROLLBACK',
  );
  if (latest?.pipelineExecutionId === undefined) {
    throw new UserError(`The pipeline ${name} has not run yet. Nothing was started.`);
  }
  return latest.pipelineExecutionId;
}

/** Runs what failed of a stage of the latest execution once more. @throws UserError where there is none */
export async function resumeDelivery(
  clients: PipelineClients,
  pipeline: FoundPipeline,
  stageName: string,
): Promise<string> {
  stageNamed(pipeline, stageName);
  const pipelineExecutionId = await latestDelivery(clients, pipeline);
  await clients.pipelines.send(
    new RetryStageExecutionCommand({
      pipelineName: pipeline.name,
      stageName,
      pipelineExecutionId,
      retryMode: 'FAILED_ACTIONS',
    }),
  );
  return pipelineExecutionId;
}

/**
 * Runs a stage again with what the last delivery had that succeeded before the one which is there now.
 *
 * @returns the id of the execution, and the commit
 * @throws UserError where none has succeeded, or the stage deploys nothing
 */
export async function rollBackStage(
  { pipelines }: PipelineClients,
  pipeline: FoundPipeline,
  stageName: string,
): Promise<{ readonly id: string; readonly commit: string }> {
  if (stageNamed(pipeline, stageName) === pipeline.stages[0]) {
    throw new UserError(
      `${stageName} only fetches commits, so it has nothing to roll back. Nothing was started.`,
    );
  }
  const [{ pipelineExecutionSummaries: all = [] }, { stageStates = [] }] = await Promise.all([
    pipelines.send(new ListPipelineExecutionsCommand({ pipelineName: pipeline.name })),
    pipelines.send(new GetPipelineStateCommand({ name: pipeline.name })),
  ]);
  const stage = stageStates.find((each) => each.stageName === stageName);
  const good = findBefore(all, stage?.latestExecution?.pipelineExecutionId);
  if (good?.pipelineExecutionId === undefined) {
    throw new UserError(
      `No delivery of ${pipeline.name} has succeeded before the one that is in ${stageName}, so there is nothing to go back to. Nothing was started.`,
    );
  }
  const { pipelineExecutionId = '' } = await pipelines.send(
    new RollbackStageCommand({
      pipelineName: pipeline.name,
      stageName,
      targetPipelineExecutionId: good.pipelineExecutionId,
    }),
  );
  const commit = good.sourceRevisions?.[0]?.revisionId ?? '';
  return { id: pipelineExecutionId, commit };
}

/**
 * The newest delivery that has succeeded, and is older than what a stage has.
 *
 * @param all the newest first
 * @param current the execution in the stage, which may itself have brought back another one
 */
function findBefore(
  all: readonly PipelineExecutionSummary[],
  current: string | undefined,
): PipelineExecutionSummary | undefined {
  const { rollbackMetadata } = all.find((each) => each.pipelineExecutionId === current) ?? {};
  const there = rollbackMetadata?.rollbackTargetPipelineExecutionId ?? current;
  const at = all.findIndex(({ pipelineExecutionId }) => pipelineExecutionId === there);
  return all
    .slice(at + 1)
    .find(({ executionType, status }) => executionType !== 'ROLLBACK' && status === 'Succeeded');
}

/** Closes the way out of a stage. @returns opens it again */
export async function closeAfter(
  { pipelines }: PipelineClients,
  pipeline: FoundPipeline,
  stageName: string,
): Promise<() => Promise<void>> {
  const at = pipeline.stages.indexOf(stageNamed(pipeline, stageName));
  const next = pipeline.stages[at + 1]?.name;
  if (next === undefined) return async () => {};
  const transition = {
    pipelineName: pipeline.name,
    stageName: next,
    transitionType: 'Inbound',
  } as const;
  const reason = `stepmill deliver --stop-at ${stageName}`;
  await pipelines.send(new DisableStageTransitionCommand({ ...transition, reason }));
  return async () => {
    await pipelines.send(new EnableStageTransitionCommand(transition));
  };
}
