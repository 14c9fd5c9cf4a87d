import type { ActionDeclaration, ArtifactDetail } from '@aws-sdk/client-codepipeline';
import { ArtifactError } from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { type ActionContext, ActionFailed, type ActionResult } from '../actions/action.ts';
import { ACTION_KINDS } from '../actions/index.ts';
import type { ActionRecord, ExecutionRecord, Structure } from '../store.ts';
import { resolveVariables, UnknownVariable } from '../structure/variables.ts';
import { publishState } from './events.ts';
import { Interrupted, RUNTIME_ENDS } from './patience.ts';
import { assumePipelineRole } from './roles.ts';
import type { RunsContext } from './runs-context.ts';

const MINUTE_MS = 60_000;
const KEY_CHARACTERS = 7;
/** https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html: keys have the first letters of both names. */
const PIPELINE_CHARACTERS = 20;
const ARTIFACT_CHARACTERS = 10;
const MAX_MESSAGE_CHARACTERS = 2_000;

const TIMED_OUT = 'timed out';

/** One execution of an action, from InProgress to its end. */
export class ActionRun {
  readonly #context: RunsContext;
  readonly #structure: Structure;
  readonly #execution: ExecutionRecord;
  readonly #stop = new AbortController();
  #record: ActionRecord;

  /** @param former an execution of it that was in progress when the runtime ended */
  constructor(
    context: RunsContext,
    structure: Structure,
    execution: ExecutionRecord,
    declaration: ActionDeclaration,
    former: ActionRecord | undefined,
  ) {
    this.#context = context;
    this.#structure = structure;
    this.#execution = execution;
    this.#record = former ?? this.#begin(declaration);
  }

  /** Ends the action; its record says how. */
  abort(reason: string): void {
    this.#stop.abort(reason);
  }

