import type {
  CodePipeline,
  CreatePipelineInput,
  CreatePipelineOutput,
  DeletePipelineInput,
  GetPipelineInput,
  GetPipelineOutput,
  ListPipelinesInput,
  ListPipelinesOutput,
  PipelineDeclaration,
  UpdatePipelineInput,
  UpdatePipelineOutput,
} from '@aws-sdk/client-codepipeline';
import { type OperationTable, passRole } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { CODEPIPELINE_PRINCIPAL, pipelineArn } from '../arns.ts';
import {
  LimitExceededException,
  PipelineNameInUseException,
  PipelineVersionNotFoundException,
} from '../errors.ts';
import { MAX_PIPELINES } from '../limits.ts';
import { type CodePipelineState, findPipeline } from '../state.ts';
import type { Structure } from '../store.ts';
import { checkStructure } from '../structure/check-structure.ts';
import { pageOf } from './pages.ts';

export const pipelineOperations: OperationTable<CodePipeline, CodePipelineState> = {
  CreatePipeline: {
    permissions: ({ pipeline }: CreatePipelineInput, state) =>
      onChange('CreatePipeline', pipeline, state),
    run: (input: CreatePipelineInput, state) => createPipeline(state, input),
  },
  UpdatePipeline: {
    permissions: ({ pipeline }: UpdatePipelineInput, state) =>
      onChange('UpdatePipeline', pipeline, state),
    run: (input: UpdatePipelineInput, state) => updatePipeline(state, input),
  },
  DeletePipeline: {
    permissions: ({ name }: DeletePipelineInput, state) =>
      onPipeline('DeletePipeline', name, state),
    run({ name = '' }: DeletePipelineInput, { runs, store }): object {
      runs.cancelAll(name);
      store.deletePipeline(name);
      return {};
    },
  },
  GetPipeline: {
    readOnly: true,
    permissions: ({ name }: GetPipelineInput, state) => onPipeline('GetPipeline', name, state),
    run: (input: GetPipelineInput, state) => getPipeline(state, input),
  },
  ListPipelines: {
    readOnly: true,
    permissions: () => ({ action: 'codepipeline:ListPipelines', resource: '*' }),
    run: (input: ListPipelinesInput, state) => listPipelines(state, input),
  },
};

export function onPipeline(
  action: string,
  name: string | undefined,
  { cloud }: Pick<CodePipelineState, 'cloud'>,
): Permission {
  return {
    action: `codepipeline:${action}`,
    resource: name === undefined ? '*' : pipelineArn(cloud, name),
  };
}

function onChange(
  action: string,
  pipeline: PipelineDeclaration | undefined,
  state: CodePipelineState,
): readonly Permission[] {
  const roleArn = pipeline?.roleArn;
  return [
    onPipeline(action, pipeline?.name, state),
    ...(roleArn === undefined ? [] : [passRole(roleArn, CODEPIPELINE_PRINCIPAL)]),
  ];
}

function createPipeline(
  state: CodePipelineState,
  input: CreatePipelineInput,
): CreatePipelineOutput {
  const { cloud, store } = state;
  const structure = structureOf(input.pipeline, 1);
  if (store.pipelines.has(structure.name)) throw new PipelineNameInUseException(structure.name);
  if (store.pipelines.size >= MAX_PIPELINES) {
    throw new LimitExceededException(
      `The account has ${MAX_PIPELINES} pipelines, and cannot have more`,
    );
  }
  checkStructure(structure, cloud.region);
  const now = cloud.clock.now();
  store.putStructure(structure);
  const tags = input.tags ?? [];
  store.pipelines.put(structure.name, {
    name: structure.name,
    version: 1,
    created: now,
    updated: now,
    tags,
    disabled: {},
  });
  return { pipeline: structure, ...(tags.length > 0 && { tags }) };
}

/** Cancels the running executions: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html */
function updatePipeline(
  state: CodePipelineState,
  input: UpdatePipelineInput,
): UpdatePipelineOutput {
  const { cloud, runs, store } = state;
  const { record } = findPipeline(state, input.pipeline?.name);
  const structure = structureOf(input.pipeline, record.version + 1);
  checkStructure(structure, cloud.region);
  runs.cancelAll(record.name);
  store.putStructure(structure);
  store.pipelines.put(record.name, {
    ...record,
    version: structure.version,
    updated: cloud.clock.now(),
  });
  return { pipeline: structure };
}

/** A pipeline with the defaults that AWS answers. */
function structureOf(pipeline: PipelineDeclaration | undefined, version: number): Structure {
  const {
    name = '',
    roleArn = '',
    stages = [],
    ...rest
  }: Partial<PipelineDeclaration> = pipeline ?? {};
  return {
    ...rest,
    name,
    roleArn,
    stages: stages.map((stage) => ({
      ...stage,
      actions: (stage.actions ?? []).map((action) => ({
        ...action,
        runOrder: action.runOrder ?? 1,
        configuration: action.configuration ?? {},
        inputArtifacts: action.inputArtifacts ?? [],
        outputArtifacts: action.outputArtifacts ?? [],
      })),
    })),
    version,
    executionMode: rest.executionMode ?? 'SUPERSEDED',
    pipelineType: rest.pipelineType ?? 'V1',
  };
}

function getPipeline(
  state: CodePipelineState,
  { name, version }: GetPipelineInput,
): GetPipelineOutput {
  const { record } = findPipeline(state, name);
  const wanted = version ?? record.version;
  const structure = state.store.structure(record.name, wanted);
  if (structure === undefined) throw new PipelineVersionNotFoundException(record.name, wanted);
  return {
    pipeline: structure,
    metadata: {
      pipelineArn: pipelineArn(state.cloud, record.name),
      created: new Date(record.created),
      updated: new Date(record.updated),
    },
  };
}

function listPipelines(
  { store }: CodePipelineState,
  input: ListPipelinesInput,
): ListPipelinesOutput {
  const records = Array.from(store.pipelines.entries(), ([, record]) => record);
  const { items, ...page } = pageOf(records, ({ name }) => name, input);
  const pipelines = items.map(({ created, name, updated, version }) => {
    const { executionMode, pipelineType } = store.structure(name, version) ?? {};
    return {
      name,
      version,
      pipelineType,
      executionMode,
      created: new Date(created),
      updated: new Date(updated),
    };
  });
  return { pipelines, ...page };
}
