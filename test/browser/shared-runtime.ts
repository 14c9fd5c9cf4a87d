import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';
import { watchedProject } from './watched-project.ts';

const ROWS = 1_200;

let shared: Promise<ConsoleRuntime> | undefined;

/**
 * The runtime that the tests of all files share, which run in one worker: its project has one version that waits for
 * approval. It ends with the worker. A file whose tests change what others see starts one of its own.
 */
export function sharedRuntime(): Promise<ConsoleRuntime> {
  shared ??= startWithModel();
  return shared;
}

async function startWithModel(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project: watchedProject });
  const { slice } = runtime;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  return runtime;
}
