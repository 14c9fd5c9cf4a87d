import { describe, expect, it } from 'vitest';
import type { ClosingReply, ClosingRequest, FolderFiles } from '../../events/index.ts';
import { closeFolder, MAXIMUM_FILES } from './close-folder.ts';
import type { FolderStore, KeyVersion } from './folder-store.ts';

/** Seconds of the test's clock. */
const second = (at: number) => 1_764_000_000_000 + at * 1_000;
const FOLDER = 'incoming/flowers/2026-11/';

/** What was put (or, without a size, deleted) when. */
interface Change {
  readonly key: string;
  readonly at: number;
  readonly size?: number | undefined;
}

/** A bucket as `ListObjectVersions` shows it: the newest version of a key first. */
class MemoryFolder implements FolderStore {
  readonly written = new Map<string, FolderFiles>();
  readonly #versions: KeyVersion[];

  constructor(changes: readonly Change[]) {
    this.#versions = changes
      .map(({ key, at, size }, index) => ({
        key,
        versionId: `v${index}`,
        lastModifiedMs: second(at),
        isLatest: changes.findLastIndex((change) => change.key === key) === index,
        sizeBytes: size,
      }))
      .toReversed();
  }

  async *listVersions(_bucket: string, prefix: string): AsyncGenerator<KeyVersion> {
    yield* this.#versions.filter(({ key }) => key.startsWith(prefix));
  }

  async writeJson({ key }: { readonly key: string }, value: unknown): Promise<void> {
    this.written.set(key, value as FolderFiles);
  }
}

const part = (name: string, at: number, size: number | undefined = 10): Change => ({
  key: `${FOLDER}${name}`,
  at,
  size,
});
const marker = (at: number): Change => part('_SUCCESS', at, 0);

/** Closes by the change with an index. */
async function close(
  changes: readonly Change[],
  index: number,
  request: Partial<ClosingRequest> = {},
): Promise<{ reply: ClosingReply; paths: readonly string[]; list: FolderFiles | undefined }> {
  const store = new MemoryFolder(changes);
  const reply = await closeFolder(
    {
      trigger: { bucket: 'b', key: changes[index]?.key ?? '', versionId: `v${index}` },
      incoming: 'incoming/flowers/',
      runs: 'runs/flowers/',
      marker: '_SUCCESS',
      settleSeconds: 10,
      settings: '',
      ...request,
    },
    store,
  );
  const [list] = store.written.values();
  return { reply, paths: list?.files.map(({ path }) => path) ?? [], list };
}

async function idOf(...args: Parameters<typeof close>): Promise<string> {
  return ((await close(...args)).reply as { readonly id: string }).id;
}

const settling = { marker: undefined };

