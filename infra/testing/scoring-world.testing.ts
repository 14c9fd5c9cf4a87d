import type { ScoringInput } from '../../events/index.ts';
import {
  addArchives,
  answerScoring,
  BucketTasks,
  ClaimTasks,
  SageMakerTasks,
} from '../simulation/index.ts';
import type { World } from './worlds.testing.ts';

/** The services that a scoring works with. */
export interface ScoringWorld extends World {
  readonly input: ScoringInput;
  readonly sagemaker: SageMakerTasks;
  /** Summaries by the folder of their batch. */
  readonly summaries: ReadonlySet<string>;
}

/** A scoring with a live model. */
export function scoringWorld(definition: string): ScoringWorld {
  const sagemaker = new SageMakerTasks();
  const bucket = new BucketTasks();
  const claims = new ClaimTasks();
  const summaries = new Set<string>();
  addArchives(bucket, 1);
  sagemaker.register(1, 'Approved');
  sagemaker.deploy(1);
  return {
    claims,
    definition,
    sagemaker,
    summaries,
    input: {
      eventId: 'e',
      bucket: 'bucket',
      object: { key: 'scoring/abalone/rows.csv', 'version-id': 'v1' },
    },
    answer: answerScoring({ claims, sagemaker, summaries }),
    outcomes: () => summaries.size,
  };
}
