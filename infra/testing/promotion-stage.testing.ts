import type { VirtualClock } from '../../engine/index.ts';
import type { PromotionInput } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  fingerprintOf,
  type PromotionAnswers,
  packageArn,
  SageMakerTasks,
  WorkflowExecution,
} from '../simulation/index.ts';

/** Where models serve, and which of them are bad. */
export interface SimulatedPlace<Fault> {
  /** By package. */
  readonly faults: Map<string, Fault>;
  readonly answers: PromotionAnswers;
}

/** Promotions of one definition in virtual time, side by side, over a simulated place. */
export class PromotionStage<Fault, Place extends SimulatedPlace<Fault>> {
  readonly time: VirtualClock = createWorkflowClock();
  readonly bucket = new BucketTasks();
  readonly registry = new SageMakerTasks();
  readonly place: Place;
  readonly #claims = new ClaimTasks();
  readonly #executions: WorkflowExecution[] = [];
  readonly #definition: string;

  constructor(definition: string, createPlace: (time: VirtualClock) => Place) {
    this.#definition = definition;
    this.place = createPlace(this.time);
  }

  /** Registers an approved package, which was compared with a champion. */
  register(version: number, fault?: Fault, champion = version - 1): void {
    addArchives(this.bucket, version);
    this.registry.register(version, 'Approved', {
      fingerprint: fingerprintOf(this.bucket, version),
      champion: packageArn(champion),
    });
    if (fault !== undefined) this.place.faults.set(packageArn(version), fault);
  }

  begin(
    version: number,
    approvalStatus: PromotionInput['approvalStatus'] = 'Approved',
    overrides: PromotionAnswers = {},
  ): WorkflowExecution {
    const answers = {
      'Look up owner of endpoint': ({ ExecutionArn: arn }: Record<string, unknown>) => ({
        Status:
          this.#executions.find(({ executionArn }) => executionArn === arn)?.status ?? 'RUNNING',
      }),
      ...this.place.answers,
      ...overrides,
    };
    const execution = new WorkflowExecution(
      {
        definition: this.#definition,
        input: { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus },
        answer: answerPromotion(this.bucket, this.registry, answers, this.#claims),
        executionName: `promotion-${this.#executions.length}`,
      },
      this.time,
    );
    this.#executions.push(execution);
    return execution;
  }

  /** @returns the last state of each */
  end(...all: readonly WorkflowExecution[]): readonly string[] {
    while (all.some(({ status }) => status === 'RUNNING')) {
      if (!this.time.step()) throw new Error('stuck');
    }
    return all.map(({ path }) => path.at(-1) ?? '');
  }
}
