import type { RetrainingDecision, RetrainingInput } from '../../events/index.ts';
import {
  answerRetraining,
  ClaimTasks,
  type RetrainingServices,
  SageMakerTasks,
} from '../simulation/index.ts';
import type { World } from './worlds.testing.ts';

export interface RetrainingWorld extends World, RetrainingServices {
  readonly input: RetrainingInput;
  /** How many labelled rows are new from now on. */
  has(rows: number): void;
  /** Records of decisions, the newest first, as a list of keys gives them. */
  decisions(): readonly RetrainingDecision[];
}

/** A live model, and 500 labelled rows that it has not seen. */
export function retrainingWorld(definition: string): RetrainingWorld {
  const sagemaker = new SageMakerTasks();
  sagemaker.register(1, 'Approved', {
    promotion: 'Live',
    promotedAt: '2026-11-01T00:00:00.000Z',
  });
  sagemaker.deploy(1);
  let rows = 500;
  const services: RetrainingServices = {
    claims: new ClaimTasks(),
    sagemaker,
    items: new Map(),
    objects: new Map(),
    uploads: [],
    statusOf: () => 'FAILED',
    countRows: () => rows,
  };
  return Object.assign(services, {
    definition,
    input: { eventId: '2026-11-20T12:00:00Z', trigger: 'schedule' as const },
    answer: answerRetraining(services),
    outcomes: () => services.uploads.length,
    has: (count: number) => {
      rows = count;
    },
    decisions: () =>
      [...services.objects]
        .filter(([key]) => /^monitoring\/abalone\/retraining\/\d/.test(key))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, record]) => record as RetrainingDecision),
  });
}
