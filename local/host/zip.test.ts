import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doAtOnce } from './shared-time.ts';
import { type ZipEntry, ZipError, ZipFile, zipEntries } from './zip.ts';

let folder: string;
const opened: ZipFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-zip-'));
});

afterEach(() => {
  for (const zip of opened.splice(0)) zip.close();
  rmSync(folder, { recursive: true });
});

function entriesOf(bytes: Uint8Array): readonly ZipEntry[] {
  const path = join(folder, `${opened.length}.zip`);
  writeFileSync(path, bytes);
  const zip = new ZipFile(path);
  opened.push(zip);
  return doAtOnce(zipEntries(zip));
}

async function contentsOf(zip: Uint8Array): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of entriesOf(zip)) {
    contents[entry.path] = Buffer.from(await entry.read()).toString();
  }
  return contents;
}

/** Changes one occurrence of a text of the central directory. */
function patched(zip: Uint8Array, from: string, to: string, which: 'first' | 'last'): Uint8Array {
  const buffer = Buffer.from(zip);
  const at = which === 'first' ? buffer.indexOf(from) : buffer.lastIndexOf(from);
  buffer.write(to, at);
  return buffer;
}

const many = <One>(count: number, one: (index: number) => One) =>
  Array.from({ length: count }, (_, index) => one(index));

/** The entries of the central directory. */
function directoryOf(zip: Buffer): readonly number[] {
  const found: number[] = [];
  const signature = Buffer.from('PK\u0001\u0002', 'latin1');
  for (let at = zip.indexOf(signature); at >= 0; at = zip.indexOf(signature, at + 1))
    found.push(at);
  return found;
}

describe('a zip file', () => {
  it('is read like by another reader', async () => {
    const zip = zipSync({
      'index.js': [strToU8('exports.handler = 1;'.repeat(500)), { level: 9 }],
      'lib/a.txt': [strToU8('stored'), { level: 0 }],
      'lib/ü.txt': strToU8('ünï'),
      'empty.txt': strToU8(''),
      'folder/': strToU8(''),
    });
    const expected = Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith('/'));

    expect(await contentsOf(zip)).toEqual(
      Object.fromEntries(expected.map(([path, bytes]) => [path, Buffer.from(bytes).toString()])),
    );
  });

  it.each([
    ['a file and a folder of one name', { a: strToU8('1'), 'a/b': strToU8('2') }],
    ['a file and an empty folder of one name', { a: strToU8('1'), 'a/': strToU8('') }],
    ['a file below a file', { 'a/b': strToU8('1'), 'a/b/c': strToU8('2') }],
    ['a path out of its folder', { '../a': strToU8('1') }],
    ['a path that ends at its folder', { 'a/..': strToU8('1') }],
    ['an absolute path', { '/etc/passwd': strToU8('1') }],
    ['a name of 300 bytes', { ['n'.repeat(300)]: strToU8('1') }],
    ['a path of 3,000 bytes', { ['deep/'.repeat(600)]: strToU8('') }],
    ['a NUL in a name', { 'a\0b': strToU8('1') }],
    ['folders that nest 101 deep', { [`${'a/'.repeat(101)}f`]: strToU8('') }],
    ['20,001 folders', Object.fromEntries(many(20_001, (index) => [`${index}/f`, strToU8('')]))],
    [
      '201,000 folders of 2,010 paths',
      Object.fromEntries(many(2_010, (index) => [`${index}/${'a/'.repeat(99)}f`, strToU8('')])),
    ],
  ])('is rejected with %s', (_, files) => {
    expect(() => entriesOf(zipSync(files))).toThrow(ZipError);
  });

  it('uses the later of two files with the same path', async () => {
    const zip = zipSync({ one: [strToU8('1'), { level: 0 }], two: [strToU8('2'), { level: 0 }] });

    expect(await contentsOf(patched(zip, 'one', 'two', 'last'))).toEqual({ two: '2' });
  });

  it('never yields more bytes than its directory declares', async () => {
    const zip = Buffer.from(zipSync({ bomb: new Uint8Array(1_000_000) }));
    const directory = zip.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    zip.writeUInt32LE(10, directory + 24);

    const [entry] = entriesOf(zip);

    expect(entry?.sizeBytes).toBe(10);
    await expect(entry?.read()).rejects.toThrow('cannot be inflated');
  });

  it('is rejected if a stored file has another size than its directory declares', () => {
    const zip = Buffer.from(zipSync({ bomb: [new Uint8Array(1_000), { level: 0 }] }));
    for (const at of directoryOf(zip)) zip.writeUInt32LE(0, at + 24);

    expect(() => entriesOf(zip)).toThrow('stored with another size');
  });

  it.each([0, 9] as const)(
    'is refused where two of its files are the same bytes (level %d)',
    (level) => {
      const one = [new Uint8Array(1_000), { level }] as const;
      const zip = Buffer.from(zipSync({ a: [...one], b: [...one] }));
      const [first = 0, second = 0] = directoryOf(zip);
      zip.writeUInt32LE(zip.readUInt32LE(first + 42), second + 42);

      expect(() => entriesOf(zip)).toThrow('overlap');
    },
  );

  it('holds 20,000 folders that nest 100 deep', () => {
    const paths = many(200, (index) => `${index}/${'a/'.repeat(99)}f`);

    const entries = entriesOf(
      zipSync(Object.fromEntries(paths.map((path) => [path, strToU8('')]))),
    );

    expect(entries.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['noise', strToU8('PK'.repeat(200))],
    ['its end cut off', zipSync({ a: strToU8('1') }).slice(0, -10)],
    ['its middle cut out', zipSync({ a: strToU8('1') }).slice(20)],
  ])('is rejected if it is %s', async (_, bytes) => {
    await expect(contentsOf(bytes)).rejects.toThrow(ZipError);
  });
});
