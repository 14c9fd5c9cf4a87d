import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scene } from '../../cli/stories/scene.ts';
import { patientScenery, type Scenery } from '../../cli/stories/scenery.ts';
import { watchingStories } from '../../cli/stories/stories.ts';
import { objectsUnderOtherKeys } from '../slice/stored-objects.ts';
import { setTestScene, type TestScene } from './story-runtime.ts';

/** The patients are under a key of the project's own. */
const encryption = (scenery: Scenery) => (scenery === patientScenery ? 'kms' : 's3');
const sceneries = [...new Set(watchingStories.map(({ scenery }) => scenery))];

describe.each(sceneries.map((scenery, index) => [index + 1, scenery.project, scenery] as const))(
  'In scenery %i, on a live model of %s',
  (_index, _project, scenery) => {
    let test: TestScene<Scene>;

    beforeAll(async () => {
      test = await setTestScene(scenery, { encryption: encryption(scenery) });
    });

    afterAll(() => test?.close());

    it.each(
      watchingStories
        .filter((story) => story.scenery === scenery)
        .map((story) => [story.name, story] as const),
    )('the story %s ends as it should', async (_name, story) => {
      const proofs = await story.watch(test.scene);

      expect(proofs.filter(({ holds }) => !holds)).toEqual([]);
      expect(proofs.length).toBeGreaterThanOrEqual(3);
    });

    it.runIf(encryption(scenery) === 'kms')('all objects are under the key', async () => {
      const { connection, project } = test.scene;

      expect(await objectsUnderOtherKeys(connection, project)).toEqual([]);
    });
  },
);
