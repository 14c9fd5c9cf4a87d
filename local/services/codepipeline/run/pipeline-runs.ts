import type {
  ExecutionTrigger,
  PipelineExecutionStatus,
  SourceRevisionOverride,
  StageExecutionStatus,
  StageRetryMode,
} from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import { jobsOf } from '../actions/open-jobs.ts';
import { KEPT_EXECUTIONS } from '../limits.ts';
import {
  type CodePipelineStore,
  type ExecutionRecord,
  type StageRecord,
  type Structure,
  stageOf,
} from '../store.ts';
import { publishState } from './events.ts';
import { RUNTIME_ENDS, Waits } from './patience.ts';
import type { RunsContext } from './runs-context.ts';
import { type StageEnd, StageRun } from './stage-run.ts';

export interface NewExecution {
  readonly structure: Structure;
  readonly trigger: ExecutionTrigger;
  readonly variables: Readonly<Record<string, string>>;
  readonly overrides: readonly SourceRevisionOverride[];
  readonly token?: string | undefined;
}

/** The states of executions that have not ended. */
const OPEN: readonly PipelineExecutionStatus[] = ['InProgress', 'Stopping'];

/** Moves executions through the stages of their pipelines; each stage has one execution at a time. */
export class PipelineRuns {
  readonly #cloud: Cloud;
  readonly #store: CodePipelineStore;
  readonly #context: RunsContext;
  readonly #waits: Waits;
  readonly #running = new Map<string, StageRun>();
  readonly #ends = new Set<Promise<void>>();
  #order: number;
  #isHalted = false;

