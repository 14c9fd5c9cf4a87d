import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTitanicSample } from '../../projects/titanic/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { countPictures, executeExploration } from './execute-notebook.testing.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-titanic-'));
});

afterAll(() => removeFolder(folder));

describe('The exploration of the Titanic', () => {
  it('runs on a sample, finds its leaks, and draws three pictures', async () => {
    const data = join(folder, 'titanic.csv');
    await writeFile(data, generateTitanicSample(7));

    const cells = await executeExploration(data);

    // Its own assertions end it with an error.
    expect(countPictures(cells)).toBe(3);
  });
});
