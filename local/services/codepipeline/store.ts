import type {
  ActionDeclaration,
  ActionExecutionStatus,
  ArtifactDetail,
  ArtifactRevision,
  ConditionExecutionStatus,
  ErrorDetails,
  ExecutionTrigger,
  PipelineDeclaration,
  PipelineExecutionStatus,
  RuleExecutionStatus,
  SourceRevisionOverride,
  StageDeclaration,
  StageExecutionStatus,
  Tag,
} from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

/** A structure as AWS stores it, with what a template may leave out. */
export type Structure = Required<Pick<PipelineDeclaration, 'name' | 'roleArn' | 'version'>> &
  PipelineDeclaration & {
    readonly name: string;
    readonly roleArn: string;
    readonly version: number;
  };

export interface TransitionRecord {
  readonly reason: string;
  readonly at: number;
  readonly by: string;
}

/** A pipeline. Times are in epoch milliseconds. */
export interface PipelineRecord {
  readonly name: string;
  readonly version: number;
  readonly created: number;
  readonly updated: number;
  readonly tags: readonly Tag[];
  /** By the name of the stage whose inbound transition is disabled. */
  readonly disabled: Readonly<Record<string, TransitionRecord>>;
}

export interface ArtifactPlace {
  readonly bucket: string;
  readonly key: string;
}

/** An execution of a pipeline. */
export interface ExecutionRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly version: number;
  readonly status: PipelineExecutionStatus;
  readonly summary?: string;
  readonly type: 'ROLLBACK' | 'STANDARD';
  readonly rollbackTarget?: string;
  readonly trigger: ExecutionTrigger;
  readonly startedAt: number;
  readonly updatedAt: number;
  /** Orders executions that start in the same millisecond. */
  readonly order: number;
  /** The stage that it waits for or is in. */
  readonly stage: string;
  readonly isInStage: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly overrides: readonly SourceRevisionOverride[];
  readonly revisions: readonly ArtifactRevision[];
  readonly artifacts: Readonly<Record<string, ArtifactPlace>>;
  /** The variables that actions gave, by namespace. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly attempt: number;
  readonly stopping?: { readonly reason: string; readonly abandon: boolean };
  readonly token?: string;
}

export interface RuleRecord {
  readonly name: string;
  readonly id: string;
  readonly status: RuleExecutionStatus;
  readonly summary: string;
  readonly changedAt: number;
}

export interface ConditionRecord {
  readonly status: ConditionExecutionStatus;
  readonly summary: string;
  readonly changedAt: number;
  readonly rules: readonly RuleRecord[];
}

export const CONDITION_KINDS = ['beforeEntry', 'onSuccess', 'onFailure'] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** A stage of an execution. */
export interface StageRecord {
  readonly pipeline: string;
  readonly execution: string;
  readonly stage: string;
  readonly status: StageExecutionStatus;
  readonly enteredAt: number;
  readonly conditions: Readonly<Partial<Record<ConditionKind, ConditionRecord>>>;
  readonly manualRetries: number;
  readonly automaticRetries: number;
  /** Actions before it that did not succeed run again. */
  readonly retryFrom: number;
  /** Actions before it do not count. */
  readonly countFrom: number;
}

/** An execution of an action. A retry makes a new one. */
export interface ActionRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly execution: string;
  readonly version: number;
  readonly stage: string;
  readonly action: string;
  readonly order: number;
  readonly status: ActionExecutionStatus;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly declaration: ActionDeclaration;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly ArtifactDetail[];
  readonly outputs: readonly ArtifactDetail[];
  readonly outputVariables: Readonly<Record<string, string>>;
  /** What the action remembers of what it has started, so that it can be resumed. */
  readonly memory: Readonly<Record<string, string>>;
  readonly summary?: string;
  readonly externalId?: string;
  readonly logStreamArn?: string;
  readonly error?: ErrorDetails;
  readonly updatedBy?: string;
}

/** Longer than any number of executions. */
const ORDER_DIGITS = 15;

/** The tables of AWS CodePipeline. */
export class CodePipelineStore {
  readonly pipelines: Table<PipelineRecord>;
  readonly #structures: Table<Structure>;
  readonly #executions: Table<ExecutionRecord>;
  readonly #stages: Table<StageRecord>;
  readonly #actions: Table<ActionRecord>;

