import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Scene } from '../../cli/stories/scene.ts';
import { watchingStories } from '../../cli/stories/stories.ts';
import { setTestScene, type TestScene } from './story-runtime.ts';

let test: TestScene<Scene>;

beforeAll(async () => {
  test = await setTestScene();
});

afterAll(() => test?.close());

it.each(watchingStories.map((story) => [story.name, story] as const))(
  'The story %s ends as it should',
  async (_name, story) => {
    const proofs = await story.watch(test.scene);

    expect(proofs.filter(({ holds }) => !holds)).toEqual([]);
    expect(proofs.length).toBeGreaterThanOrEqual(3);
  },
);
