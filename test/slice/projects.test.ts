import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadFolder } from '../../cli/project/upload-folder.ts';
import type { Project } from '../../definition/index.ts';
import type { Manifest } from '../../events/index.ts';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { adherence } from '../../projects/adherence/project.ts';
import { generateEncounters } from '../../projects/adherence/sample.ts';
import { readmission } from '../../projects/readmission/project.ts';
import { titanic } from '../../projects/titanic/project.ts';
import { generateTitanicSample } from '../../projects/titanic/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice, synthesizeSlice } from './slice-runtime.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** A burst of uploads of these tests is shorter. */
const SETTLE_SECONDS = 2;

const parts = folderProject('parts', { marker: '_SUCCESS' });
const settled = folderProject('settled', {});

/** Abalone, of which a folder of files is a dataset. */
function folderProject(name: string, closing: { readonly marker?: string }): Project {
  return {
    ...abalone,
    name,
    dataset: { ...abalone.dataset, ...closing, layout: 'folder', settleSeconds: SETTLE_SECONDS },
    registry: { ...abalone.registry, modelPackageGroup: `Folder-${name}` },
  };
}

let folder: string;
let runtime: Runtime;

/** Writes files below a new folder. */
async function write(name: string, files: ReadonlyMap<string, string>): Promise<string> {
  const target = join(folder, name);
  for (const [path, text] of files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), text);
  }
  return target;
}

/** Rows, dealt to files in two folders. */
function deal(rows: readonly string[], count: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; at < count; at += 1) {
    const own = rows.filter((_row, index) => index % count === at);
    files.set(`day=${at % 2}/part-${String(at).padStart(4, '0')}.csv`, `${own.join('\n')}\n`);
  }
  return files;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-projects-'));
  const assembly = await synthesizeSlice(join(folder, 'assembly'), [
    titanic,
    adherence,
    readmission,
    parts,
    settled,
  ]);
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  runtime = await startRuntime({
    ephemeral: true,
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    assembly,
    logger: silentLogger,
  });
}, 120_000);

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

describe('A project of the kit', { timeout: 180_000 }, () => {
  it.each([
    ['titanic', generateTitanicSample(7)],
    ['adherence', generateEncounters(7)],
    ['readmission', generateEncounters(7)],
  ])('trains %s on a synthetic sample and passes its gate', async (project, sample) => {
    const slice = await Slice.at(runtime.endpoint, project);
    const upload = await slice.upload('sample.csv', sample);

    const { status, cause, path } = await slice.trained(upload);

    expect({ status, cause, end: path.at(-1) }).toEqual({
      status: 'SUCCEEDED',
      cause: undefined,
      end: 'Registered',
    });
  });
});

describe('A project whose datasets are folders', { timeout: 180_000 }, () => {
  const rows = generateAbaloneSample(3, 600).trimEnd().split('\n');

  it('trains on all files of a folder once its marker is there, and once only', async () => {
    const slice = await Slice.at(runtime.endpoint, 'parts');
    const path = await write('2026-11', deal(rows, 30));
    await writeFile(join(path, '_committed_1'), 'left out');
    const upload = async () => {
      const { key, versionId = '' } = await uploadFolder(slice.connection, slice.project, path, {});
      return slice.trained({ key, versionId });
    };

    const first = await upload();
    const second = await upload();

    expect(first).toMatchObject({ cause: undefined, output: { outcome: 'Registered' } });
    const run = `runs/parts/${first.output?.datasetId}`;
    const manifest = (await slice.readJson(`${run}/manifest.json`)) as Manifest;
    expect(manifest).toMatchObject({ rowCount: 600, datasetId: first.output?.datasetId });
    expect(manifest.sources).toHaveLength(30);
    const [source] = manifest.sources;
    expect(await slice.read(`${run}/dataset/${source?.name}`)).toEqual(
      await slice.read(source?.key ?? '', source?.versionId),
    );
    // All its files have new versions, and the same bytes.
    expect(second).toMatchObject({ output: { outcome: 'Duplicate' } });
    expect(second.output?.datasetId).not.toBe(first.output?.datasetId);
  });

  it('names the bad file of a folder, and trains on nothing of it', async () => {
    const slice = await Slice.at(runtime.endpoint, 'parts');
    const files = deal(rows, 4).set('day=1/part-0003.csv', 'M,long,1,1,1,1,1,1,9\n');
    const path = await write('bad', files);

    const { key, versionId = '' } = await uploadFolder(slice.connection, slice.project, path, {});
    const { output } = await slice.trained({ key, versionId });

    expect(output).toMatchObject({
      outcome: 'Dataset rejected',
      key: 'incoming/parts/bad/',
      reason: expect.stringContaining('day=1/part-0003.csv, line 1, column length'),
    });
  });

  it('refuses to upload beside the files of an earlier upload', async () => {
    const slice = await Slice.at(runtime.endpoint, 'parts');
    await slice.upload('again/old.csv', 'M');
    const path = await write('again', deal(rows, 2));

    await expect(uploadFolder(slice.connection, slice.project, path, {})).rejects.toThrow(
      /holds files that this folder does not, .*: old\.csv; nothing was uploaded/,
    );
  });

  it('without a marker closes a folder by the newest of its files', async () => {
    const slice = await Slice.at(runtime.endpoint, 'settled');
    const uploads = await Promise.all(
      ['a.csv', 'b.csv', 'c.csv'].map((name, at) =>
        slice.upload(`burst/${name}`, `${rows.slice(at * 9, at * 9 + 9).join('\n')}\n`),
      ),
    );

    const ends = await Promise.all(uploads.map((upload) => slice.trained(upload)));

    expect(ends.map(({ output }) => output?.outcome)).toEqual(
      expect.arrayContaining(['Dataset rejected', 'Superseded']),
    );
    expect(ends.filter(({ output }) => output?.outcome === 'Superseded')).toHaveLength(2);
    // Nothing is wrong with the rows of all three files, but their number.
    expect(ends.find(({ output }) => output?.reason !== undefined)?.output?.reason).toMatch(
      /^The dataset has 27 rows, the project wants at least/,
    );
  });
});