  /** @returns whether it succeeded */
  async run(): Promise<boolean> {
    const { cloud, waits } = this.#context;
    const { declaration, startedAt } = this.#record;
    const kind = ACTION_KINDS[declaration.actionTypeId?.provider ?? ''];
    if (kind === undefined) throw new Error(`No action runs ${declaration.actionTypeId?.provider}`);
    const minutes = declaration.timeoutInMinutes ?? kind.timeoutMinutes;
    const leftMs = Math.max(0, startedAt + minutes * MINUTE_MS - cloud.clock.now());
    const timer = cloud.clock.setTimer(leftMs, () => this.#stop.abort(TIMED_OUT));
    try {
      const configuration = this.#resolve(declaration);
      const patience = waits.patienceFor(this.#stop.signal);
      const result = await kind.run(this.#actionContext(configuration, patience));
      this.#succeed(result);
      return true;
    } catch (error) {
      this.#end(error, minutes);
      return false;
    } finally {
      timer.cancel();
    }
  }

  #begin(declaration: ActionDeclaration): ActionRecord {
    const { cloud, nextOrder } = this.#context;
    const { artifacts, id, pipeline, stage, version } = this.#execution;
    const now = cloud.clock.now();
    const inputs = (declaration.inputArtifacts ?? []).map(
      ({ name = '' }): ArtifactDetail => ({
        name,
        ...(artifacts[name] !== undefined && { s3location: artifacts[name] }),
      }),
    );
    const record: ActionRecord = {
      id: cloud.random.uuid(),
      pipeline,
      execution: id,
      version,
      stage,
      action: declaration.name ?? '',
      order: nextOrder(),
      status: 'InProgress',
      startedAt: now,
      updatedAt: now,
      declaration,
      configuration: {},
      inputs,
      outputs: (declaration.outputArtifacts ?? []).map(({ name = '' }) => this.#place(name)),
      outputVariables: {},
      memory: {},
    };
    this.#context.store.putAction(record);
    publishState(cloud, 'Action', this.#execution, { state: 'STARTED', stage, action: record });
    return record;
  }

  #place(name: string): ArtifactDetail {
    const { artifactStore, artifactStores = {} } = this.#structure;
    const bucket = (artifactStore ?? Object.values(artifactStores)[0])?.location ?? '';
    const parts = [
      this.#execution.pipeline.slice(0, PIPELINE_CHARACTERS),
      name.slice(0, ARTIFACT_CHARACTERS),
      this.#context.cloud.random.hex(KEY_CHARACTERS),
    ];
    return { name, s3location: { bucket, key: parts.join('/') } };
  }

  #resolve({ configuration = {} }: ActionDeclaration): Readonly<Record<string, string>> {
    const resolved = Object.fromEntries(
      Object.entries(configuration).map(([key, value]) => [key, this.#resolveText(value)]),
    );
    this.#change({ configuration: resolved });
    return resolved;
  }

  #resolveText(text: string): string {
    const { id, namespaces, variables } = this.#current;
    const codepipeline = { PipelineExecutionId: id };
    return resolveVariables(text, { ...namespaces, variables, codepipeline });
  }

  get #current(): ExecutionRecord {
    const { id, pipeline } = this.#execution;
    return this.#context.store.execution(pipeline, id) ?? this.#execution;
  }

  #actionContext(
    configuration: Readonly<Record<string, string>>,
    patience: ActionContext['patience'],
  ): ActionContext {
    const { cloud } = this.#context;
    const { roleArn } = this.#record.declaration;
    return {
      cloud,
      structure: this.#structure,
      execution: this.#current,
      current: () => this.#stored,
      configuration,
      resolve: (text) => this.#resolveText(text),
      inputs: this.#record.inputs,
      outputs: this.#record.outputs,
      patience,
      role: () => assumePipelineRole(cloud, this.#structure, roleArn),
      remember: (memory, change = {}) =>
        this.#change({ ...change, memory: { ...this.#stored.memory, ...memory } }),
    };
  }

  /** Others change it as well: an approval is stored by its operation. */
  get #stored(): ActionRecord {
    const { execution, id, pipeline } = this.#record;
    const all = this.#context.store.actions(pipeline, execution);
    return all.find((record) => record.id === id) ?? this.#record;
  }

  #succeed({ hasOutputs = true, revision, summary, variables = {} }: ActionResult): void {
    const { declaration, outputs } = this.#record;
    this.#change({
      status: 'Succeeded',
      outputVariables: variables,
      ...(summary !== undefined && { summary }),
      updatedAt: this.#context.cloud.clock.now(),
    });
    const places = outputs.map(({ name = '', s3location }) => [
      name,
      { bucket: s3location?.bucket ?? '', key: s3location?.key ?? '' },
    ]);
    this.#context.change(this.#execution, (current) => ({
      artifacts: { ...current.artifacts, ...(hasOutputs ? Object.fromEntries(places) : {}) },
      ...(revision !== undefined && {
        revisions: [...current.revisions, { name: outputs[0]?.name, ...revision }],
      }),
      ...(declaration.namespace !== undefined && {
        namespaces: { ...current.namespaces, [declaration.namespace]: variables },
      }),
    }));
    this.#publish('SUCCEEDED');
  }

  #end(error: unknown, minutes: number): void {
    const { reason } = this.#stop.signal;
    if (this.#context.isHalted() || reason === RUNTIME_ENDS) return;
    const updatedAt = this.#context.cloud.clock.now();
    if (error instanceof Interrupted && reason !== TIMED_OUT) {
      this.#change({ status: 'Abandoned', summary: String(reason), updatedAt });
      this.#publish('ABANDONED');
      return;
    }
    const { code, message } =
      reason === TIMED_OUT
        ? {
            code: 'ActionTimeout',
            message: `The action failed because it ran longer than ${minutes} minutes.`,
          }
        : describeFailure(error);
    if (!isExpected(error)) {
      this.#context.cloud.logger.error(
        { action: this.#record.action, message },
        'An action failed',
      );
    }
    const summary = message.slice(0, MAX_MESSAGE_CHARACTERS);
    this.#change({ status: 'Failed', summary, error: { code, message: summary }, updatedAt });
    this.#publish('FAILED');
  }

  #publish(state: string): void {
    const { cloud } = this.#context;
    const action = this.#stored;
    publishState(cloud, 'Action', this.#current, { state, stage: action.stage, action });
  }

  #change(change: Partial<ActionRecord>): void {
    if (this.#context.isHalted()) return;
    this.#record = { ...this.#stored, ...change };
    this.#context.store.putAction(this.#record);
  }
}

function isExpected(error: unknown): boolean {
  return [ActionFailed, ArtifactError, Interrupted, ServiceError, UnknownVariable].some(
    (kind) => error instanceof kind,
  );
}

function describeFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof ActionFailed) return error;
  if (error instanceof UnknownVariable)
    return { code: 'ConfigurationError', message: error.message };
  if (error instanceof ServiceError) {
    const code = /AccessDenied/.test(error.code) ? 'PermissionError' : 'JobFailed';
    return { code, message: `${error.code}: ${error.message}` };
  }
  return { code: 'JobFailed', message: error instanceof Error ? error.message : String(error) };
}
