import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountPrincipal } from '../../cloud/principal.ts';
import { createSeededRandom } from '../../host/random.ts';
import { CodeStore } from './code-store.ts';

const ZIP = zipSync({ 'a.js': Buffer.of(1) });
const USER: AccountPrincipal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const FILES = 3_000;
const ZipFile = zipSync(
  Object.fromEntries(
    Array.from({ length: FILES }, (_, index) => [`f${index}.js`, new Uint8Array(10)]),
  ),
  { level: 0 },
);

let stateFolder: string;

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'stepmill-code-'));
});

afterEach(async () => {
  await rm(stateFolder, { recursive: true, force: true });
});

function createStore(seed: number): CodeStore {
  return new CodeStore({ stateFolder, random: createSeededRandom(seed) } as never);
}

/** What is in the folder of code, but what functions find beside them. */
async function namesOfCode(): Promise<readonly string[]> {
  const names = await filesIn();
  return names.filter((name) => !/^(?:node_modules|package\.json)/.test(name));
}

async function filesIn(name = ''): Promise<readonly string[]> {
  return readdir(join(stateFolder, 'lambda', 'code', name)).catch(() => []);
}

async function untilUnpacking(): Promise<void> {
  for (;;) {
    const partial = (await namesOfCode()).find((name) => !name.endsWith('.zip'));
    if (partial !== undefined && (await filesIn(partial)).length > 0) return;
    await pause(1);
  }
}

it('reads an object once for all functions that name it at the same time', async () => {
  const called: string[] = [];
  const call = async (_principal: unknown, _service: string, operation: string) => {
    called.push(operation);
    return operation === 'HeadObject'
      ? { ETag: 'one' }
      : { Body: zipSync({ 'index.js': new Uint8Array(1) }) };
  };
  const random = createSeededRandom(1);
  const store = new CodeStore({ stateFolder, random, call } as never);
  const code = { S3Bucket: 'assets', S3Key: 'code.zip' };

  const [one, other] = await Promise.all([store.put(USER, code), store.put(USER, code)]);

  expect(other).toEqual(one);
  // Each is asked whether it may read the object.
  expect(called.toSorted()).toEqual(['GetObject', 'HeadObject', 'HeadObject']);
});

describe('code that is being unpacked when the runtime ends', () => {
  it('is not unpacked to its end, and not kept under its name', async () => {
    const store = createStore(1);
    const put = store.put(USER, { ZipFile }).catch((error: unknown) => error);
    await untilUnpacking();

    store.halt();

    expect(await put).toMatchObject({ name: 'AbortError' });
    const [partial, ...others] = await namesOfCode();
    expect(others).toEqual([]);
    expect(partial).toMatch(/^[0-9a-f]{64}\.[0-9a-f]{8}$/);
    expect((await filesIn(partial)).length).toBeLessThan(FILES);
  });

  it('is removed by the next start, and can be unpacked again', async () => {
    const store = createStore(1);
    const put = store.put(USER, { ZipFile }).catch(() => undefined);
    await untilUnpacking();
    store.halt();
    await put;

    const next = createStore(2);
    await next.sweep();

    expect(await namesOfCode()).toEqual([]);
    const { sha256 } = await next.put(USER, { ZipFile });
    expect(existsSync(join(next.folderOf(sha256), `f${FILES - 1}.js`))).toBe(true);
  });
});

it('what is refused as a zip leaves nothing', async () => {
  const store = createStore(1);

  await expect(store.put(USER, { ZipFile: ZipFile.subarray(0, 5_000) })).rejects.toThrow(
    'Could not unzip uploaded file.',
  );

  expect(await namesOfCode()).toEqual([]);
});

