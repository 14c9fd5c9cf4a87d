import { expect, it } from 'vitest';
import { abaloneDefinition } from '../infra/testing/project-stack.testing.ts';
import { watchedDefinition } from '../infra/testing/watched-project.testing.ts';

it.each(['Training', 'Promotion', 'UnclaimedUploads'])(
  'The definition of %s is the recorded one',
  async (workflow) => {
    const definition: unknown = JSON.parse(abaloneDefinition(workflow));

    await expect(JSON.stringify(definition, undefined, 2)).toMatchFileSnapshot(
      `__snapshots__/${workflow}.asl.txt`,
    );
  },
);

it.each(['Scoring'])('The definition of %s is the recorded one', async (workflow) => {
  const definition: unknown = JSON.parse(watchedDefinition(workflow));

  await expect(JSON.stringify(definition, undefined, 2)).toMatchFileSnapshot(
    `__snapshots__/${workflow}.asl.txt`,
  );
});
