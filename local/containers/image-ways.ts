import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImageRecipe } from '../cloud/image-recipe.ts';
import type { ContainerMode } from './container-runner.ts';
import { DockerfileError, parseDockerfile } from './dockerfile/index.ts';
import { type Engine, findEngine } from './engine/index.ts';
import { planImage, RecipeRefused, type Refusal } from './recipe/index.ts';

/** How containers of an image will run on this machine. */
export interface ImageWay {
  /** The Dockerfile. */
  readonly file: string;
  /** `nothing`: no container of it can start. */
  readonly way: 'process' | 'engine' | 'nothing';
  /** The container engine. */
  readonly engine?: Engine;
  /** The lines that keep it from running as a process; of an image that runs as a process, none. */
  readonly refusals: readonly Refusal[];
}

export interface ImageWaysOptions {
  readonly mode: ContainerMode;
  /** Asked only where an image needs an engine. @default Docker, Podman, Finch or nerdctl */
  readonly findEngine?: () => Promise<Engine | undefined>;
}

/** Finds out how images will run, as a `ContainerRunner` of this mode would run them, without building anything. */
export async function findImageWays(
  images: readonly { readonly folder: string; readonly recipe: ImageRecipe }[],
  options: ImageWaysOptions,
): Promise<readonly ImageWay[]> {
  const { mode } = options;
  let asked: Promise<Engine | undefined> | undefined;
  const ask = () => (asked ??= (options.findEngine ?? findEngine)());
  const ways: ImageWay[] = [];
  for (const { folder, recipe } of images) {
    const file = resolve(folder, recipe.dockerfile);
    const refusals = mode === 'engine' ? [] : refusalsOf(file, recipe);
    const isProcess = mode !== 'engine' && refusals.length === 0;
    const engine = isProcess || mode === 'process' ? undefined : await ask();
    if (isProcess) ways.push({ file, way: 'process', refusals });
    else if (engine === undefined) ways.push({ file, way: 'nothing', refusals });
    else ways.push({ file, way: 'engine', engine, refusals });
  }
  return ways;
}

function refusalsOf(file: string, recipe: ImageRecipe): readonly Refusal[] {
  if (!existsSync(file)) {
    return [{ line: 1, instruction: 'Dockerfile', reason: 'the file does not exist' }];
  }
  try {
    planImage(parseDockerfile(readFileSync(file, 'utf8')), recipe);
    return [];
  } catch (error) {
    if (error instanceof RecipeRefused) return error.refusals;
    if (!(error instanceof DockerfileError)) throw error;
    return [{ line: error.line, instruction: 'Dockerfile', reason: error.reason }];
  }
}
