import type { SageMaker } from '../sagemaker.ts';
import { Gate } from './run-container.ts';

/** Whether a run was stopped by a request, or by the end of this runtime. */
interface RunControl {
  readonly stop: AbortSignal;
  /** True when the runtime ends: the job stays as it is and runs again at the next start. */
  readonly isAbandoned: () => boolean;
}

/** The jobs of one kind that run in this process. */
export interface RunningJobs {
  /** Runs in the background; a mistake of ours is logged, not thrown at nobody. */
  run(name: string, work: (control: RunControl) => Promise<void>): void;
  /** False where no such job runs. */
  stop(name: string): boolean;
  /** Ends every run without a result. */
  abandon(): void;
}

export function createRunningJobs(sagemaker: SageMaker): RunningJobs {
  const { clock, logger } = sagemaker.cloud;
  const controllers = new Map<string, AbortController>();
  const gate = new Gate();
  let abandoned = false;

  async function passGate(work: () => Promise<void>): Promise<void> {
    await gate.pass(async () => {
      // Python needs the seconds it needs, however fast this clock goes.
      const release = clock.hold();
      try {
        if (!abandoned) await work();
      } finally {
        release();
      }
    });
  }

  return {
    run(name, work) {
      const controller = new AbortController();
      controllers.set(name, controller);
      const control = { stop: controller.signal, isAbandoned: () => abandoned };
      passGate(() => work(control))
        .catch((error: unknown) => {
          if (!abandoned) logger.error({ job: name, error: String(error) }, 'A job run failed');
        })
        .finally(() => controllers.delete(name));
    },
    stop(name) {
      const controller = controllers.get(name);
      controller?.abort();
      return controller !== undefined;
    },
    abandon() {
      abandoned = true;
    },
  };
}
