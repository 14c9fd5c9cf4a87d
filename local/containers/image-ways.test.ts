import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContainerMode } from './container-runner.ts';
import { findImageWays } from './image-ways.ts';
import { makeContext } from './recipe/context.testing.ts';

const PLAIN = 'FROM scratch\nCMD ["a"]';
const NEEDS_ENGINE = 'FROM scratch\nRUN apt-get install x\nCMD ["a"]';
const PODMAN = { name: 'podman', version: 'podman 5' } as const;

const image = (dockerfile: string) => ({
  folder: makeContext(dockerfile),
  recipe: { dockerfile: 'Dockerfile', buildArguments: {} },
});

async function wayOf(mode: ContainerMode, dockerfile: string, engine: typeof PODMAN | undefined) {
  let asked = 0;
  const findEngine = async () => {
    asked += 1;
    return engine;
  };
  const [found] = await findImageWays([image(dockerfile)], { mode, findEngine });
  return { asked, lines: found?.refusals.map(({ line }) => line), way: found?.way };
}

describe('how an image will run', () => {
  it.each([
    ['auto', PLAIN, PODMAN, { asked: 0, lines: [], way: 'process' }],
    ['auto', NEEDS_ENGINE, PODMAN, { asked: 1, lines: [2], way: 'engine' }],
    ['auto', NEEDS_ENGINE, undefined, { asked: 1, lines: [2], way: 'nothing' }],
    ['process', NEEDS_ENGINE, PODMAN, { asked: 0, lines: [2], way: 'nothing' }],
    ['engine', PLAIN, PODMAN, { asked: 1, lines: [], way: 'engine' }],
    ['engine', PLAIN, undefined, { asked: 1, lines: [], way: 'nothing' }],
    ['auto', 'FROM scratch\nNONSENSE a', undefined, { asked: 1, lines: [2], way: 'nothing' }],
  ] as const)('in mode %s, of %j', async (mode, dockerfile, engine, expected) => {
    expect(await wayOf(mode, dockerfile, engine)).toEqual(expected);
  });

  it('names a Dockerfile that does not exist, and plans the stage that is built', async () => {
    const stages = image('FROM scratch AS small\nFROM scratch\nRUN apt-get install x');
    const [missing, small] = await findImageWays(
      [
        { ...stages, recipe: { dockerfile: 'none', buildArguments: {} } },
        { ...stages, recipe: { ...stages.recipe, target: 'small' } },
      ],
      { mode: 'process' },
    );

    expect(missing).toMatchObject({
      file: join(stages.folder, 'none'),
      way: 'nothing',
      refusals: [{ reason: 'the file does not exist' }],
    });
    expect(small?.way).toBe('process');
  });
});
