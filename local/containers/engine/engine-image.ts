import { resolve } from 'node:path';
import { runProgram } from '../../jobs/interpreter.ts';
import { type BuildOptions, dockerfilePath } from '../recipe/index.ts';
import { engineEnvironment } from './engine-environment.ts';
import type { Engine } from './find-engine.ts';

/** An image that a container engine has built. */
export interface EngineImage {
  readonly engine: Engine;
  /** `sha256:` and its digest, by which containers name it. */
  readonly id: string;
}

/** The engine did not do what it was asked to; the message ends with its own last lines. */
export class EngineFailed extends Error {
  override readonly name = 'EngineFailed';
}

const SHOWN_LINES = 12;

/**
 * Builds an image with a container engine.
 *
 * @throws EngineFailed
 */
export async function buildWithEngine(engine: Engine, options: BuildOptions): Promise<EngineImage> {
  const { buildArguments = {}, context, signal, target } = options;
  const built = await runProgram(
    engine.name,
    [
      'build',
      '--quiet',
      `--file=${dockerfilePath(options)}`,
      ...(target === undefined ? [] : [`--target=${target}`]),
      ...Object.entries(buildArguments).map(([name, value]) => `--build-arg=${name}=${value}`),
      resolve(context),
    ],
    { ...engineEnvironment(), signal, onLine: (line) => options.onProgress?.(line) },
  );
  signal?.throwIfAborted();
  const id = /^(?:sha256:)?([0-9a-f]{64})$/m.exec(built.output)?.[1];
  if (built.code !== 0 || id === undefined) {
    const said = built.output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    throw new EngineFailed(
      `${engine.name} did not build the image of ${context}, and no container of it is started. It said:\n${said}`,
    );
  }
  return { engine, id: `sha256:${id}` };
}
