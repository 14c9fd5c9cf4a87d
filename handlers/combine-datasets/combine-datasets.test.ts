import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CombinationRequest } from '../../events/index.ts';
import { identifyFolder } from '../close-folder/close-folder.ts';
import { combineDatasets, type DatasetStore } from './combine-datasets.ts';

interface Written {
  readonly text: () => string;
  readonly ended: () => 'ended' | 'aborted' | undefined;
}

/** Objects whose bytes come in chunks of this size. */
function storeOf(
  objects: Readonly<Record<string, string>>,
  chunkBytes: number,
): DatasetStore & Written {
  const chunks: Uint8Array[] = [];
  let ended: 'ended' | 'aborted' | undefined;
  return {
    listCopies: async (_bucket, key) => (key === 'runs/d/files.json' ? ['0', '1'] : []),
    async read(_bucket, key) {
      const bytes = Buffer.from(objects[key] ?? '');
      return (async function* () {
        if (objects[key] === undefined) throw new Error(`no ${key}`);
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          yield bytes.subarray(at, at + chunkBytes);
        }
      })();
    },
    write: () => ({
      write: async (bytes) => void chunks.push(bytes),
      end: async () => {
        ended = 'ended';
        return 'v1';
      },
      abort: async () => void (ended = 'aborted'),
    }),
    text: () => Buffer.concat(chunks).toString(),
    ended: () => ended,
  };
}

async function combine(
  sources: readonly string[],
  header: boolean,
  { chunkBytes = 3, ...more }: Partial<CombinationRequest> & { readonly chunkBytes?: number } = {},
) {
  const store = storeOf(Object.fromEntries(sources.entries()), chunkBytes);
  const keys = [...sources.keys()].map(String);
  const reply = await combineDatasets(
    { bucket: 'b', sources: keys, target: 't', header, ...more },
    store,
  );
  return { reply, text: store.text(), ended: store.ended() };
}

describe('datasets of one project', () => {
  it.each([
    ['rows behind rows', ['1,2\n', '3,4\n'], false, '1,2\n3,4\n'],
    ['a last row without a line feed', ['1,2', '3,4'], false, '1,2\n3,4\n'],
    ['the names of the columns once', ['a,b\n1,2\n', 'a,b\n3,4\n'], true, 'a,b\n1,2\n3,4\n'],
    ['names without rows', ['a,b\n1,2\n', 'a,b'], true, 'a,b\n1,2\n'],
    ['the byte order mark of the first', ['\uFEFFa\n1\n', 'a\n2\n'], true, '\uFEFFa\n1\n2\n'],
    ['line ends as they are', ['a\r\n1\r\n', 'a\n2\n'], true, 'a\r\n1\r\n2\n'],
    ['letters of several bytes', ['ü\n', 'é\n'], false, 'ü\né\n'],
    ['an empty one', ['', '1\n'], false, '1\n'],
    ['a later one without its byte order mark', ['1\n', '\uFEFF2\n', '\uFEFF'], false, '1\n2\n'],
    ['a single one as it is', ['a\n1,2'], true, 'a\n1,2'],
  ])('become one: %s', async (_what, sources, header, expected) => {
    expect(await combine(sources, header)).toEqual({
      reply: { key: 't', sizeBytes: Buffer.byteLength(expected), versionId: 'v1' },
      text: expected,
      ended: 'ended',
    });
  });

  it('keep each row, however their bytes arrive', async () => {
    const rows = array(constantFrom('1,2', 'x', '"a,b"', 'ü'), { minLength: 1, maxLength: 9 });
    const datasets = array(rows, { minLength: 2, maxLength: 3 });
    await assert(
      asyncProperty(datasets, integer({ min: 1, max: 8 }), async (given, chunkBytes) => {
        const sources = given.map((each) => ['names', ...each].join('\n'));
        const { text } = await combine(sources, true, { chunkBytes });
        expect(text).toBe(`${['names', ...given.flat()].join('\n')}\n`);
      }),
      { seed: 20_261_130 },
    );
  });

  it.each([
    ['names', ['a,b\n1,2\n', 'a,b,dropped\n3,4,1\n'], true, 'a,b,dropped\n1,2,\n3,4,1\n'],
    ['line ends', ['1,2\r\n\r\n', '3,4,0\n'], false, '1,2,\r\n\r\n3,4,0\n'],
    ['quoted fields', ['"1,5",2\n', '3,"4",0'], false, '"1,5",2,\n3,"4",0\n'],
    ['rows that have it already', ['1,2,\n3,4,1\n', '5,6,0\n'], false, '1,2,\n3,4,1\n5,6,0\n'],
  ])('have an empty label where only others have one: %s', async (_what, sources, header, all) => {
    const labelColumn = { name: 'dropped', columns: 2, delimiter: ',' };

    expect((await combine(sources, header, { labelColumn })).text).toBe(all);
    expect((await combine(sources, header, { labelColumn, chunkBytes: 50 })).text).toBe(all);
  });

  it.each([
    ['nothing but its file closes', '', 'rows\n'],
    ['a marker closes', '_SUCCESS', 'rows\n'],
  ])('become a folder that %s, with the id that closing gives it', async (_what, marker, text) => {
    const store = storeOf({ '0': 'r', '1': 'ow', '2': 's\n' }, 3);
    const written: string[] = [];
    const recording: DatasetStore = {
      ...store,
      write: (bucket, key) => {
        written.push(key);
        return store.write(bucket, key);
      },
    };
    const folder = 'incoming/p/retraining-d/';
    const target = `${folder}rows.csv`;
    const request = { bucket: 'b', files: 'runs/d/files.json', sources: ['2'], target, marker };

    const reply = await combineDatasets({ ...request, header: false }, recording);

    const files = [{ key: target, versionId: 'v1' }];
    expect(reply).toEqual({
      key: folder,
      versionId: 'v1',
      datasetId: identifyFolder({ bucket: 'b', folder, settings: '' }, files),
      sizeBytes: 7,
    });
    expect(written).toEqual(marker === '' ? [target] : [target, `${folder}${marker}`]);
    expect(store.text().replaceAll('\n', '')).toBe(text.trim());
  });

  it('are refused where they are larger together than what one function uploads', async () => {
    const store = storeOf({ '0': '1\n', '1': '2\n' }, 3);
    const request = { bucket: 'b', sources: ['0', '1'], target: 't', header: false };

    await expect(combineDatasets(request, store, 3)).rejects.toThrow(
      'have more than 3 bytes together, and one function uploads no more; nothing was uploaded',
    );
    expect(store.ended()).toBe('aborted');
  });

  it('leave nothing where one cannot be read', async () => {
    const store = storeOf({ '0': '1\n' }, 3);
    const combined = combineDatasets(
      { bucket: 'b', sources: ['0', 'gone'], target: 't', header: false },
      store,
    );

    await expect(combined).rejects.toThrow('no gone');
    expect(store.ended()).toBe('aborted');
  });
});
