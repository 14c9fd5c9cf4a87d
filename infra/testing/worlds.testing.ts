import {
  type Answer,
  addArchives,
  answerJob,
  answerPromotion,
  BucketTasks,
  ClaimTasks,
  createWorkflowClock,
  fingerprintOf,
  type PromotionAnswers,
  packageArn,
  SageMakerTasks,
} from '../simulation/index.ts';
import { SimulatedFunction } from './simulated-function.testing.ts';

/** The state that outlives executions: the claims, and the data of the services. */
export interface World {
  readonly claims: ClaimTasks;
  readonly definition: string;
  readonly input: unknown;
  readonly answer: Answer;
  /** How many outcomes are recorded. */
  outcomes(): number;
}

/** An evaluation that passes the gates of all committed projects. */
const EVALUATION = JSON.stringify({
  regression_metrics: { mse: { value: 4, standard_deviation: 0.3 } },
  binary_classification_metrics: { auc: { value: 0.86, lower: 0.84 } },
  out_of_fold: {
    binary_classification_metrics: {
      auc: { value: 0.86, lower: 0.84 },
      accuracy: { value: 0.8 },
      brier_skill: { value: 0.3 },
    },
  },
});

/** A training that registers a model. */
export function trainingWorld(definition: string): World {
  const claims = new ClaimTasks();
  const registered = new Set<string>();
  return {
    claims,
    definition,
    input: {
      eventId: 'e',
      bucket: 'bucket',
      object: { key: 'incoming/abalone/a.csv', size: 10, etag: 'e', 'version-id': 'v1' },
    },
    answer(state, request) {
      const ofClaim = claims.answer(state, request);
      if (ofClaim !== undefined) return ofClaim;
      switch (state) {
        case 'Look up owner of dataset':
        case 'Look up owner of content':
          return { Status: 'FAILED' };
        case 'Look for newer data':
          return { VersionId: 'v1' };
        case 'Inspect dataset':
          return { Payload: { accepted: true, rowCount: 4177, sha256: 's', sizeBytes: 10 } };
        case 'Find champion':
          return { ModelPackageSummaryList: [] };
        case 'Prepare data':
        case 'Train model':
        case 'Evaluate model':
          return answerJob(request);
        case 'Read evaluation':
          return { Body: EVALUATION };
        case 'Fingerprint preprocessor':
        case 'Fingerprint model':
          return { ETag: '"1"' };
        case 'Register model':
          // SageMaker registers a request with the same token once.
          registered.add(JSON.stringify(request['ClientToken'] ?? request));
          return { ModelPackageArn: packageArn(7) };
        default:
          return {};
      }
    },
    outcomes: () => registered.size,
  };
}

/** A promotion beside a live model. */
export function promotionWorld(definition: string): World {
  const sagemaker = new SageMakerTasks();
  sagemaker.deploy(1);
  return promotionOf(definition, sagemaker, {});
}

/** The time that passes between two calls, for what Lambda does in the background. */
const BETWEEN_CALLS_MS = 30_000;

/** A promotion beside a live model on Lambda. */
export function functionWorld(definition: string): World {
  const time = createWorkflowClock();
  const lambda = new SimulatedFunction(time);
  lambda.deploy(packageArn(1));
  const world = promotionOf(definition, new SageMakerTasks(), lambda.answers);
  return {
    ...world,
    answer(state, request) {
      time.advance(BETWEEN_CALLS_MS);
      return world.answer(state, request);
    },
  };
}

/** A promotion of the second of two versions. */
function promotionOf(
  definition: string,
  sagemaker: SageMakerTasks,
  answers: PromotionAnswers,
): World {
  const bucket = new BucketTasks();
  const claims = new ClaimTasks();
  for (const version of [1, 2]) {
    addArchives(bucket, version);
    const fingerprint = fingerprintOf(bucket, version);
    sagemaker.register(version, 'Approved', { fingerprint, champion: packageArn(1) });
  }
  const isOwnerDead = { 'Look up owner of endpoint': () => ({ Status: 'FAILED' }) };
  return {
    claims,
    definition,
    input: { eventId: 'e', modelPackageArn: packageArn(2), approvalStatus: 'Approved' },
    answer: answerPromotion(bucket, sagemaker, { ...isOwnerDead, ...answers }, claims),
    outcomes: () =>
      sagemaker.packages.filter(({ metadata }) => metadata?.['promotion'] === 'Live').length,
  };
}