describe('code that is an object in S3', () => {
  const code = { S3Bucket: 'assets', S3Key: 'code.zip' };
  let objects: Map<string, { readonly ETag: string; readonly Body: Uint8Array }>;
  let calls: string[];
  let isAllowed: boolean;

  beforeEach(() => {
    objects = new Map([['code.zip', { ETag: '"one"', Body: ZIP }]]);
    calls = [];
    isAllowed = true;
  });

  const createReadingStore = () =>
    new CodeStore({
      stateFolder,
      random: createSeededRandom(1),
      async call(
        _principal: unknown,
        _service: string,
        operation: string,
        { Key }: { Key: string },
      ) {
        calls.push(operation);
        if (!isAllowed) throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
        const object = objects.get(Key);
        if (object === undefined) {
          throw Object.assign(new Error('No such key.'), { name: 'NoSuchKey' });
        }
        return operation === 'GetObject' ? object : { ETag: object.ETag };
      },
    } as never);

  it('is read once for all functions that have it', async () => {
    const store = createReadingStore();
    const stored = await store.put(USER, code);
    expect(await store.put(USER, code)).toEqual(stored);
    expect(calls).toEqual(['HeadObject', 'GetObject', 'HeadObject']);
  });

  it('is read again once the object was replaced, and once its folder has gone', async () => {
    const store = createReadingStore();
    const { sha256 } = await store.put(USER, code);
    objects.set('code.zip', { ETag: '"two"', Body: zipSync({ 'a.js': Buffer.of(2) }) });
    expect((await store.put(USER, code)).sha256).not.toBe(sha256);
    objects.set('code.zip', { ETag: '"one"', Body: ZIP });
    await rm(store.folderOf(sha256), { recursive: true });
    await store.put(USER, code);
    expect(existsSync(join(store.folderOf(sha256), 'a.js'))).toBe(true);
  });

  it('is refused to those who may not read the object, known or not', async () => {
    const store = createReadingStore();
    await store.put(USER, code);
    isAllowed = false;
    await expect(store.put(USER, code)).rejects.toThrow(
      'Error occurred while GetObject. S3 Error Code: AccessDenied. S3 Error Message: Access Denied',
    );
  });
});

it('reads the object of a layer once, piece by piece, for all stacks that publish it', async () => {
  const zip = zipSync({ 'bin/aws': new Uint8Array(200_000) }, { level: 0 });
  const pieces = [zip.subarray(0, 70_000), zip.subarray(70_000)];
  const called: string[] = [];
  const call = async (_principal: unknown, _service: string, operation: string) => {
    called.push(operation);
    return operation === 'HeadObject' ? { ETag: 'one' } : { Body: Readable.from(pieces) };
  };
  const random = createSeededRandom(1);
  const store = new CodeStore({ stateFolder, random, call } as never);
  const content = { S3Bucket: 'assets', S3Key: 'layer.zip' };

  const [one, other] = await Promise.all([
    store.putLayer(USER, content),
    store.putLayer(USER, content),
  ]);

  expect(called.toSorted()).toEqual(['GetObject', 'HeadObject', 'HeadObject']);
  expect(other).toEqual(one);
  expect(one.sizeBytes).toBe(zip.byteLength);
  expect(await readFile(store.zipOf(one.sha256) ?? '')).toEqual(Buffer.from(zip));
  expect(await namesOfCode()).toHaveLength(1);
});

it('removes what a kill left of an upload', async () => {
  const folder = join(stateFolder, 'lambda', 'code');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'upload.0123abcd.zip'), '');

  await createStore(1).sweep();

  expect(await namesOfCode()).toEqual([]);
});

it('says which layer of a function is missing from the state folder', async () => {
  const store = createStore(1);
  const { sha256 } = await store.putLayer(USER, { ZipFile: zipSync({ a: new Uint8Array(1) }) });
  const folder = await store.layersFolder('f', [sha256]);
  await rm(folder, { recursive: true });
  await rm(store.zipOf(sha256) ?? '');

  await expect(store.layersFolder('f', [sha256])).rejects.toThrow(
    `A layer of the function f is missing: there is no ${store.folderOf(sha256)}.zip.`,
  );
});
