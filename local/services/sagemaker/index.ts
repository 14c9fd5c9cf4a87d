import type { Cloud } from '../../cloud.ts';
import { PythonHost, pythonEnvironmentFolder } from '../../jobs/index.ts';
import type { Service } from '../../service.ts';
import { AccessDeniedException } from './errors.ts';
import { createHosting } from './hosting/index.ts';
import { createJobs } from './jobs/index.ts';
import type { SageMaker, SageMakerPart } from './sagemaker.ts';
import { createTags } from './tags.ts';

/** Amazon SageMaker: jobs, model registry, hosting and the runtime API. */
export function createSageMakerService(cloud: Cloud): Service {
  const python = new PythonHost({
    environmentFolder: pythonEnvironmentFolder(cloud.pythonFolder),
    logger: cloud.logger,
  });
  const sagemaker: SageMaker = { cloud, python, tags: createTags(cloud.store) };
  const parts: readonly SageMakerPart[] = [...createJobs(sagemaker), createHosting(sagemaker)];

  return {
    name: 'sagemaker',
    operations: Object.assign({}, ...parts.map((part) => part.operations)),
    accessDenied: (message) => new AccessDeniedException(message),
    onEvent(event) {
      for (const part of parts) part.onEvent?.(event);
    },
    onMetric(datum) {
      for (const part of parts) part.onMetric?.(datum);
    },
    async start() {
      python.warmUp();
      for (const part of parts) await part.start?.();
    },
    async stop() {
      for (const part of parts) await part.stop?.();
      await python.stop();
    },
  };
}
