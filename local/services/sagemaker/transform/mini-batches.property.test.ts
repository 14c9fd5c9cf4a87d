import { Readable } from 'node:stream';
import { array, assert, asyncProperty, integer, stringMatching } from 'fast-check';
import { expect, it } from 'vitest';
import { type BatchRules, miniBatches } from './mini-batches.ts';

async function batchesOf(chunks: readonly string[], rules: Partial<BatchRules>) {
  const given = { isByLine: true, isSingleRecord: false, maxBytes: 1_000, ...rules };
  const batches: string[][] = [];
  const file = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const batch of miniBatches(file, given)) {
    const lines = [...batch.records()];
    expect(lines).toHaveLength(batch.count);
    batches.push(lines.map(String));
  }
  return batches;
}

/** A text, and the pieces in which it arrives. */
const pieces = array(stringMatching(/^[ab,\n]{0,6}$/), { maxLength: 12 });

it('keeps every line and its order, however the file arrives', async () => {
  await assert(
    asyncProperty(pieces, integer({ min: 80, max: 90 }), async (chunks, maxBytes) => {
      const lines = chunks.join('').split('\n');
      const expected = lines.at(-1) === '' ? lines.slice(0, -1) : lines;

      const batches = await batchesOf(chunks, { maxBytes });

      expect(batches.flat()).toEqual(expected);
      expect(batches.every((batch) => batch.join('\n').length <= maxBytes)).toBe(true);
    }),
    { seed: 20_261_130 },
  );
});

it('keeps millions of lines in a request without an object for each', async () => {
  const lines = 3_000_000;
  const before = process.memoryUsage().heapUsed;
  const file = Readable.from([Buffer.from('1\n'.repeat(lines))]);
  const rules = { isByLine: true, isSingleRecord: false, maxBytes: 4 * lines };
  for await (const batch of miniBatches(file, rules)) {
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50 * 1024 * 1024);
    expect(batch.count).toBe(lines);
  }
});

it('fills a request, and sends one line a request where that is asked for', async () => {
  expect(await batchesOf(['aa\nbb\n', 'cc\ndd'], { maxBytes: 6 })).toEqual([
    ['aa', 'bb'],
    ['cc', 'dd'],
  ]);
  expect(await batchesOf(['aa\nbb'], { isSingleRecord: true })).toEqual([['aa'], ['bb']]);
});

it('sends a file that is not split whole, line breaks included', async () => {
  expect(await batchesOf(['aa\nb', 'b\n'], { isByLine: false })).toEqual([['aa\nbb\n']]);
  expect(await batchesOf([], { isByLine: false })).toEqual([]);
});

it.each([
  [{ isByLine: true }, ['a\n', 'bbbb', 'bbb\n']],
  [{ isByLine: false }, ['a\nb', 'c\nde']],
])('refuses what does not fit into a request: %o', async (rules, chunks) => {
  await expect(batchesOf(chunks, { ...rules, maxBytes: 6 })).rejects.toThrow(
    'Too much data for max payload size (a record has more than 6 bytes)',
  );
});
