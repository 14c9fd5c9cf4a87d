import { join } from 'node:path';
import type { Cloud, CloudDirectory } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { DiscardedFolders, PythonHost, pythonEnvironmentFolder } from '../../jobs/index.ts';
import { isDoneWithin } from '../../processes/index.ts';
import { createHosting } from './hosting/index.ts';
import { createJobs } from './jobs/index.ts';
import { createRegistry } from './registry/index.ts';
import type { SageMakerPart, SageMakerState } from './state.ts';
import { tagOperations } from './tag-operations.ts';
import { createTags } from './tags.ts';
import { createTransformJobs } from './transform/index.ts';
import { sageMakerWords } from './words.ts';

/** Amazon SageMaker: jobs, model registry, hosting and the runtime API. */
export function createSageMakerService(cloud: Cloud): Service {
  const python = pythonOf(cloud);
  const discarded = new DiscardedFolders(join(cloud.stateFolder, 'discarded'), cloud);
  const sagemaker: SageMakerState = { cloud, python, discarded, tags: createTags(cloud.store) };
  const parts: readonly SageMakerPart[] = [
    ...createJobs(sagemaker),
    createRegistry(sagemaker),
    createHosting(sagemaker),
    createTransformJobs(sagemaker),
    { operations: bindOperations(sagemaker, tagOperations) },
  ];

  return {
    name: 'sagemaker',
    operations: Object.assign({}, ...parts.map((part) => part.operations)),
    ...sageMakerWords,
    resourcePolicy: (arn) => firstOf(parts, (part) => part.resourcePolicy?.(arn)),
    onEvent(event) {
      for (const part of parts) part.onEvent?.(event);
    },
    onMetric(datum) {
      for (const part of parts) part.onMetric?.(datum);
    },
    async start() {
      if (cloud.directory.home === cloud) python.warmUp();
      for (const part of parts) await part.start?.();
    },
    halt() {
      for (const part of parts) part.halt?.();
      python.halt();
      discarded.halt();
    },
    async flush() {
      await Promise.all(parts.map(async (part) => part.flush?.()));
    },
    async stop() {
      const ended = Promise.all(parts.map(async (part) => part.stop?.()));
      await isDoneWithin(ORDERLY_END_MS, ended);
      await python.stop();
      await ended;
      await Promise.all(parts.map(async (part) => part.ended?.()));
    },
  };
}

/** Python is started once for all accounts of a runtime, which end together. */
const HOSTS = new WeakMap<CloudDirectory, PythonHost>();

function pythonOf({ directory, logger, pythonFolder }: Cloud): PythonHost {
  const environmentFolder = pythonEnvironmentFolder(pythonFolder);
  const host = HOSTS.get(directory) ?? new PythonHost({ environmentFolder, logger });
  HOSTS.set(directory, host);
  return host;
}

/** How long models may take to answer what they have, in real time. On AWS it is half a minute. */
const ORDERLY_END_MS = 800;

function firstOf<Part, Result>(
  parts: readonly Part[],
  ask: (part: Part) => Result | undefined,
): Result | undefined {
  for (const part of parts) {
    const answer = ask(part);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
