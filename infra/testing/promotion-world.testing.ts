import type { PromotionInput } from '../../events/index.ts';
import {
  type Answer,
  addArchives,
  answerPromotion,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  executionArnOf,
  fingerprintOf,
  type PromotionAnswers,
  packageArn,
  TaskError,
  WorkflowExecution,
} from '../simulation/index.ts';
import type { Fault } from './simulated-alarms.testing.ts';
import { SimulatedEndpoint } from './simulated-endpoint.testing.ts';

/** Promotions, their lock and their endpoint in one virtual time. */
export class PromotionWorld {
  readonly time = createWorkflowClock();
  readonly bucket = new BucketTasks();
  readonly claims = new ClaimTasks();
  readonly endpoint = new SimulatedEndpoint(this.time);
  readonly executions: WorkflowExecution[] = [];
  readonly #definition: string;
  /** Events that have not started a promotion yet. */
  #events = 0;

  /** A world in which the first version is live. */
  constructor(definition: string) {
    this.#definition = definition;
    this.register(1, 1);
    this.endpoint.approve(1);
    this.endpoint.deploy(1);
  }

  /** Adds a version that was compared with another. */
  register(version: number, champion: number, fault?: Fault): void {
    addArchives(this.bucket, version);
    this.endpoint.register(version, 'PendingManualApproval', {
      fingerprint: fingerprintOf(this.bucket, version),
      champion: packageArn(champion),
    });
    if (fault !== undefined) this.endpoint.faults.set(packageArn(version), fault);
  }

  approve(version: number): WorkflowExecution {
    this.endpoint.approve(version);
    return this.#promote(packageArn(version), 'Approved');
  }

  reject(version: number): WorkflowExecution {
    this.endpoint.reject(version);
    return this.#promote(packageArn(version), 'Rejected');
  }

  /** Lets time pass until a condition is met. */
  until(isSo: () => boolean): void {
    while (!isSo()) {
      if (!this.time.step())
        throw new Error('The condition was not met, and no further event is scheduled.');
    }
  }

  untilAllEnded(): void {
    this.until(
      () => this.#events === 0 && this.executions.every(({ status }) => status !== 'RUNNING'),
    );
  }

  #promote(modelPackageArn: string, approvalStatus: PromotionInput['approvalStatus']) {
    const number = this.executions.length;
    const execution = new WorkflowExecution(
      {
        definition: this.#definition,
        input: { eventId: `e${number}`, modelPackageArn, approvalStatus },
        answer: this.#answer(),
        executionName: `promotion-${number}`,
      },
      this.time,
    );
    this.executions.push(execution);
    return execution;
  }

  #answer(): Answer {
    const answers: PromotionAnswers = {
      'Look up owner of endpoint': (request) => ({
        Status: this.#statusOf(request['ExecutionArn']),
      }),
      'Update endpoint': (request) => this.endpoint.updateEndpoint(request),
      'Send test rows': () => this.endpoint.testRows(),
      'Record live answers': () => this.endpoint.recordAnswers(),
      'Check rollback alarms': () => this.endpoint.alarms.describe(),
      'Find alarms': () => this.endpoint.alarms.describe(),
      'Withdraw approval': (request) => {
        this.endpoint.update(request);
        // The rule starts a promotion for this decision as for any other.
        const arn = String(request['ModelPackageArn']);
        this.#events += 1;
        this.time.setTimer(0, () => {
          this.#events -= 1;
          this.#promote(arn, 'Rejected');
        });
        return {};
      },
    };
    return answerPromotion(this.bucket, this.endpoint, answers, this.claims);
  }

  #statusOf(executionArn: unknown): string {
    const found = this.executions.find((execution) => execution.executionArn === executionArn);
    if (found !== undefined) return found.status;
    // An execution's first states run before it is in the list.
    if (executionArn === executionArnOf(`promotion-${this.executions.length}`)) return 'RUNNING';
    throw new TaskError('Sfn.ExecutionDoesNotExistException', 'Execution Does Not Exist');
  }
}
