import {
  type Execution,
  type ExecutionIdentity,
  type ExecutionResult,
  type Failure,
  type Json,
  type Machine,
  type MapRunReporter,
  type MapRunRequest,
  parseDocument,
  redrive,
  resume,
  run,
  writeJson,
} from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import type { Timer } from '../../../host/clock.ts';
import { executionArn, expressExecutionArn, nameOfMachine } from '../arns.ts';
import { compileDefinition } from '../definition.ts';
import { type ChildRequest, type RunningMapRun, startMapRun } from '../distributed-map/map-run.ts';
import { OpenMapRuns } from '../distributed-map/open-map-runs.ts';
import type { ChildResult } from '../distributed-map/results.ts';
import type { Integrations } from '../integrations/index.ts';
import { REDRIVE_TOKENS_KEPT } from '../limits.ts';
import { isForgotten, untilForgotten } from '../retention.ts';
import type { ExecutionRecord, ExecutionStore } from '../stores/execution-store.ts';
import type { ExpressRecord, ExpressStore } from '../stores/express-store.ts';
import type { MachineRecord, MachineStore, Revision } from '../stores/machine-store.ts';
import type { MapRunStore } from '../stores/map-run-store.ts';
import { documentsOf } from './documents.ts';
import { EventListeners } from './listeners.ts';
import { createHost, type ExecutionPlan, type ExecutionSink } from './running-execution.ts';
import { publishStatusChange } from './status-change.ts';
import type { TaskTokens } from './task-tokens.ts';
import { Turns } from './turns.ts';

/** What StartExecution has found out. */
export interface StartRequest {
  readonly machine: MachineRecord;
  readonly revision: Revision;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly name: string;
  readonly input: Json;
  readonly traceHeader: string | undefined;
}

export interface RunnerServices {
  readonly cloud: Cloud;
  readonly executions: ExecutionStore;
  readonly express: ExpressStore;
  readonly machines: MachineStore;
  readonly mapRuns: MapRunStore;
  readonly tokens: TaskTokens;
  readonly integrations: Integrations;
}

/** A synchronous Express execution. */
export interface SyncExecution {
  readonly arn: string;
  readonly startDate: number;
  readonly result: Promise<ExecutionResult>;
}

/** Runs executions on the engine and keeps their records, histories and map runs. */
export class Runner {
  readonly #services: RunnerServices;
  readonly #listeners = new EventListeners();
  readonly #turns: Turns;
  /** Of executions that run in this process. */
  readonly #running = new Map<string, Execution>();
  readonly #runningOf = new Map<string, number>();
  readonly #mapRuns = new Map<string, RunningMapRun>();
  readonly #openMapRuns = new OpenMapRuns();
  /** Rings when the first of the ended executions is to be forgotten. */
  #forgetting: Timer | undefined;

  constructor(services: RunnerServices) {
    this.#services = services;
    this.#turns = new Turns(services.cloud.clock);
  }

