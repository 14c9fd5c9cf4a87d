import { type ExecutionResult, redrive, resume, run, writeJson } from '../../../../engine/index.ts';
import { executionArn, expressExecutionArn } from '../arns.ts';
import { type ChildRequest, type RunningMapRun, startMapRun } from '../distributed-map/map-run.ts';
import { OpenMapRuns } from '../distributed-map/open-map-runs.ts';
import type { ChildResult } from '../distributed-map/results.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';
import type { ExpressRecord } from '../stores/express-store.ts';
import { documentsOf } from './documents.ts';
import type { ExpressExecutions } from './express-executions.ts';
import { putStarted } from './records.ts';
import type { RunnerServices } from './runner-services.ts';
import type { ExecutionPlan, ExecutionSink } from './running-execution.ts';
import type { RunningExecutions } from './running-executions.ts';
import type { StandardExecutions } from './standard-executions.ts';

/** The events that have an execution's input and output. */
const DOCUMENT_EVENTS = /^Execution(Started|Succeeded)$/;

export interface MapRunCollaborators {
  readonly running: RunningExecutions;
  readonly standard: StandardExecutions;
  readonly express: ExpressExecutions;
}

/** The execution whose distributed Map runs. */
interface Parent {
  readonly plan: ExecutionPlan;
  readonly record: ExecutionRecord;
}

/** The map runs in progress, and the child executions that they start. */
export class MapRuns {
  readonly #services: RunnerServices;
  readonly #collaborators: MapRunCollaborators;
  readonly #running = new Map<string, RunningMapRun>();
  readonly #open = new OpenMapRuns();

  constructor(services: RunnerServices, collaborators: MapRunCollaborators) {
    this.#services = services;
    this.#collaborators = collaborators;
  }

  /** How an execution starts a map run; the function that it gets back aborts it. */
  starter(plan: ExecutionPlan, record: ExecutionRecord): ExecutionSink['startMapRun'] {
    const { cloud, mapRuns } = this.#services;
    const parent: Parent = { plan, record };
    return (request, reporter, principal) => {
      const mapRun = startMapRun(
        {
          cloud,
          mapRuns,
          openMapRuns: this.#open,
          turns: this.#collaborators.running.turns,
          children: { run: (child, ended) => this.#runChild(parent, child, ended) },
          executionArn: record.arn,
          stateMachineArn: plan.parentMachineArn,
          principal,
        },
        request,
        reporter,
      );
      this.#running.set(mapRun.arn, mapRun);
      return () => {
        this.#running.delete(mapRun.arn);
        mapRun.abort();
      };
    };
  }

  /** Applies UpdateMapRun to a map run in progress. */
  changed(arn: string): void {
    this.#running.get(arn)?.changed();
  }

  /** Aborts the children of map runs whose parent execution no longer runs. */
  abortOrphans(): void {
    const { cloud, executions, mapRuns } = this.#services;
    for (const execution of executions.running()) {
      if (execution.mapRunArn === undefined) continue;
      const mapRun = mapRuns.get(execution.mapRunArn);
      const parent = mapRun && executions.get(mapRun.executionArn);
      if (parent?.status === 'RUNNING') continue;
      this.#collaborators.standard.close(execution, {
        status: 'ABORTED',
        error: undefined,
        cause: undefined,
      });
      if (mapRun?.status === 'RUNNING') {
        mapRuns.put({ ...mapRun, status: 'ABORTED', stopDate: cloud.clock.now() });
      }
    }
  }

  /** Starts a child, or resumes it from the history that the last runtime left. */
  #runChild(parent: Parent, child: ChildRequest, ended: (result: ChildResult) => void): () => void {
    return child.request.executionType === 'EXPRESS'
      ? this.#runExpress(parent, child, ended)
      : this.#runStandard(parent, child, ended);
  }

  #runStandard(
    parent: Parent,
    child: ChildRequest,
    ended: (result: ChildResult) => void,
  ): () => void {
    const { executions } = this.#services;
    const { running, standard } = this.#collaborators;
    const arn = executionArn(child.mapRun.childMachineArn, child.name);
    const report = (record: ExecutionRecord) =>
      ended(childResult(child, record, documentsOf(executions, arn)));
    const existing = executions.get(arn);
    if (existing?.status === 'SUCCEEDED') {
      report(existing);
      return () => {};
    }
    const record =
      existing === undefined ? this.#newRecord(parent, child, arn, 'STANDARD') : again(existing);
    if (existing !== undefined) executions.put(record);
    const from = existing?.status === 'RUNNING' ? resume : redrive;
    standard.run({
      record,
      machine: child.request.machine,
      parentMachineArn: parent.plan.parentMachineArn,
      begin: (machine, host, identity) =>
        existing === undefined
          ? run(machine, child.input, host, identity)
          : from(machine, executions.history(arn), host, identity),
      ended: report,
    });
    return () => running.stop(arn, {});
  }

  #runExpress(
    parent: Parent,
    child: ChildRequest,
    ended: (result: ChildResult) => void,
  ): () => void {
    const { cloud, executions } = this.#services;
    const { express, running, standard } = this.#collaborators;
    const { childMachineArn } = child.mapRun;
    const arn = expressExecutionArn(childMachineArn, child.name, cloud.random.uuid());
    const record = this.#newRecord(parent, child, arn, 'EXPRESS');
    const expressRecord: ExpressRecord = { ...record, input: writeJson(child.input) };
    express.run({
      record: expressRecord,
      revision: parent.plan.revision,
      machine: child.request.machine,
      parentMachineArn: parent.plan.parentMachineArn,
      append(event) {
        if (DOCUMENT_EVENTS.test(event.type)) executions.append(arn, event);
      },
      ended(result) {
        const { stopDate = cloud.clock.now() } = standard.close(record, result);
        ended(expressChildResult(child, expressRecord, result, stopDate));
      },
    });
    return () => running.stop(arn, {});
  }

  #newRecord(
    parent: Parent,
    child: ChildRequest,
    arn: string,
    type: ExecutionRecord['type'],
  ): ExecutionRecord {
    const { cloud, executions } = this.#services;
    return putStarted(executions, {
      type,
      arn,
      name: child.name,
      machineArn: child.mapRun.childMachineArn,
      versionArn: undefined,
      aliasArn: undefined,
      startDate: cloud.clock.now(),
      traceHeader: undefined,
      mapRunArn: child.mapRun.arn,
      itemIndex: child.index,
      itemCount: child.itemCount,
      revisionKey: parent.record.revisionKey,
    });
  }
}

/** The record of a child that runs again; a child that had stopped is redriven. */
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
