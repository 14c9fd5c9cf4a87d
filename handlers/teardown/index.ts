import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { removeContainerService } from './container-service.ts';
import { isPruning, pruneVersions } from './prune-versions.ts';
import { removeReleases } from './remove-releases.ts';
import { SageMakerReleases } from './sagemaker-releases.ts';
import { tearDown } from './tear-down.ts';

const environmentSchema = z.object({
  STEPMILL_ENDPOINT: z.string(),
  STEPMILL_RELEASE_PREFIX: z.string(),
  STEPMILL_MODEL_PACKAGE_GROUP: z.string(),
  /** Of models that score files. @default the project scores none */
  STEPMILL_SCORING_PREFIX: z.string().optional(),
  /** The service of a project whose models serve in containers. */
  STEPMILL_CLUSTER: z.string().optional(),
  STEPMILL_TASK_FAMILY: z.string().optional(),
  /** Whether the data and models of the environment are kept when the stack is deleted. */
  STEPMILL_RETAIN: z.stringbool(),
});

const client = tracer.captureAWSv3Client(new SageMakerClient({}));
const containers = {
  ecs: tracer.captureAWSv3Client(new ECSClient({})),
  autoscaling: tracer.captureAWSv3Client(new ApplicationAutoScalingClient({})),
};

const states = tracer.captureAWSv3Client(new SFNClient({}));

/**
 * Custom resources: one that deletes what the workflows created outside of the stack when it is deleted, and one that
 * deletes old versions of workflows.
 */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  if (isPruning(event)) {
    return pruneVersions(event, { client: states, report: logPruning });
  }
  await tearDown(event, {
    remove: removeAll,
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    report: (message, error) => logger.error(message, error as Error),
  });
}

function logPruning(message: string, details: unknown): void {
  logger.info(message, { details });
}

async function removeAll(signal: AbortSignal): Promise<void> {
  const environment = environmentSchema.parse(process.env);
  const { STEPMILL_CLUSTER: cluster, STEPMILL_TASK_FAMILY: family } = environment;
  if (cluster !== undefined && family !== undefined) {
    // It also goes where models are kept, because its cluster and its network do.
    const service = environment.STEPMILL_ENDPOINT;
    const removed = await removeContainerService(
      containers,
      { cluster, service, family },
      { signal },
    );
    logger.info('Removed service', { removed });
  }
  if (environment.STEPMILL_RETAIN) {
    logger.info('Endpoint, models and packages are kept');
    return;
  }
  const names = {
    endpoint: environment.STEPMILL_ENDPOINT,
    releasePrefix: environment.STEPMILL_RELEASE_PREFIX,
    modelPackageGroup: environment.STEPMILL_MODEL_PACKAGE_GROUP,
    scoringPrefix: environment.STEPMILL_SCORING_PREFIX,
  };
  const removed = await removeReleases(new SageMakerReleases(client, names, signal));
  logger.info('Removed', { removed });
}
