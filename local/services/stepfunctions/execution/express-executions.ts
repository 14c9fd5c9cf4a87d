import {
  type ExecutionResult,
  type Machine,
  parseDocument,
  run,
  writeJson,
} from '../../../../engine/index.ts';
import { expressExecutionArn } from '../arns.ts';
import { compileDefinition } from '../definition.ts';
import type { ExpressRecord } from '../stores/express-store.ts';
import type { Revision } from '../stores/machine-store.ts';
import { identityOf, keepRevision, lostRevision, type StartRequest } from './records.ts';
import type { Resumption } from './resume-fence.ts';
import type { RunnerServices } from './runner-services.ts';
import type { ExecutionPlan, ExecutionSink } from './running-execution.ts';
import type { RunningExecutions } from './running-executions.ts';

/** A synchronous Express execution. */
export interface SyncExecution {
  readonly arn: string;
  readonly startDate: number;
  readonly result: Promise<ExecutionResult>;
}

interface ExpressRun {
  readonly record: ExpressRecord;
  readonly revision: Revision;
  readonly machine: Machine;
  /** The machine that the user created, also for the children of a map run. */
  readonly parentMachineArn: string;
  /** In the context of an asynchronous execution; AWS has none in that of a synchronous one. */
  readonly redriveCount?: number;
  /** Keeps events that the children of a map run are described with. @default keeps none */
  readonly append?: ExecutionSink['append'];
  readonly ended: (result: ExecutionResult) => void;
}

/** Runs Express executions, which leave no history but their log. */
export class ExpressExecutions {
  readonly #services: RunnerServices;
  readonly #running: RunningExecutions;

  constructor(services: RunnerServices, running: RunningExecutions) {
    this.#services = services;
    this.#running = running;
  }

  /** Starts an asynchronous execution. */
  start(request: StartRequest): ExpressRecord {
    const { express } = this.#services;
    const record = this.#newRecord(request);
    express.put(record);
    this.#runAsynchronous(record, request.revision);
    return record;
  }

  /** Starts an execution and gives its result. */
  startSync(request: StartRequest): SyncExecution {
    const record = this.#newRecord(request);
    const result = new Promise<ExecutionResult>((resolve) => {
      this.#runOwn({ record, revision: request.revision, ended: resolve });
    });
    return { arn: record.arn, startDate: record.startDate, result };
  }

  /** Run the asynchronous executions of the last runtime from their beginning. */
  resumptions(): readonly Resumption[] {
    return this.#services.express.all().map((record) => this.#resumption(record));
  }

  #resumption(record: ExpressRecord): Resumption {
    const { cloud, executions, express } = this.#services;
    const { arn } = record;
    // Express executions have no record of their end: only the log can name the reason.
    const giveUp = (cause: string) => {
      cloud.logger.error({ arn }, cause);
      express.remove(arn);
    };
    return {
      arn,
      resume: () => {
        const revision = executions.revision(record.revisionKey);
        if (revision === undefined) giveUp(lostRevision(arn));
        else this.#runAsynchronous(record, revision);
      },
      giveUp,
    };
  }

  run(express: ExpressRun): void {
    const { record, revision, machine, parentMachineArn, redriveCount, append, ended } = express;
    const plan: ExecutionPlan = {
      identity: { ...identityOf(record, revision), type: 'EXPRESS', redriveCount },
      revision,
      parentMachineArn,
      startDate: record.startDate,
      redriveCount: 0,
    };
    const sink: ExecutionSink = {
      append: append ?? (() => {}),
      startMapRun() {
        throw new Error('an Express machine has a distributed Map');
      },
      ended: (result) => {
        this.#running.leave(plan);
        ended(result);
      },
    };
    const input = parseDocument(record.input);
    this.#running.enter(plan, sink, (host) => run(machine, input, host, plan.identity));
  }

  #runAsynchronous(record: ExpressRecord, revision: Revision): void {
    const ended = () => this.#services.express.remove(record.arn);
    this.#runOwn({ record, revision, redriveCount: 0, ended });
  }

  #runOwn(express: Omit<ExpressRun, 'machine' | 'parentMachineArn'>): void {
    const machine = compileDefinition(express.revision.definition);
    this.run({ ...express, machine, parentMachineArn: express.record.machineArn });
  }

  #newRecord({ machine, name, revision, ...request }: StartRequest): ExpressRecord {
    const { cloud, executions } = this.#services;
    return {
      arn: expressExecutionArn(machine.arn, name, cloud.random.uuid()),
      name,
      machineArn: machine.arn,
      versionArn: request.versionArn,
      aliasArn: request.aliasArn,
      revisionKey: keepRevision(executions, machine, revision),
      startDate: cloud.clock.now(),
      input: writeJson(request.input),
    };
  }
}
