import {
  type Execution,
  type ExecutionIdentity,
  type ExecutionResult,
  type Host,
  type Machine,
  redrive,
  resume,
  run,
  writeJson,
} from '../../../../engine/index.ts';
import { executionArn } from '../arns.ts';
import { compileDefinition } from '../definition.ts';
import { REDRIVE_TOKENS_KEPT } from '../limits.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';
import { documentsOf } from './documents.ts';
import type { Forgetting } from './forgetting.ts';
import {
  identityOf,
  keepRevision,
  putClosed,
  putStarted,
  revisionOf,
  type StartRequest,
} from './records.ts';
import type { Resumption } from './resume-fence.ts';
import type { RunnerServices } from './runner-services.ts';
import type { ExecutionPlan, ExecutionSink } from './running-execution.ts';
import type { RunningExecutions } from './running-executions.ts';
import { publishStatusChange } from './status-change.ts';

/** How the engine begins an execution: `run`, `resume` or `redrive`. */
type Begin = (machine: Machine, host: Host, identity: ExecutionIdentity) => Execution;

interface StandardRun {
  readonly record: ExecutionRecord;
  readonly machine: Machine;
  /** The machine that the user created, also for the children of a map run. */
  readonly parentMachineArn: string;
  readonly begin: Begin;
  readonly ended?: (closed: ExecutionRecord) => void;
}

export interface StandardCollaborators {
  readonly running: RunningExecutions;
  readonly forgetting: Forgetting;
  /** How an execution starts the map run of a distributed Map. */
  readonly startMapRun: (
    plan: ExecutionPlan,
    parent: ExecutionRecord,
  ) => ExecutionSink['startMapRun'];
}

/** Runs Standard executions and keeps their records and histories. */
export class StandardExecutions {
  readonly #services: RunnerServices;
  readonly #collaborators: StandardCollaborators;

  constructor(services: RunnerServices, collaborators: StandardCollaborators) {
    this.#services = services;
    this.#collaborators = collaborators;
  }

  start(request: StartRequest): ExecutionRecord {
    const { cloud, executions } = this.#services;
    const { machine, name, revision } = request;
    const record = putStarted(executions, {
      type: 'STANDARD',
      arn: executionArn(machine.arn, name),
      name,
      machineArn: machine.arn,
      versionArn: request.versionArn,
      aliasArn: request.aliasArn,
      startDate: cloud.clock.now(),
      traceHeader: request.traceHeader,
      mapRunArn: undefined,
      itemIndex: undefined,
      itemCount: undefined,
      revisionKey: keepRevision(executions, machine, revision),
    });
    publishStatusChange(this.#services, record, {
      input: writeJson(request.input),
      output: undefined,
    });
    this.run({
      record,
      machine: compileDefinition(revision.definition),
      parentMachineArn: machine.arn,
      begin: (compiled, host, identity) => run(compiled, request.input, host, identity),
    });
    return executions.get(record.arn) ?? record;
  }

  /** Continues a failed execution from its failed state. Returns the date of the redrive. */
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
    publishStatusChange(this.#services, record, documentsOf(executions, record.arn));
    this.#continue(record, redrive);
    return redriveDate;
  }

  /** Resumes an execution from its history. One with damaged records fails and does not affect the others. */
  resumption(execution: ExecutionRecord): Resumption {
    return {
      arn: execution.arn,
      resume: () => {
        try {
          this.#continue(execution, resume);
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          this.#failUnresumed(execution, `The execution could not be resumed: ${reason}`);
        }
      },
      giveUp: (cause) => this.#failUnresumed(execution, cause),
    };
  }

  #failUnresumed(execution: ExecutionRecord, cause: string): void {
    this.#services.cloud.logger.error({ arn: execution.arn }, cause);
    const failed = this.close(execution, { status: 'FAILED', error: 'States.Runtime', cause });
    publishStatusChange(this.#services, failed, { input: undefined, output: undefined });
  }

  #continue(record: ExecutionRecord, from: typeof resume): void {
    const { executions } = this.#services;
    const revision = revisionOf(executions, record);
    this.run({
      record,
      machine: compileDefinition(revision.definition),
      parentMachineArn: record.machineArn,
      begin: (machine, host, identity) =>
        from(machine, executions.history(record.arn), host, identity),
    });
  }

  run({ record, machine, parentMachineArn, begin, ended }: StandardRun): void {
    const { executions } = this.#services;
    const { running, startMapRun } = this.#collaborators;
    const revision = revisionOf(executions, record);
    const plan: ExecutionPlan = {
      identity: identityOf(record, revision),
      revision,
      parentMachineArn,
      startDate: record.startDate,
      redriveCount: record.redriveCount,
    };
    const sink: ExecutionSink = {
      append(event) {
        executions.append(record.arn, event);
        if (event.type.endsWith('StateEntered')) running.stopIfDeleted(plan);
      },
      startMapRun: startMapRun(plan, record),
      ended: (result) => {
        const closed = this.close(record, result);
        running.leave(plan);
        publishStatusChange(this.#services, closed, documentsOf(executions, record.arn));
        ended?.(closed);
      },
    };
    running.enter(plan, sink, (host) => begin(machine, host, plan.identity));
  }

  /** Stores the result of an execution. */
  close(record: ExecutionRecord, result: ExecutionResult): ExecutionRecord {
    const { cloud, executions } = this.#services;
    const stopDate = cloud.clock.now();
    const closed = putClosed(executions, record, result, stopDate);
    this.#collaborators.forgetting.schedule(stopDate);
    return closed;
  }
}
