import type { ActionDeclaration, Condition, StageDeclaration } from '@aws-sdk/client-codepipeline';
import type {
  ActionRecord,
  ConditionKind,
  ConditionRecord,
  ExecutionRecord,
  StageRecord,
  Structure,
} from '../store.ts';
import { actionGroups } from '../structure/action-groups.ts';
import { ActionRun } from './action-run.ts';
import { judgeCondition } from './judge-condition.ts';
import { Interrupted, RUNTIME_ENDS } from './patience.ts';
import type { RunsContext } from './runs-context.ts';

/** How a stage ended, and what follows from its conditions. */
export type StageEnd =
  | { readonly status: 'Skipped' | 'Stopped' | 'Succeeded' }
  | { readonly status: 'Failed'; readonly next: 'fail' | 'retry' | 'rollback' }
  | { readonly status: 'Interrupted' };

/** One execution of a stage, which may have begun in a former runtime. */
export class StageRun {
  readonly #context: RunsContext;
  readonly #structure: Structure;
  readonly #stage: StageDeclaration;
  readonly #execution: ExecutionRecord;
  readonly #stop = new AbortController();
  readonly #actions = new Set<ActionRun>();

  constructor(
    context: RunsContext,
    structure: Structure,
    stage: StageDeclaration,
    execution: ExecutionRecord,
  ) {
    this.#context = context;
    this.#structure = structure;
    this.#stage = stage;
    this.#execution = execution;
  }

  /** Ends its actions and rules. */
  abort(reason: string): void {
    this.#stop.abort(reason);
    for (const action of this.#actions) action.abort(reason);
  }

  async run(): Promise<StageEnd> {
    try {
      return await this.#run();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return this.#interrupted();
    }
  }

  async #run(): Promise<StageEnd> {
    const { beforeEntry, onSuccess } = this.#stage;
    const entry = await this.#judge('beforeEntry', beforeEntry?.conditions?.[0]);
    if (!entry.passes) {
      return entry.result === 'SKIP' ? { status: 'Skipped' } : { status: 'Failed', next: 'fail' };
    }
    for (const group of actionGroups(this.#stage)) {
      if (this.#isStopping) return { status: 'Stopped' };
      const succeeded = await Promise.all(group.map((action) => this.#runAction(action)));
      if (this.#stop.signal.aborted) return this.#interrupted();
      if (!succeeded.every(Boolean)) return this.#failed();
    }
    const end = await this.#judge('onSuccess', onSuccess?.conditions?.[0]);
    if (end.passes) return { status: this.#isStopping ? 'Stopped' : 'Succeeded' };
    return { status: 'Failed', next: end.result === 'ROLLBACK' ? 'rollback' : 'fail' };
  }

  #interrupted(): StageEnd {
    const isRuntimeEnding = this.#context.isHalted() || this.#stop.signal.reason === RUNTIME_ENDS;
    return { status: isRuntimeEnding ? 'Interrupted' : 'Stopped' };
  }

  get #isStopping(): boolean {
    const { id, pipeline } = this.#execution;
    return this.#context.store.execution(pipeline, id)?.stopping !== undefined;
  }

  get #record(): StageRecord | undefined {
    const { id, pipeline, stage } = this.#execution;
    return this.#context.store.stage(pipeline, id, stage);
  }

  async #runAction(declaration: ActionDeclaration): Promise<boolean> {
    const { countFrom = 0, retryFrom = 0 } = this.#record ?? {};
    const { id, pipeline, stage } = this.#execution;
    const former = this.#context.store
      .actions(pipeline, id)
      .find(
        (record) =>
          record.stage === stage && record.action === declaration.name && record.order >= countFrom,
      );
    const known = isCounted(former, retryFrom) ? former : undefined;
    if (known !== undefined && known.status !== 'InProgress') return known.status === 'Succeeded';
    const execution = this.#context.store.execution(pipeline, id) ?? this.#execution;
    const run = new ActionRun(this.#context, this.#structure, execution, declaration, known);
    this.#actions.add(run);
    if (this.#stop.signal.aborted) run.abort(String(this.#stop.signal.reason));
    try {
      return await run.run();
    } finally {
      this.#actions.delete(run);
    }
  }

  /** What a failed stage leads to. */
  async #failed(): Promise<StageEnd> {
    const { onFailure } = this.#stage;
    const [condition] = onFailure?.conditions ?? [];
    const judged = await this.#judge('onFailure', condition);
    // The result of a condition applies when its rules pass; without a condition the result of the stage does.
    const result =
      condition === undefined ? onFailure?.result : judged.passes ? judged.result : 'FAIL';
    if (result === 'SKIP') return { status: 'Skipped' };
    const hasRetried = (this.#record?.automaticRetries ?? 0) > 0;
    if (result === 'RETRY' && !hasRetried) return { status: 'Failed', next: 'retry' };
    return { status: 'Failed', next: result === 'ROLLBACK' ? 'rollback' : 'fail' };
  }

  /** What a runtime that ends leaves is judged again by the next one. */
  #keep(kind: ConditionKind, condition: ConditionRecord): void {
    const record = this.#record;
    if (record === undefined || this.#context.isHalted()) return;
    const conditions = { ...record.conditions, [kind]: condition };
    this.#context.store.putStage({ ...record, conditions });
  }

  /** A condition that has passed, or that was overridden, is not judged again. */
  async #judge(
    kind: ConditionKind,
    condition: Condition | undefined,
  ): Promise<{ readonly passes: boolean; readonly result: string | undefined }> {
    if (condition === undefined) return { passes: true, result: undefined };
    const former = this.#record?.conditions[kind]?.status;
    if (former === 'Succeeded' || former === 'Overridden')
      return { passes: true, result: condition.result };
    const { id, pipeline, stage } = this.#execution;
    const judged = await judgeCondition(this.#context, condition, {
      structure: this.#structure,
      execution: this.#context.store.execution(pipeline, id) ?? this.#execution,
      stage,
      signal: this.#stop.signal,
      onChange: (changed) => this.#keep(kind, changed),
    });
    return { passes: judged.status === 'Succeeded', result: condition.result };
  }
}

/** An execution of an action from before a retry counts only if it succeeded. */
function isCounted(former: ActionRecord | undefined, retryFrom: number): boolean {
  return former !== undefined && (former.order >= retryFrom || former.status === 'Succeeded');
}
