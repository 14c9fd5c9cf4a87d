import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '../../processes/remove-tree.ts';
import { ModelArchiveError, type UnpackLimits, unpackModelArchive } from './model-archive.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Entry {
  readonly path: string;
  readonly content?: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice';
  readonly linkpath?: string;
}

function archiveOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const header = new Header({
      path: entry.path,
      mode: 0o644,
      size: content.length,
      type: entry.type ?? 'File',
      mtime: new Date(0),
      ...(entry.linkpath === undefined ? {} : { linkpath: entry.linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** About 64 KB that gzip can halve at most. */
function incompressible(seed: string): string {
  const digests = Array.from({ length: 1_000 }, (_, index) =>
    createHash('sha256').update(`${seed}${index}`),
  );
  return digests.map((digest) => digest.digest('hex')).join('');
}

const unpack = (archive: Buffer, limits: UnpackLimits = {}) =>
  unpackModelArchive(Readable.from([archive]), join(folder, 'model'), limits);

describe('unpackModelArchive', () => {
  it('writes files and folders', async () => {
    const archive = archiveOf([
      { path: 'xgboost-model', content: 'm' },
      { path: 'code/inference.py' },
    ]);

    await unpack(archive);

    expect(await readFile(join(folder, 'model/xgboost-model'), 'utf8')).toBe('m');
    expect(await readFile(join(folder, 'model/code/inference.py'), 'utf8')).toBe('');
  });

  it('leaves no listener behind for each wait', async () => {
    const warnings: string[] = [];
    const collect = (warning: Error) => warnings.push(warning.name);
    process.on('warning', collect);

    await unpack(archiveOf([{ path: 'model', content: 'm'.repeat(5_000_000) }]));
    // Node.js warns in the next turn.
    await setImmediate();

    process.off('warning', collect);
    expect(warnings).toEqual([]);
  });

  const whole = archiveOf([{ path: 'model.bin', content: 'x'.repeat(5_000) }]);
  const refusals: readonly (readonly [string, Buffer, RegExp])[] = [
    ['a path that leads out', archiveOf([{ path: '../evil', content: 'x' }]), /leads out/],
    ['an absolute path', archiveOf([{ path: '/etc/evil', content: 'x' }]), /leads out/],
    [
      'a symbolic link',
      archiveOf([{ path: 'l', type: 'SymbolicLink', linkpath: '/etc/passwd' }]),
      /SymbolicLink/,
    ],
    ['a hard link', archiveOf([{ path: 'l', type: 'Link', linkpath: '/etc/passwd' }]), /Link/],
    ['a device', archiveOf([{ path: 'd', type: 'CharacterDevice' }]), /CharacterDevice/],
    ['a truncated archive', whole.subarray(0, whole.length - 20), /unexpected end of file/],
    ['an archive cut inside the tar', gzipSync(Buffer.alloc(700, 'x')), /./],
    [
      'something that is not gzip',
      Buffer.from('PK\u0003\u0004 not a tar.gz'),
      /incorrect header check/,
    ],
    ['nothing at all', Buffer.alloc(0), /./],
    ['an archive without entries', archiveOf([]), /Unrecognized|empty/],
  ];

  it.each(refusals)('refuses %s', async (_, archive, reason) => {
    const result = unpack(archive);

    await expect(result).rejects.toBeInstanceOf(ModelArchiveError);
    await expect(result).rejects.toThrow(reason);
  });

  it('writes nothing any more once it has refused a truncated archive', async () => {
    const paths = ['a', 'code/b', 'code/deep/c', 'code/deep/d'];
    const archive = archiveOf(paths.map((path) => ({ path, content: incompressible(path) })));
    for (let length = 1_000; length < archive.length; length += 20_000) {
      await expect(unpack(archive.subarray(0, length))).rejects.toThrow('unexpected end of file');

      // Fails for a folder that is not empty.
      await removeTree(join(folder, 'model'));
    }
    const open = await readdir('/proc/self/fd');
    const places = await Promise.all(
      open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(places.filter((place) => place.startsWith(folder))).toEqual([]);
  });

  it('refuses more bytes or entries than allowed', async () => {
    const archive = archiveOf([
      { path: 'a', content: 'x'.repeat(2_000) },
      { path: 'b', content: 'x' },
    ]);

    await expect(unpack(archive, { maxBytes: 1_000 })).rejects.toThrow('more than 1000 bytes');
    await expect(unpack(archive, { maxEntries: 1 })).rejects.toThrow('more than 1 entries');
  });
});
