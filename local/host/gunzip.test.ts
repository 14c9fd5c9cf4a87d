import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { gunzip } from './gunzip.ts';

it('decompresses what is read', async () => {
  expect(await text(gunzip(Readable.from([gzipSync('rows')])))).toBe('rows');
});

// Fails by an unhandled error, which vitest reports.
it.each([0, 1, 2, 5, 20])('a failure reaches a reader that comes %i turns later', async (turns) => {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const unzipped = gunzip(Readable.from([Buffer.from('1')]));
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();

    await expect(text(unzipped)).rejects.toThrow('unexpected end of file');
  }
});

it('a failure without a reader ends nothing', async () => {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const unzipped = gunzip(Readable.from([Buffer.from('1')]));
    for (let turn = 0; turn < attempt % 5; turn += 1) await setImmediate();
    unzipped.destroy();
    await setImmediate();

    expect(unzipped.destroyed).toBe(true);
  }
});