describe('a folder that a marker closes', () => {
  it('is its files in the order of their keys, with their versions', async () => {
    const changes = [part('part-2.csv', 0), part('part-1.csv', 1), marker(2)];

    const { reply, list } = await close(changes, 2);

    expect(reply).toEqual({
      outcome: 'closed',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      folder: FOLDER,
      files: 2,
    });
    expect(list).toEqual({
      version: 1,
      folder: FOLDER,
      files: [
        {
          bucket: 'b',
          key: `${FOLDER}part-1.csv`,
          versionId: 'v1',
          path: 'part-1.csv',
          name: '00001.csv',
        },
        {
          bucket: 'b',
          key: `${FOLDER}part-2.csv`,
          versionId: 'v0',
          path: 'part-2.csv',
          name: '00002.csv',
        },
      ],
    });
  });

  it('does not hold files that come after it has settled, however late it is looked at', async () => {
    const changes = [part('a.csv', 0), marker(1), part('b.csv', 11), part('late.csv', 12)];

    expect((await close(changes, 1)).paths).toEqual(['a.csv', 'b.csv']);
    expect((await close(changes, 1, { settleSeconds: 0 })).paths).toEqual(['a.csv']);
  });

  it('holds the version of a file that was there when it closed', async () => {
    const changes = [part('a.csv', 0), part('a.csv', 1), marker(2), part('a.csv', 30)];

    const { list } = await close(changes, 2);

    expect(list?.files).toMatchObject([{ path: 'a.csv', versionId: 'v1' }]);
  });

  it('does not hold a file that was deleted before, but one that was deleted after', async () => {
    const changes = [
      part('before.csv', 0),
      part('after.csv', 0),
      { key: `${FOLDER}before.csv`, at: 1 },
      marker(2),
      { key: `${FOLDER}after.csv`, at: 20 },
    ];

    expect((await close(changes, 3)).paths).toEqual(['after.csv']);
  });

  it('has the same identity at each look, and another with other files, folder or settings', async () => {
    const changes = [part('a.csv', 0), marker(1), part('b.csv', 40), marker(50)];
    expect(await idOf(changes, 1)).toBe(await idOf(changes.slice(0, 2), 1));
    const ids = [
      await idOf(changes, 1),
      await idOf(changes, 3),
      await idOf(changes, 1, { settings: '{"algorithm":"random-forest"}' }),
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('is the same dataset where a second marker finds the same files', async () => {
    const changes = [part('a.csv', 0), marker(1), marker(60)];

    expect((await close(changes, 2)).reply).toEqual((await close(changes, 1)).reply);
  });

  it('is closed by the newer of two markers that come together', async () => {
    const changes = [part('a.csv', 0), marker(1), part('b.csv', 2), marker(3)];

    expect((await close(changes, 1)).reply).toEqual({ outcome: 'superseded', newest: 'v3' });
    expect((await close(changes, 3)).paths).toEqual(['a.csv', 'b.csv']);
  });

  it('holds the files of folders in it, and is that of the marker where folders are nested', async () => {
    const changes = [part('day=1/a.csv', 0), part('day=2/b.csv', 0), marker(1)];
    const inner = part('day=1/_SUCCESS', 1, 0);

    expect((await close(changes, 2)).paths).toEqual(['day=1/a.csv', 'day=2/b.csv']);
    const closed = await close([...changes, inner], 3);
    expect(closed.reply).toMatchObject({ outcome: 'closed', folder: `${FOLDER}day=1/` });
    expect(closed.paths).toEqual(['a.csv']);
  });

  it('leaves out what Spark, Hive and Athena leave out, empty files and other markers', async () => {
    const changes = [
      part('a.csv', 0),
      part('.a.csv.crc', 0),
      part('_temporary/0/b.csv', 0),
      part('empty.csv', 0, 0),
      part('', 0, 0),
      part('done.txt', 0, 4),
      part('inner/done.txt', 0, 4),
    ];

    expect((await close(changes, 5, { marker: 'done.txt' })).paths).toEqual(['a.csv']);
  });

  it.each([
    ['holds nothing else', [marker(0)], /2026-11\/ holds no data/],
    ['holds empty and hidden files only', [part('a.csv', 0, 0), marker(0)], /holds no data/],
    [
      'is no folder below that of the project',
      [{ key: 'incoming/flowers/_SUCCESS', at: 0, size: 0 }],
      /_SUCCESS lies in no folder.* such as incoming\/flowers\/2026-11\//,
    ],
  ])('is refused where it %s', async (_what, changes, reason) => {
    const { reply } = await close(changes, changes.length - 1);

    expect(reply).toEqual({ outcome: 'rejected', reason: expect.stringMatching(reason) });
  });

  it('is refused where the marker is gone, or where there are too many files', async () => {
    const many = Array.from({ length: MAXIMUM_FILES + 1 }, (_, at) => part(`${at}.csv`, 0));

    const gone = await close([part('a.csv', 0)], 7);
    const full = await close([...many.slice(1), marker(1)], many.length - 1);
    const crowded = await close([...many, marker(1)], many.length);

    expect(gone.reply).toMatchObject({ outcome: 'rejected' });
    expect(full.reply).toMatchObject({ outcome: 'closed', files: MAXIMUM_FILES });
    expect(crowded.reply).toMatchObject({ reason: expect.stringContaining('10001 files') });
  });
});

describe('a folder without markers', () => {
  it('is closed by its newest file, and by one file of several that came in one second', async () => {
    const changes = [part('b.csv', 0), part('c.csv', 5), part('a.csv', 5)];

    const replies = await Promise.all(changes.map((_, index) => close(changes, index, settling)));

    expect(replies.map(({ reply }) => reply.outcome)).toEqual([
      'superseded',
      'closed',
      'superseded',
    ]);
    expect(replies[1]?.paths).toEqual(['a.csv', 'b.csv', 'c.csv']);
  });

  it('is closed once more, with all its files, by a file that comes later', async () => {
    const changes = [part('a.csv', 0), part('b.csv', 60)];

    expect((await close(changes, 0, settling)).paths).toEqual(['a.csv']);
    expect((await close(changes, 1, settling)).paths).toEqual(['a.csv', 'b.csv']);
  });

  it('is the first folder below that of the project', async () => {
    const changes = [part('x/a.csv', 0), part('y/z/b.csv', 1)];

    expect((await close(changes, 1, settling)).reply).toMatchObject({ folder: FOLDER, files: 2 });
  });

  it('is refused where a file lies in no folder', async () => {
    const { reply } = await close([{ key: 'incoming/flowers/a.csv', at: 0, size: 9 }], 0, settling);

    expect(reply).toMatchObject({ reason: expect.stringContaining('The file lies in no folder') });
  });
});
