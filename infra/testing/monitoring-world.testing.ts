import type { MonitoringInput } from '../../events/index.ts';
import {
  answerMonitoring,
  ClaimTasks,
  type MonitoringServices,
  quietWindow,
  SageMakerTasks,
} from '../simulation/index.ts';
import type { World } from './worlds.testing.ts';

export interface MonitoringWorld extends World, MonitoringServices {
  readonly input: MonitoringInput;
  /** What the job finds from now on. */
  finds(report: object): void;
  has(files: ReturnType<MonitoringServices['files']>): void;
}

/** A monitoring of a live model, started by its schedule. */
export function monitoringWorld(definition: string): MonitoringWorld {
  const sagemaker = new SageMakerTasks();
  const claims = new ClaimTasks();
  let found: object = quietWindow;
  let files: ReturnType<MonitoringServices['files']> = { captureFiles: 12, labelFiles: 0 };
  sagemaker.register(1, 'Approved', {
    promotion: 'Live',
    promotedAt: '2026-11-01T00:00:00.000Z',
  });
  sagemaker.deploy(1);
  const services: MonitoringServices = {
    claims,
    sagemaker,
    reports: new Map(),
    verdicts: new Map(),
    find: () => found,
    files: () => files,
  };
  return {
    ...services,
    definition,
    input: { eventId: '2026-11-20T12:00:00Z', scheduledTime: '2026-11-20T12:00:00Z' },
    answer: answerMonitoring(services),
    outcomes: () => services.verdicts.size,
    finds: (report) => {
      found = report;
    },
    has: (changed) => {
      files = changed;
    },
  };
}
