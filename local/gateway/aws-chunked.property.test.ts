import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from './aws-chunked.ts';

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 5 });

/** Frames the chunks, with signatures as some clients send them. */
function framed(parts: readonly Uint8Array[], trailer: string, signed: boolean): Buffer {
  const extension = signed ? `;chunk-signature=${'0'.repeat(64)}` : '';
  const pieces = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)}${extension}\r\n`),
    part,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`0${extension}\r\n${trailer}\r\n`)]);
}

/** Cuts a body wherever the network may. */
function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % body.length)), body.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end));
}

describe('aws-chunked framing', () => {
  it('comes off, wherever the body is cut, and the trailer is known at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        chunks,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.boolean(),
        async (parts, places, signed) => {
          const body = framed(parts, 'x-amz-checksum-crc32:DUoRhQ==\r\n', signed);
          const length = parts.reduce((sum, part) => sum + part.length, 0);
          const decoder = new AwsChunkedDecoder(length, 'x-amz-checksum-crc32');

          const decoded = await buffer(Readable.from(cut(body, places)).pipe(decoder));

          expect(decoded).toEqual(Buffer.concat(parts));
          expect(decoder.trailers.get('x-amz-checksum-crc32')).toBe('DUoRhQ==');
        },
      ),
      { seed: 20, numRuns: 200 },
    );
  });

  it('never takes a shortened body for a whole one', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.nat(), async (parts, place) => {
        const body = framed(parts, '', false);
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        // The empty line after the last chunk says nothing that is not known already.
        const shortened = body.subarray(0, place % (body.length - 2));
        const decoder = new AwsChunkedDecoder(length, undefined);

        const decoded = buffer(Readable.from([shortened]).pipe(decoder));

        await expect(decoded).rejects.toThrow('terminated unexpectedly');
      }),
      { seed: 20, numRuns: 200 },
    );
  });
});
