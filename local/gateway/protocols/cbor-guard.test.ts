import { cbor, tag } from '@smithy/core/cbor';
import { anything, assert as check, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOfCbor } from './cbor-guard.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const bignum = (length: number) => {
  const body = new Uint8Array(length + 6);
  body.set([0xc2, 0x5a]);
  new DataView(body.buffer).setUint32(2, length);
  return body.fill(0xff, 6);
};

describe('a CBOR body', () => {
  it('is let pass as clients send it', () => {
    const body = cbor.serialize({
      Namespace: 'n',
      MetricData: Array.from({ length: 1_000 }, (_, index) => ({
        MetricName: `m${index}`,
        Values: [0.5, 1, 2 ** 40],
        Timestamp: tag({ tag: 1, value: 1_780_000_000.5 }),
      })),
      Blob: new Uint8Array(1_000),
      Nothing: null,
    });

    expect(problemOfCbor(body)).toBeUndefined();
  });

  it('accepts everything that the encoder writes', () => {
    check(
      property(anything({ withNullPrototype: false, maxDepth: 4 }), (value) => {
        let body: Uint8Array;
        try {
          body = cbor.serialize(JSON.parse(JSON.stringify(value) ?? 'null'));
        } catch {
          return;
        }
        expect(problemOfCbor(body)).toBeUndefined();
      }),
      { seed: 20_260_101, numRuns: 500 },
    );
  });

  it('is let pass with open-ended texts, lists and maps', () => {
    expect(problemOfCbor(bytes(0xbf, 0x61, 0x61, 0x9f, 0x01, 0x02, 0xff, 0xff))).toBeUndefined();
    expect(problemOfCbor(bytes(0x7f, 0x61, 0x61, 0x61, 0x62, 0xff))).toBeUndefined();
  });

  // faults.md 5.6: a number of 1 MB takes the decoder minutes.
  it.each([
    ['a number of 1 MB', bignum(1_000_000), 'a number has more than 128 bytes'],
    ['a number in pieces', bytes(0xc2, 0x5f, 0x41, 0x01, 0xff), 'a number has no length'],
    [
      'a list of four thousand million',
      bytes(0x9a, 0xff, 0xff, 0xff, 0xff),
      'a collection is longer than the body',
    ],
    [
      'a map of very many',
      bytes(0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      'a collection is longer than the body',
    ],
    [
      'a text longer than the body',
      bytes(0x7a, 0x00, 0x10, 0x00, 0x00, 0x61),
      'a text is longer than the body',
    ],
    ['a break alone', bytes(0xff), 'an end stands where nothing is open'],
    [
      'a break in a list with a length',
      bytes(0x82, 0x01, 0xff),
      'an end stands where nothing is open',
    ],
    ['nothing', bytes(), 'it ends too early'],
    ['an unfinished map', bytes(0xbf, 0x61, 0x61), 'it ends too early'],
    ['an item without length', bytes(0x1c), 'an item has no length'],
    [
      '600,000 items',
      new Uint8Array(600_001).fill(0x01).fill(0x9f, 0, 1),
      'it has more than 500000 items',
    ],
  ])('is refused with %s', (_, body, problem) => {
    expect(problemOfCbor(body)).toBe(problem);
  });
});