  /** Starts a Standard execution. */
  start(request: StartRequest): ExecutionRecord {
    const { cloud } = this.#services;
    const { machine, name, revision } = request;
    const startDate = cloud.clock.now();
    const record = this.#newRecord({
      type: 'STANDARD',
      arn: executionArn(machine.arn, name),
      name,
      machineArn: machine.arn,
      versionArn: request.versionArn,
      aliasArn: request.aliasArn,
      startDate,
      traceHeader: request.traceHeader,
      mapRunArn: undefined,
      itemIndex: undefined,
      itemCount: undefined,
      revisionKey: this.#keepRevision(machine, revision),
    });
    publishStatusChange(this.#services, record, {
      input: writeJson(request.input),
      output: undefined,
    });
    this.#runStandard(record, compileDefinition(revision.definition), machine.arn, (...args) =>
      run(args[0], request.input, args[1], args[2]),
    );
    return this.#services.executions.get(record.arn) ?? record;
  }

  /** Starts an asynchronous Express execution. */
  startExpress(request: StartRequest): ExpressRecord {
    const record = this.#expressRecord(request);
    this.#services.express.put(record);
    this.#runExpress(record, request.revision, () => this.#services.express.remove(record.arn));
    return record;
  }

  /** Starts an Express execution whose result somebody waits for. */
  startSync(request: StartRequest): SyncExecution {
    const record = this.#expressRecord(request);
    const result = new Promise<ExecutionResult>((resolve) => {
      this.#runExpress(record, request.revision, resolve);
    });
    return { arn: record.arn, startDate: record.startDate, result };
  }

  stop(arn: string, failure: Failure): void {
    this.#running.get(arn)?.abort(failure.error, failure.cause);
  }

  /** Runs an execution again from where it failed. Returns the redrive's date. */
  redrive(execution: ExecutionRecord, token: string | undefined): number {
    const { cloud, executions } = this.#services;
    const redriveDate = cloud.clock.now();
    const record: ExecutionRecord = {
      ...execution,
      status: 'RUNNING',
      stopDate: undefined,
      error: undefined,
      cause: undefined,
      redriveCount: execution.redriveCount + 1,
      redriveDate,
      listKey: executions.nextListKey(redriveDate),
      redriveTokens: [
        ...(token === undefined ? [] : [{ token, redriveDate }]),
        ...(execution.redriveTokens ?? []),
      ].slice(0, REDRIVE_TOKENS_KEPT),
    };
    executions.put(record);
    const documents = documentsOf(executions, record.arn);
    publishStatusChange(this.#services, record, documents);
    this.#again(record, redrive);
    return redriveDate;
  }

  /** Whether a machine has executions in progress; a deleted machine goes with the last of them. */
  hasRunning(machineArn: string): boolean {
    return (this.#runningOf.get(machineArn) ?? 0) > 0;
  }

  mapRunChanged(arn: string): void {
    this.#mapRuns.get(arn)?.changed();
  }

  hear(event: ServiceEvent): void {
    this.#listeners.hear(event);
  }

  /** Takes up every execution that was running when the runtime ended. */
  resumeAll(): void {
    const { executions, express } = this.#services;
    this.#forget();
    // A map run's children are taken up by their map run: the Express ones as new executions.
    for (const execution of executions.running()) {
      if (execution.type === 'EXPRESS') executions.remove(execution);
      else if (execution.mapRunArn === undefined) this.#takeUp(execution);
    }
    this.#abortOrphans();
    for (const execution of express.all()) {
      const revision = executions.revision(execution.revisionKey);
      if (revision === undefined) {
        this.#services.cloud.logger.error({ arn: execution.arn }, lostRevision(execution.arn));
        express.remove(execution.arn);
        continue;
      }
      this.#runExpress(execution, revision, () => express.remove(execution.arn));
    }
  }

  /** An execution whose records are damaged ends by name, and no other with it. */
  #takeUp(execution: ExecutionRecord): void {
    try {
      this.#again(execution, resume);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const cause = `The execution could not be resumed: ${reason}`;
      this.#services.cloud.logger.error({ arn: execution.arn }, cause);
      const failed = this.#close(execution, { status: 'FAILED', error: 'States.Runtime', cause });
      publishStatusChange(this.#services, failed, { input: undefined, output: undefined });
    }
  }

  /** Children whose map run has nobody left to take them up again. */
  #abortOrphans(): void {
    const { cloud, executions, mapRuns } = this.#services;
    for (const execution of executions.running()) {
      if (execution.mapRunArn === undefined) continue;
      const mapRun = mapRuns.get(execution.mapRunArn);
      if (mapRun !== undefined && executions.get(mapRun.executionArn)?.status === 'RUNNING')
        continue;
      this.#close(execution, { status: 'ABORTED', error: undefined, cause: undefined });
      if (mapRun?.status === 'RUNNING') {
        mapRuns.put({ ...mapRun, status: 'ABORTED', stopDate: cloud.clock.now() });
      }
    }
  }

  /** Lets go of executions that would go on and on. */
  close(): void {
    this.#turns.stop();
    this.#forgetting?.cancel();
  }

  /** Executions that ended too long ago go, at the start of the runtime and whenever their time is up. */
  #forget(): void {
    const { cloud, executions, mapRuns } = this.#services;
    const now = cloud.clock.now();
    const old: ExecutionRecord[] = [];
    const revisions = new Set<string>();
    let first: number | undefined;
    for (const [, execution] of executions.all()) {
      if (isForgotten(execution, now)) {
        old.push(execution);
        continue;
      }
      revisions.add(execution.revisionKey);
      const { stopDate } = execution;
      if (stopDate !== undefined) first = Math.min(first ?? stopDate, stopDate);
    }
    for (const execution of old) {
      const runs = Array.from(mapRuns.of(execution.arn), ([, run]) => run);
      for (const run of runs) mapRuns.remove(run);
      executions.remove(execution);
    }
    for (const { revisionKey } of this.#services.express.all()) revisions.add(revisionKey);
    if (old.length > 0) executions.keepRevisions(revisions);
    if (first !== undefined) this.#forgetAt(first);
  }

  /** @param stopDate when the first of those that are kept has ended */
  #forgetAt(stopDate: number): void {
    const { clock } = this.#services.cloud;
    this.#forgetting ??= clock.setTimer(untilForgotten(stopDate, clock.now()), () => {
      this.#forgetting = undefined;
      this.#forget();
    });
  }

  /** Goes on with an execution from its history. */
  #again(record: ExecutionRecord, goOn: typeof resume): void {
    const { executions } = this.#services;
    const revision = executions.revision(record.revisionKey);
    if (revision === undefined) throw new Error(lostRevision(record.arn));
    const machine = compileDefinition(revision.definition);
    this.#runStandard(record, machine, record.machineArn, (machine, host, identity) =>
      goOn(machine, executions.history(record.arn), host, identity),
    );
  }

  #runStandard(
    record: ExecutionRecord,
    machine: Machine,
    parentMachineArn: string,
    begin: (
      machine: Machine,
      host: ReturnType<typeof createHost>,
      identity: ExecutionIdentity,
    ) => Execution,
    ended: (record: ExecutionRecord) => void = () => {},
  ): void {
    const { executions } = this.#services;
    const revision = executions.revision(record.revisionKey);
    if (revision === undefined) throw new Error(lostRevision(record.arn));
    const plan: ExecutionPlan = {
      identity: identityOf(record, revision),
      revision,
      parentMachineArn,
      startDate: record.startDate,
      redriveCount: record.redriveCount,
    };
    const mapRuns = this.#mapRunStarter(plan, record);
    const sink: ExecutionSink = {
      append: (event) => {
        executions.append(record.arn, event);
        if (event.type.endsWith('StateEntered')) this.#stopIfDeleted(record, parentMachineArn);
      },
      startMapRun: mapRuns,
      ended: (result) => {
        const closed = this.#close(record, result);
        this.#leave(record.arn, parentMachineArn);
        const documents = documentsOf(executions, record.arn);
        publishStatusChange(this.#services, closed, documents);
        ended(closed);
      },
    };
    this.#enter(
      record.arn,
      parentMachineArn,
      (host) => begin(machine, host, plan.identity),
      plan,
      sink,
    );
  }

  #enter(
    arn: string,
    machineArn: string,
    begin: (host: ReturnType<typeof createHost>) => Execution,
    plan: ExecutionPlan,
    sink: ExecutionSink,
  ): void {
    this.#runningOf.set(machineArn, (this.#runningOf.get(machineArn) ?? 0) + 1);
    let over = false;
    const shared = { ...this.#services, listeners: this.#listeners, turns: this.#turns };
    const host = createHost(shared, plan, {
      ...sink,
      ended(result) {
        over = true;
        sink.ended(result);
      },
    });
    let execution: Execution;
    try {
      execution = begin(host);
    } catch (error) {
      if (!over) this.#leave(arn, machineArn);
      throw error;
    }
    // What never waits is over before it was begun.
    if (!over) this.#running.set(arn, execution);
  }

  #leave(arn: string, machineArn: string): void {
    this.#running.delete(arn);
    const left = (this.#runningOf.get(machineArn) ?? 1) - 1;
    if (left > 0) {
      this.#runningOf.set(machineArn, left);
      return;
    }
    this.#runningOf.delete(machineArn);
    const { machines } = this.#services;
    if (machines.machine(machineArn)?.deleting === true) machines.removeMachine(machineArn);
  }

  /** Executions of a machine that is being deleted end at their next transition. */
  #stopIfDeleted(record: ExecutionRecord, machineArn: string): void {
    if (this.#services.machines.machine(machineArn)?.deleting !== true) return;
    queueMicrotask(() => this.stop(record.arn, {}));
  }

  #close(record: ExecutionRecord, result: ExecutionResult): ExecutionRecord {
    const { cloud, executions } = this.#services;
    // AWS describes an execution that timed out without an error.
    const failure = result.status === 'FAILED' || result.status === 'ABORTED' ? result : undefined;
    const stopDate = cloud.clock.now();
    const closed: ExecutionRecord = {
      ...record,
      status: result.status,
      stopDate,
      listKey: executions.nextListKey(stopDate),
      error: failure?.error,
      cause: failure?.cause,
    };
    executions.put(closed);
    this.#forgetAt(stopDate);
    return closed;
  }

  #mapRunStarter(plan: ExecutionPlan, parent: ExecutionRecord) {
    return (
      request: MapRunRequest,
      reporter: MapRunReporter,
      principal: () => Promise<Principal>,
    ): (() => void) => {
      const { cloud, mapRuns } = this.#services;
      const mapRun = startMapRun(
        {
          cloud,
          mapRuns,
          openMapRuns: this.#openMapRuns,
          turns: this.#turns,
          children: { run: (child, ended) => this.#runChild(plan, parent, child, ended) },
          executionArn: parent.arn,
          stateMachineArn: plan.parentMachineArn,
          principal,
        },
        request,
        reporter,
      );
      this.#mapRuns.set(mapRun.arn, mapRun);
      return () => {
        this.#mapRuns.delete(mapRun.arn);
        mapRun.abort();
      };
    };
  }

  /** Starts a child of a map run, or takes it up again where the last run of this process left it. */
  #runChild(
    plan: ExecutionPlan,
    parent: ExecutionRecord,
    child: ChildRequest,
    ended: (result: ChildResult) => void,
  ): () => void {
    return child.request.executionType === 'EXPRESS'
      ? this.#runExpressChild(plan, parent, child, ended)
      : this.#runStandardChild(plan, parent, child, ended);
  }

  #runStandardChild(
    plan: ExecutionPlan,
    parent: ExecutionRecord,
    child: ChildRequest,
    ended: (result: ChildResult) => void,
  ): () => void {
    const { executions } = this.#services;
    const { machine } = child.request;
    const arn = executionArn(child.mapRun.childMachineArn, child.name);
    const report = (record: ExecutionRecord) =>
      ended(childResult(child, record, documentsOf(executions, arn)));
    const existing = executions.get(arn);
    if (existing?.status === 'SUCCEEDED') {
      report(existing);
      return () => {};
    }
    const record = existing === undefined ? this.#newChild(parent, child, arn) : again(existing);
    if (existing !== undefined) executions.put(record);
    const goOn = existing?.status === 'RUNNING' ? resume : redrive;
    this.#runStandard(
      record,
      machine,
      plan.parentMachineArn,
      (machine, host, identity) =>
        existing === undefined
          ? run(machine, child.input, host, identity)
          : goOn(machine, executions.history(arn), host, identity),
      report,
    );
    return () => this.stop(arn, {});
  }

  #newChild(
    parent: ExecutionRecord,
    child: ChildRequest,
    arn: string,
    type: ExecutionRecord['type'] = 'STANDARD',
  ): ExecutionRecord {
    return this.#newRecord({
      type,
      arn,
      name: child.name,
      machineArn: child.mapRun.childMachineArn,
      versionArn: undefined,
      aliasArn: undefined,
      startDate: this.#services.cloud.clock.now(),
      traceHeader: undefined,
      mapRunArn: child.mapRun.arn,
      itemIndex: child.index,
      itemCount: child.itemCount,
      revisionKey: parent.revisionKey,
    });
  }

  #runExpressChild(
    plan: ExecutionPlan,
    parent: ExecutionRecord,
    child: ChildRequest,
    ended: (result: ChildResult) => void,
  ): () => void {
    const { cloud, executions } = this.#services;
    const { childMachineArn } = child.mapRun;
    const arn = expressExecutionArn(childMachineArn, child.name, cloud.random.uuid());
    const record = this.#newChild(parent, child, arn, 'EXPRESS');
    const express: ExpressRecord = { ...record, input: writeJson(child.input) };
    this.#begin(
      express,
      plan.revision,
      plan.parentMachineArn,
      child.request.machine,
      (result) => {
        const { stopDate = cloud.clock.now() } = this.#close(record, result);
        ended(expressChildResult(child, express, result, stopDate));
      },
      (event) => {
        if (DOCUMENT_EVENTS.test(event.type)) executions.append(arn, event);
      },
    );
    return () => this.stop(arn, {});
  }

  #expressRecord(request: StartRequest): ExpressRecord {
    const { cloud } = this.#services;
    const { machine, name, revision } = request;
    return {
      arn: expressExecutionArn(machine.arn, name, cloud.random.uuid()),
      name,
      machineArn: machine.arn,
      versionArn: request.versionArn,
      aliasArn: request.aliasArn,
      revisionKey: this.#keepRevision(machine, revision),
      startDate: cloud.clock.now(),
      input: writeJson(request.input),
    };
  }

  #runExpress(
    record: ExpressRecord,
    revision: Revision,
    ended: (result: ExecutionResult) => void,
  ): void {
    const machine = compileDefinition(revision.definition);
    this.#begin(record, revision, record.machineArn, machine, ended);
  }

  /**
   * Express executions leave no history behind but what they log; of a map run's children `append` keeps
   * what they can be described with.
   */
  #begin(
    record: ExpressRecord,
    revision: Revision,
    parentMachineArn: string,
    machine: Machine,
    ended: (result: ExecutionResult) => void,
    append: ExecutionSink['append'] = () => {},
  ): void {
    const plan: ExecutionPlan = {
      identity: { ...identityOf(record, revision), type: 'EXPRESS' },
      revision,
      parentMachineArn,
      startDate: record.startDate,
      redriveCount: 0,
    };
    const sink: ExecutionSink = {
      append,
      startMapRun: () => {
        throw new Error('an Express machine has a distributed Map');
      },
      ended: (result) => {
        this.#leave(record.arn, parentMachineArn);
        ended(result);
      },
    };
    const input = parseDocument(record.input);
    this.#enter(
      record.arn,
      parentMachineArn,
      (host) => run(machine, input, host, plan.identity),
      plan,
      sink,
    );
  }

  #newRecord(
    fields: Omit<
      ExecutionRecord,
      | 'status'
      | 'stopDate'
      | 'error'
      | 'cause'
      | 'redriveCount'
      | 'redriveDate'
      | 'redriveTokens'
      | 'listKey'
    >,
  ): ExecutionRecord {
    const { executions } = this.#services;
    const record: ExecutionRecord = {
      ...fields,
      status: 'RUNNING',
      stopDate: undefined,
      error: undefined,
      cause: undefined,
      redriveCount: 0,
      redriveDate: undefined,
      listKey: executions.nextListKey(fields.startDate),
    };
    executions.put(record);
    return record;
  }

  /** Executions run the revision they began with, whatever becomes of the machine. */
  #keepRevision(machine: MachineRecord, revision: Revision): string {
    const key = `${machine.arn}@${machine.creationDate}@${revision.revisionId ?? 'INITIAL'}`;
    this.#services.executions.putRevision(key, revision);
    return key;
  }
}