  constructor(cloud: Cloud, store: CodePipelineStore) {
    this.#cloud = cloud;
    this.#store = store;
    this.#waits = new Waits(cloud.clock);
    this.#order = 0;
    jobsOf(cloud).onAnswer = () => this.wake();
    this.#context = {
      cloud,
      store,
      waits: this.#waits,
      isHalted: () => this.#isHalted,
      nextOrder: () => this.#nextOrder(),
      change: (execution, change) => this.#change(execution, change),
    };
  }

  /** Something has happened that an action may wait for. */
  wake(): void {
    this.#waits.wake();
  }

  begin({ overrides, structure, token, trigger, variables }: NewExecution): ExecutionRecord {
    const now = this.#cloud.clock.now();
    const execution: ExecutionRecord = {
      id: this.#cloud.random.uuid(),
      pipeline: structure.name,
      version: structure.version,
      status: 'InProgress',
      type: 'STANDARD',
      trigger,
      startedAt: now,
      updatedAt: now,
      order: this.#nextOrder(),
      stage: structure.stages?.[0]?.name ?? '',
      isInStage: false,
      variables,
      overrides,
      revisions: [],
      artifacts: {},
      namespaces: {},
      attempt: 1,
      ...(token !== undefined && { token }),
    };
    return this.#enqueue(execution);
  }

  /** Runs a stage once more with what a former execution had. */
  rollBack(target: ExecutionRecord, stage: string, trigger: ExecutionTrigger): ExecutionRecord {
    const { stopping: _stopping, summary: _summary, token: _token, ...former } = target;
    const now = this.#cloud.clock.now();
    return this.#enqueue({
      ...former,
      id: this.#cloud.random.uuid(),
      status: 'InProgress',
      type: 'ROLLBACK',
      rollbackTarget: target.id,
      trigger,
      startedAt: now,
      updatedAt: now,
      order: this.#nextOrder(),
      stage,
      isInStage: false,
      attempt: 1,
    });
  }

  /** Runs what failed of a stage once more, or all of it. */
  retry(
    execution: ExecutionRecord,
    stage: StageRecord,
    mode: StageRetryMode,
    by: 'automatic' | 'manual',
  ): void {
    const order = this.#nextOrder();
    const { onSuccess: _, ...conditions } = stage.conditions;
    this.#store.putStage({
      ...stage,
      status: 'InProgress',
      conditions,
      retryFrom: order,
      countFrom: mode === 'ALL_ACTIONS' ? order : stage.countFrom,
      manualRetries: stage.manualRetries + (by === 'manual' ? 1 : 0),
      automaticRetries: stage.automaticRetries + (by === 'automatic' ? 1 : 0),
    });
    this.#reopen(execution, stage.stage);
  }

  /** Lets an execution pass a condition that has failed. */
  override(
    execution: ExecutionRecord,
    stage: StageRecord,
    kind: 'beforeEntry' | 'onSuccess',
  ): void {
    const condition = stage.conditions[kind];
    if (condition === undefined) return;
    const changedAt = this.#cloud.clock.now();
    const overridden = { ...condition, status: 'Overridden', changedAt } as const;
    const conditions = { ...stage.conditions, [kind]: overridden };
    this.#store.putStage({ ...stage, status: 'InProgress', conditions });
    this.#reopen(execution, stage.stage);
  }

  stop(
    execution: ExecutionRecord,
    stopping: { readonly reason: string; readonly abandon: boolean },
  ): void {
    const stopped = this.#change(execution, () => ({ status: 'Stopping', stopping }));
    publishState(this.#cloud, 'Pipeline', stopped, { state: 'STOPPING' });
    const run = this.#running.get(execution.id);
    if (stopping.abandon) run?.abort(stopping.reason);
    if (run === undefined) this.#finish(stopped, 'Stopped');
    this.turn(execution.pipeline);
  }

  /** Ends all executions of a pipeline, whose structure changes or which is deleted. */
  cancelAll(pipeline: string): void {
    for (const execution of this.#open(pipeline)) {
      const run = this.#running.get(execution.id);
      const stopping = { reason: 'The pipeline was changed.', abandon: true };
      const stopped = this.#change(execution, () => ({ stopping }));
      this.#running.delete(execution.id);
      run?.abort('The pipeline was changed.');
      const stage = this.#store.stage(pipeline, execution.id, execution.stage);
      if (execution.isInStage && stage !== undefined) this.#endStage(stopped, stage, 'Cancelled');
      this.#finish(stopped, 'Cancelled');
    }
  }

  /** Lets executions enter the stages that are free. */
  turn(pipeline: string): void {
    if (this.#isHalted) return;
    const record = this.#store.pipelines.get(pipeline);
    if (record === undefined) return;
    for (const execution of this.#open(pipeline)) {
      if (this.#running.has(execution.id)) continue;
      const isFree =
        execution.isInStage ||
        (record.disabled[execution.stage] === undefined && !this.#isOccupied(execution));
      if (isFree) this.#enter(execution);
    }
    this.#supersede(pipeline);
  }

  /** Continues what was in progress when the runtime ended. */
  resume(): void {
    for (const [name] of this.#store.pipelines.entries()) this.turn(name);
  }

  /** Starts nothing any more, and changes no record. */
  halt(): void {
    this.#isHalted = true;
    for (const run of this.#running.values()) run.abort(RUNTIME_ENDS);
  }

  async end(): Promise<void> {
    await Promise.all(this.#ends);
  }

  #enqueue(execution: ExecutionRecord): ExecutionRecord {
    this.#store.putExecution(execution);
    publishState(this.#cloud, 'Pipeline', execution, { state: 'STARTED' });
    this.#forgetOldest(execution.pipeline);
    this.turn(execution.pipeline);
    return this.#store.execution(execution.pipeline, execution.id) ?? execution;
  }

  #reopen(execution: ExecutionRecord, stage: string): void {
    const { stopping: _stopping, summary: _summary, ...rest } = execution;
    const reopened: ExecutionRecord = {
      ...rest,
      status: 'InProgress',
      stage,
      isInStage: true,
      attempt: execution.attempt + 1,
      updatedAt: this.#cloud.clock.now(),
    };
    this.#store.putExecution(reopened);
    publishState(this.#cloud, 'Pipeline', reopened, { state: 'RESUMED' });
    publishState(this.#cloud, 'Stage', reopened, { state: 'RESUMED', stage });
    this.turn(execution.pipeline);
  }

  /** The oldest first. */
  #open(pipeline: string): readonly ExecutionRecord[] {
    return this.#store
      .executions(pipeline)
      .filter(({ status }) => OPEN.includes(status))
      .toReversed();
  }

  #isOccupied({ id, pipeline, stage }: ExecutionRecord): boolean {
    return this.#open(pipeline).some(
      (other) => other.id !== id && other.stage === stage && other.isInStage,
    );
  }

  /** In the mode SUPERSEDED only the newest execution waits for a stage. */
  #supersede(pipeline: string): void {
    const { version = 0 } = this.#store.pipelines.get(pipeline) ?? {};
    const mode = this.#store.structure(pipeline, version)?.executionMode ?? 'SUPERSEDED';
    if (mode !== 'SUPERSEDED') return;
    const waiting = this.#open(pipeline).filter(({ isInStage }) => !isInStage);
    for (const execution of waiting) {
      const isOld = waiting.some(
        (other) => other.stage === execution.stage && other.order > execution.order,
      );
      if (isOld) this.#finish(execution, 'Superseded');
    }
  }

  #enter(execution: ExecutionRecord): void {
    const { id, pipeline, stage, version } = execution;
    const structure = this.#store.structure(pipeline, version);
    const declaration = structure && stageOf(structure, stage);
    if (structure === undefined || declaration === undefined) {
      this.#finish(
        execution,
        'Failed',
        `The structure of version ${version} has no stage ${stage} any more.`,
      );
      return;
    }
    if (execution.stopping !== undefined && !execution.isInStage) {
      this.#finish(execution, 'Stopped');
      return;
    }
    const entered = execution.isInStage
      ? execution
      : this.#change(execution, () => ({ isInStage: true }));
    if (!execution.isInStage) this.#beginStage(entered);
    const run = new StageRun(this.#context, structure, declaration, entered);
    this.#running.set(id, run);
    const end = run
      .run()
      .then((result) => this.#leave(run, entered, result))
      .catch((error: unknown) => {
        this.#cloud.logger.error({ pipeline, error: String(error) }, 'A stage failed to run');
      })
      .finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  #beginStage(execution: ExecutionRecord): void {
    const { id, pipeline, stage } = execution;
    this.#store.putStage({
      pipeline,
      execution: id,
      stage,
      status: 'InProgress',
      enteredAt: this.#nextOrder(),
      conditions: {},
      manualRetries: 0,
      automaticRetries: 0,
      retryFrom: 0,
      countFrom: 0,
    });
    publishState(this.#cloud, 'Stage', execution, { state: 'STARTED', stage });
  }

  #leave(run: StageRun, { id, pipeline, stage }: ExecutionRecord, end: StageEnd): void {
    if (this.#running.get(id) !== run) return;
    this.#running.delete(id);
    const execution = this.#store.execution(pipeline, id);
    const record = this.#store.stage(pipeline, id, stage);
    if (this.#isHalted || end.status === 'Interrupted') return;
    if (execution === undefined || record === undefined) return;
    this.#endStage(execution, record, end.status);
    if (end.status === 'Stopped') this.#finish(execution, 'Stopped');
    else if (end.status === 'Failed') this.#fail(execution, record, end.next);
    else this.#advance(execution);
    this.turn(pipeline);
  }

  #endStage(execution: ExecutionRecord, record: StageRecord, status: StageExecutionStatus): void {
    this.#store.putStage({ ...record, status });
    const state = status === 'Cancelled' ? 'CANCELED' : status.toUpperCase();
    publishState(this.#cloud, 'Stage', execution, { state, stage: record.stage });
  }

  #fail(execution: ExecutionRecord, stage: StageRecord, next: 'fail' | 'retry' | 'rollback'): void {
    const structure = this.#store.structure(execution.pipeline, execution.version);
    const onFailure = structure && stageOf(structure, stage.stage)?.onFailure;
    if (next === 'retry') {
      const mode = onFailure?.retryConfiguration?.retryMode ?? 'FAILED_ACTIONS';
      this.retry(execution, { ...stage, status: 'Failed' }, mode, 'automatic');
      return;
    }
    this.#finish(execution, 'Failed');
    if (next !== 'rollback' || execution.type === 'ROLLBACK') return;
    const target = this.lastSuccess(execution, stage.stage);
    if (target === undefined) return;
    this.rollBack(target, stage.stage, {
      triggerType: 'AutomatedRollback',
      triggerDetail: `Automated rollback of ${execution.id}`,
    });
  }

  /** The last execution of the same structure that succeeded in a stage before this one. */
  lastSuccess(
    { id, pipeline, version }: ExecutionRecord,
    stage: string,
  ): ExecutionRecord | undefined {
    for (const record of this.#store.stagesNamed(pipeline, stage)) {
      const other = this.#store.execution(pipeline, record.execution);
      const isFitting =
        record.status === 'Succeeded' &&
        record.execution !== id &&
        other?.version === version &&
        other.type === 'STANDARD';
      if (isFitting) return other;
    }
    return undefined;
  }

  #advance(execution: ExecutionRecord): void {
    const { stages = [] } = this.#store.structure(execution.pipeline, execution.version) ?? {};
    const at = stages.findIndex(({ name }) => name === execution.stage);
    const next = execution.type === 'ROLLBACK' ? undefined : stages[at + 1]?.name;
    if (next === undefined) this.#finish(execution, 'Succeeded');
    else this.#change(execution, () => ({ stage: next, isInStage: false }));
  }

  #finish(execution: ExecutionRecord, status: PipelineExecutionStatus, summary?: string): void {
    const ended = this.#change(execution, () => ({
      status,
      isInStage: false,
      ...(summary !== undefined && { summary }),
    }));
    const state = status === 'Cancelled' ? 'CANCELED' : status.toUpperCase();
    publishState(this.#cloud, 'Pipeline', ended, { state });
  }

  #change(
    { id, pipeline }: Pick<ExecutionRecord, 'id' | 'pipeline'>,
    change: (current: ExecutionRecord) => Partial<ExecutionRecord>,
  ): ExecutionRecord {
    const current = this.#store.execution(pipeline, id);
    if (current === undefined) throw new Error(`The execution ${id} of ${pipeline} is missing`);
    if (this.#isHalted) return current;
    const changed = { ...current, ...change(current), updatedAt: this.#cloud.clock.now() };
    this.#store.putExecution(changed);
    return changed;
  }

  #nextOrder(): number {
    if (this.#order === 0) {
      const orders = [...this.#store.pipelines.entries()].flatMap(([name]) => [
        ...this.#store.executions(name).map(({ order }) => order),
        ...this.#store.actions(name).map(({ order }) => order),
        ...(
          this.#store.structure(name, this.#store.pipelines.get(name)?.version ?? 0)?.stages ?? []
        ).flatMap((stage) =>
          this.#store.stagesNamed(name, stage.name ?? '').map(({ enteredAt }) => enteredAt),
        ),
      ]);
      this.#order = orders.reduce((most, order) => Math.max(most, order), 0);
    }
    this.#order += 1;
    return this.#order;
  }

  #forgetOldest(pipeline: string): void {
    const ended = this.#store.executions(pipeline).filter(({ status }) => !OPEN.includes(status));
    for (const execution of ended.slice(KEPT_EXECUTIONS)) this.#store.deleteExecution(execution);
  }
}