  constructor({ store }: Cloud) {
    this.pipelines = store.table('codepipeline.pipelines', {
      name: 'string',
      version: 'number',
      created: 'number',
      updated: 'number',
      tags: 'list',
      disabled: 'object',
    });
    this.#structures = store.table<Structure>('codepipeline.structures', (value) => {
      const structure = value as Partial<Structure> | null;
      const isValid =
        typeof structure?.name === 'string' &&
        typeof structure.roleArn === 'string' &&
        Array.isArray(structure.stages);
      return isValid ? undefined : 'it is not the structure of a pipeline';
    });
    this.#executions = store.table('codepipeline.executions', {
      id: 'string',
      pipeline: 'string',
      version: 'number',
      status: 'string',
      type: 'string',
      trigger: 'object',
      startedAt: 'number',
      updatedAt: 'number',
      order: 'number',
      stage: 'string',
      isInStage: 'boolean',
      variables: 'object',
      overrides: 'list',
      revisions: 'list',
      artifacts: 'object',
      namespaces: 'object',
      attempt: 'number',
    });
    this.#stages = store.table('codepipeline.stages', {
      pipeline: 'string',
      execution: 'string',
      stage: 'string',
      status: 'string',
      enteredAt: 'number',
      conditions: 'object',
      manualRetries: 'number',
      automaticRetries: 'number',
      retryFrom: 'number',
      countFrom: 'number',
    });
    this.#actions = store.table('codepipeline.actions', {
      id: 'string',
      pipeline: 'string',
      execution: 'string',
      version: 'number',
      stage: 'string',
      action: 'string',
      order: 'number',
      status: 'string',
      startedAt: 'number',
      updatedAt: 'number',
      declaration: 'object',
      configuration: 'object',
      inputs: 'list',
      outputs: 'list',
      outputVariables: 'object',
      memory: 'object',
    });
  }

  structure(pipeline: string, version: number): Structure | undefined {
    return this.#structures.get(`${pipeline}|${version}`);
  }

  putStructure(structure: Structure): void {
    this.#structures.put(`${structure.name}|${structure.version}`, structure);
  }

  execution(pipeline: string, id: string): ExecutionRecord | undefined {
    return this.#executions.get(`${pipeline}|${id}`);
  }

  /** The executions of a pipeline, or all, the newest first. */
  executions(pipeline?: string): readonly ExecutionRecord[] {
    const range = pipeline === undefined ? {} : { prefix: `${pipeline}|` };
    return Array.from(this.#executions.entries(range), ([, execution]) => execution).toSorted(
      (one, other) => other.order - one.order,
    );
  }

  putExecution(execution: ExecutionRecord): void {
    this.#executions.put(`${execution.pipeline}|${execution.id}`, execution);
  }

  stage(pipeline: string, execution: string, stage: string): StageRecord | undefined {
    return this.#stages.get(`${pipeline}|${execution}|${stage}`);
  }

  /** The executions of a stage, the newest first. */
  stagesNamed(pipeline: string, stage: string): readonly StageRecord[] {
    return Array.from(this.#stages.entries({ prefix: `${pipeline}|` }), ([, record]) => record)
      .filter((record) => record.stage === stage)
      .toSorted((one, other) => other.enteredAt - one.enteredAt);
  }

  putStage(stage: StageRecord): void {
    this.#stages.put(`${stage.pipeline}|${stage.execution}|${stage.stage}`, stage);
  }

  /** The action executions of a pipeline, or of one execution of it, the newest first. */
  actions(pipeline: string, execution?: string): readonly ActionRecord[] {
    const prefix = execution === undefined ? `${pipeline}|` : `${pipeline}|${execution}|`;
    return Array.from(this.#actions.entries({ prefix }), ([, action]) => action).toSorted(
      (one, other) => other.order - one.order,
    );
  }

  /** Every action that is in progress. */
  openActions(): readonly ActionRecord[] {
    return Array.from(this.#actions.entries(), ([, action]) => action).filter(
      ({ status }) => status === 'InProgress',
    );
  }

  putAction(action: ActionRecord): void {
    const order = String(action.order).padStart(ORDER_DIGITS, '0');
    this.#actions.put(`${action.pipeline}|${action.execution}|${order}`, action);
  }

  deleteExecution({ id, pipeline }: ExecutionRecord): void {
    this.#executions.delete(`${pipeline}|${id}`);
    const prefix = `${pipeline}|${id}|`;
    for (const key of keysOf(this.#stages.entries({ prefix }))) this.#stages.delete(key);
    for (const key of keysOf(this.#actions.entries({ prefix }))) this.#actions.delete(key);
  }

  deletePipeline(name: string): void {
    for (const execution of this.executions(name)) this.deleteExecution(execution);
    const structures = this.#structures.entries({ prefix: `${name}|` });
    for (const key of keysOf(structures)) this.#structures.delete(key);
    this.pipelines.delete(name);
  }
}

/** A stage of a structure by its name. */
export function stageOf(structure: Structure, name: string): StageDeclaration | undefined {
  return structure.stages?.find((stage) => stage.name === name);
}

function keysOf(entries: Iterable<readonly [string, unknown]>): readonly string[] {
  return Array.from(entries, ([key]) => key);
}