function lostRevision(arn: string): string {
  return `The definition that ${arn} runs is damaged.`;
}

/** The events that have an execution's input and output. */
const DOCUMENT_EVENTS = /^Execution(Started|Succeeded)$/;

function identityOf(
  record: ExecutionRecord | ExpressRecord,
  { roleArn }: Revision,
): ExecutionIdentity {
  return {
    executionArn: record.arn,
    executionName: record.name,
    stateMachineArn: record.machineArn,
    stateMachineName: nameOfMachine(record.machineArn),
    roleArn,
    stateMachineVersionArn: record.versionArn,
    stateMachineAliasArn: record.aliasArn,
    ...('redriveCount' in record
      ? { redriveCount: record.redriveCount, redriveTime: record.redriveDate }
      : {}),
  };
}

/** A child that is run again; redriven unless it had never stopped. */
function again(record: ExecutionRecord): ExecutionRecord {
  if (record.status === 'RUNNING') return record;
  return {
    ...record,
    status: 'RUNNING',
    stopDate: undefined,
    error: undefined,
    cause: undefined,
    redriveCount: record.redriveCount + 1,
  };
}

function childResult(
  child: ChildRequest,
  record: ExecutionRecord,
  documents: ReturnType<typeof documentsOf>,
): ChildResult {
  const { status, stopDate } = record;
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE' || stopDate === undefined) {
    throw new Error(`${record.arn} has not ended`);
  }
  return {
    index: child.index,
    executionArn: record.arn,
    name: record.name,
    itemCount: child.itemCount,
    status,
    startDate: record.startDate,
    stopDate,
    redriveCount: record.redriveCount,
    input: documents.input ?? 'null',
    output: documents.output,
    error: record.error,
    cause: record.cause,
  };
}

function expressChildResult(
  child: ChildRequest,
  record: ExpressRecord,
  result: ExecutionResult,
  stopDate: number,
): ChildResult {
  const failure = result.status === 'SUCCEEDED' ? undefined : result;
  return {
    index: child.index,
    executionArn: record.arn,
    name: record.name,
    itemCount: child.itemCount,
    status: result.status,
    startDate: record.startDate,
    stopDate,
    redriveCount: 0,
    input: record.input,
    output: result.status === 'SUCCEEDED' ? writeJson(result.output) : undefined,
    error: failure?.error,
    cause: failure?.cause,
  };
}
