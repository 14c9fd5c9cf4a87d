import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findFurtherData } from '../further-data.ts';
import { countPictures, executeExploration } from './execute-notebook.testing.ts';

const PASSENGERS = findFurtherData('data/titanic.csv');

describe.skipIf(PASSENGERS === undefined)('The exploration of the Titanic', () => {
  it('runs on the real list', async () => {
    const file = PASSENGERS === undefined ? '' : fileURLToPath(PASSENGERS);

    expect(countPictures(await executeExploration(file))).toBe(3);
  });
});
