import { describe, expect, it } from 'vitest';
import type { FoundPipeline } from './find-pipeline.ts';
import type { PipelineClients } from './pipeline-clients.ts';
import { rollBackStage } from './start-delivery.ts';

const pipeline = {
  name: 'stepmill-delivery',
  source: { name: 'Source' },
  stages: [{ name: 'Source' }, { name: 'Deploy-dev' }],
} as unknown as FoundPipeline;

interface Run {
  readonly id: string;
  readonly status: string;
  /** The delivery that a rollback has brought back. */
  readonly brings?: string;
}

/** Clients of a pipeline that had these executions, the newest first. */
function clientsOf(runs: readonly Run[], current: string | undefined) {
  const asked: object[] = [];
  const answers: Readonly<Record<string, object>> = {
    ListPipelineExecutionsCommand: {
      pipelineExecutionSummaries: runs.map(({ id, status, brings }) => ({
        pipelineExecutionId: id,
        status,
        sourceRevisions: [{ revisionId: `commit of ${id}` }],
        ...(brings === undefined
          ? { executionType: 'STANDARD' }
          : {
              executionType: 'ROLLBACK',
              rollbackMetadata: { rollbackTargetPipelineExecutionId: brings },
            }),
      })),
    },
    GetPipelineStateCommand: {
      stageStates: [{ stageName: 'Deploy-dev', latestExecution: { pipelineExecutionId: current } }],
    },
    RollbackStageCommand: { pipelineExecutionId: 'new' },
  };
  const send = async (command: {
    readonly input: object;
    readonly constructor: { readonly name: string };
  }) => {
    if (command.constructor.name === 'RollbackStageCommand') asked.push(command.input);
    return answers[command.constructor.name];
  };
  return { clients: { pipelines: { send } } as unknown as PipelineClients, asked };
}

const ok = (id: string): Run => ({ id, status: 'Succeeded' });

describe('a rollback of a stage', () => {
  it.each([
    ['a delivery that was stopped', [{ id: 'c', status: 'Failed' }, ok('b'), ok('a')], 'c', 'b'],
    ['one that succeeded and turned out bad', [ok('b'), ok('a')], 'b', 'a'],
    [
      'what a rollback has brought back, and not to the delivery that it took back',
      [{ id: 'r', status: 'Succeeded', brings: 'b' }, ok('c'), ok('b'), ok('a')],
      'r',
      'a',
    ],
  ] as const)('goes back from %s', async (_, runs, current, expected) => {
    const { asked, clients } = clientsOf(runs, current);

    const { commit, id } = await rollBackStage(clients, pipeline, 'Deploy-dev');

    expect({ commit, id }).toEqual({ commit: `commit of ${expected}`, id: 'new' });
    expect(asked).toEqual([
      {
        pipelineName: 'stepmill-delivery',
        stageName: 'Deploy-dev',
        targetPipelineExecutionId: expected,
      },
    ]);
  });

  it.each([
    [[ok('a')], 'a'],
    [[{ id: 'a', status: 'Failed' }], 'a'],
  ])('starts nothing where no delivery before it has succeeded: %j', async (runs, current) => {
    const { asked, clients } = clientsOf(runs, current);

    await expect(rollBackStage(clients, pipeline, 'Deploy-dev')).rejects.toThrow(
      'No delivery of stepmill-delivery has succeeded before the one that is in Deploy-dev',
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ['Deploy-x', 'has no stage Deploy-x. Nothing was started. It has Source, Deploy-dev.'],
    ['Source', 'Source only fetches commits, so it has nothing to roll back.'],
  ])('starts nothing for the stage %s', async (stage, sentence) => {
    const { asked, clients } = clientsOf([ok('b'), ok('a')], 'b');

    await expect(rollBackStage(clients, pipeline, stage)).rejects.toThrow(sentence);
    expect(asked).toEqual([]);
  });
});
