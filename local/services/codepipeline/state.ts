import type { Cloud } from '../../cloud/cloud.ts';
import {
  PipelineExecutionNotFoundException,
  PipelineNotFoundException,
  StageNotFoundException,
} from './errors.ts';
import type { PipelineRuns } from './run/pipeline-runs.ts';
import {
  type CodePipelineStore,
  type ExecutionRecord,
  type PipelineRecord,
  type Structure,
  stageOf,
} from './store.ts';

/** What the operations of AWS CodePipeline share. */
export interface CodePipelineState {
  readonly cloud: Cloud;
  readonly store: CodePipelineStore;
  readonly runs: PipelineRuns;
}

/** @throws PipelineNotFoundException */
export function findPipeline(
  { cloud, store }: CodePipelineState,
  name: string = '',
): { readonly record: PipelineRecord; readonly structure: Structure } {
  const record = store.pipelines.get(name);
  const structure = record && store.structure(name, record.version);
  if (record === undefined || structure === undefined) {
    throw new PipelineNotFoundException(cloud.accountId, name);
  }
  return { record, structure };
}

/** @throws PipelineNotFoundException, PipelineExecutionNotFoundException */
export function findExecution(
  state: CodePipelineState,
  name: string = '',
  id: string = '',
): ExecutionRecord {
  findPipeline(state, name);
  const execution = state.store.execution(name, id);
  if (execution === undefined) throw new PipelineExecutionNotFoundException(name, id);
  return execution;
}

/** @throws StageNotFoundException */
export function findStage(structure: Structure, name: string = '') {
  const stage = stageOf(structure, name);
  if (stage === undefined) throw new StageNotFoundException(structure.name, name);
  return stage;
}
