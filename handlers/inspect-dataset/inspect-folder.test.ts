import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { DatasetRejected } from '../../api/rules/index.ts';
import type {
  DatasetContract,
  FolderFiles,
  InspectionRequest,
  Manifest,
  ObjectVersion,
  QuarantineRecord,
} from '../../events/index.ts';
import { inspectDataset } from './inspect.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

const contract: DatasetContract = {
  columns: [
    { name: 'colour', type: 'category' },
    { name: 'size', type: 'number', maximum: 9 },
    { name: 'rings', type: 'integer' },
  ],
  label: 'rings',
  header: true,
  delimiter: ',',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  minimumRows: 2,
};
const HEADER = 'colour,size,rings\n';

/** The files of a folder by their paths in it. */
class FolderStore implements ObjectStore {
  readonly written = new Map<string, unknown>();
  readonly #contents: ReadonlyMap<string, string | Buffer>;

  constructor(contents: ReadonlyMap<string, string | Buffer>) {
    this.#contents = contents;
  }

  async readFiles(): Promise<FolderFiles> {
    const files = [...this.#contents.keys()].map((path, index) => ({
      bucket: 'b',
      key: `incoming/abalone/1/${path}`,
      versionId: `v${index}`,
      path,
      name: `${index}.csv`,
    }));
    return { version: 1, folder: 'incoming/abalone/1/', files };
  }

  async open({ key }: ObjectVersion): Promise<StoredObject> {
    const content = this.#contents.get(key.replace('incoming/abalone/1/', ''));
    if (content === undefined) throw new DatasetRejected('The object was deleted.');
    return { body: Readable.from([Buffer.from(content)]), sizeBytes: undefined };
  }

  async writeJson({ key }: { readonly key: string }, value: unknown): Promise<void> {
    this.written.set(key, value);
  }
}

async function inspect(
  contents: Readonly<Record<string, string | Buffer>>,
  changes: Partial<DatasetContract> = {},
) {
  const store = new FolderStore(new Map(Object.entries(contents)));
  const request: InspectionRequest = {
    project: 'abalone',
    datasetId: 'd',
    contract: { ...contract, ...changes },
    files: { bucket: 'b', key: 'files' },
    manifest: { bucket: 'b', key: 'manifest' },
    record: { bucket: 'b', key: 'record' },
    dataset: { id: 'd', key: 'incoming/abalone/1/' },
    execution: 'arn:e',
    requestedAt: '2026-11-29T20:00:00.000Z',
  };
  const reply = await inspectDataset(request, store);
  return {
    reply,
    manifest: store.written.get('manifest') as Manifest,
    record: store.written.get('record') as QuarantineRecord,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('accepts the files of a folder as one dataset, and lists each with version and digest', async () => {
  const one = `${HEADER}red,1,3\nred,2,4\n`;
  const two = `${HEADER}blue,3,5\n`;

  const { reply, manifest } = await inspect({ 'a.csv': one, 'day/b.csv': two });

  expect(manifest.sources).toEqual([
    {
      bucket: 'b',
      key: 'incoming/abalone/1/a.csv',
      versionId: 'v0',
      name: '0.csv',
      sizeBytes: one.length,
      sha256: sha256(one),
    },
    {
      bucket: 'b',
      key: 'incoming/abalone/1/day/b.csv',
      versionId: 'v1',
      name: '1.csv',
      sizeBytes: two.length,
      sha256: sha256(two),
    },
  ]);
  const digest = sha256(`${sha256(one)}\n${sha256(two)}`);
  expect(manifest).toMatchObject({ rowCount: 3, sha256: digest });
  expect(reply).toEqual({
    accepted: true,
    rowCount: 3,
    sha256: digest,
    sizeBytes: one.length + two.length,
  });
});

it('takes rows that moved from one file to the next for other content', async () => {
  const whole = { header: false };

  const one = await inspect({ 'a.csv': 'r,1,2\nb,', 'b.csv': '1,2\n' }, whole);
  const halves = await inspect({ 'a.csv': 'r,1,2\n', 'b.csv': 'b,1,2\n' }, whole);
  const moved = await inspect({ 'a.csv': 'r,1,2\nb,1,2\n' }, whole);

  expect(one.reply.accepted).toBe(false);
  expect(halves.manifest.sha256).not.toBe(moved.manifest.sha256);
});

it('takes files without a row beside others', async () => {
  const { reply } = await inspect({ 'a.csv': HEADER, 'b.csv': `${HEADER}red,1,3\nred,2,4\n` });

  expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
});

it('names the file and the line of each mistake', async () => {
  const { reply, record } = await inspect({
    'a.csv': `${HEADER}red,1,3\n`,
    'day=2/b.csv': `${HEADER}red,many,4\nred,10,4\nred,1\n`,
  });

  expect(reply).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('first: day=2/b.csv, line 2, column size'),
    problems: [
      {
        rule: 'wrong type',
        examples: ['day=2/b.csv, line 2, column size: the value is not a number'],
      },
      {
        rule: 'out of range',
        examples: ['day=2/b.csv, line 3, column size: the value is above 9'],
      },
      { rule: 'missing columns', examples: ['day=2/b.csv, line 4: 2 fields, expected 3'] },
    ],
  });
  expect(record.problems[0]?.examples).toEqual([
    'day=2/b.csv, line 2, column size: "many" is not a number',
  ]);
});

it('names every file that is unusable as a whole, and inspects the others', async () => {
  const { reply } = await inspect({
    'a.csv': `${HEADER}red,1,3\n`,
    'b.csv.gz': Buffer.from([0x1f, 0x8b, 8, 0]),
    'c.csv': 'colour,weight,rings\nred,1,3\n',
    'd.csv': 'red,1,3\n',
    'e.csv': 'colour;size;rings\nred;1;3\n',
    'f.csv': `${HEADER}red,none,3\n`,
  });

  expect(reply).toMatchObject({ accepted: false });
  const { problems } = reply as Extract<typeof reply, { accepted: false }>;
  expect(problems.map(({ rule, count }) => [rule, count])).toEqual([
    ['unusable file', 4],
    ['unknown column', 1],
    ['wrong type', 1],
  ]);
  expect(problems[0]?.examples).toEqual([
    expect.stringMatching(/^b\.csv\.gz: The file is gzip data/),
    expect.stringMatching(/^c\.csv: The header is not the project's: missing size; 1 unknown/),
    expect.stringMatching(/^d\.csv: The first line is a row, but the project declares a header/),
    expect.stringMatching(/^e\.csv: The fields are separated by ";"/),
  ]);
  expect(problems[1]?.examples).toEqual([
    'c.csv, line 1, field 2: the value is not the name of a column',
  ]);
});

it('shows paths with control characters as JSON escapes them', async () => {
  const { reply } = await inspect({ 'a\u001b[2J.csv': `${HEADER}red,x,3\n` });

  expect(JSON.stringify(reply)).not.toContain('\\u001b[2J.csv, line');
  expect(reply).toMatchObject({ reason: expect.stringContaining('"a\\u001b[2J.csv", line 2') });
});
