import { expect, it } from 'vitest';
import type { GatheringRequest } from '../../events/index.ts';
import { gatherCaptures, TooManyCaptures } from './gather-captures.ts';

const NONE = { count: 0, examples: [] };
const captures = 'captured/abalone/abalone/AllTraffic/';
const request: GatheringRequest = {
  bucket: 'b',
  captures,
  labels: 'labels/abalone/',
  windowStart: '2026-11-30T10:15:00Z',
  windowEnd: '2026-11-30T12:00:00.000Z',
  labelHours: 2,
  captureList: { bucket: 'b', key: 'captures.json' },
  labelList: { bucket: 'b', key: 'labels.json' },
};

async function gather(
  keys: readonly string[],
  changes: Partial<GatheringRequest> = {},
  unreadable: readonly string[] = [],
) {
  const written = new Map<string, unknown>();
  const listed: string[] = [];
  const reply = await gatherCaptures(
    { ...request, ...changes },
    {
      async *list(_bucket, prefix) {
        listed.push(prefix);
        yield keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key, sizeBytes: 10 }));
      },
      tryToRead: async (_bucket, key) =>
        unreadable.includes(key) ? 'InvalidObjectState' : undefined,
      writeJson: async ({ key }, value) => {
        written.set(key, value);
      },
    },
  );
  return { reply, written, listed };
}

it('takes the hours of the window, and the one before, whose files may hold its beginning', async () => {
  const hours = ['08', '09', '10', '11', '12', '13'];

  const { reply, written } = await gather(
    hours.map((hour) => `${captures}2026/11/30/${hour}/59-59-1-a.jsonl`),
  );

  expect(reply).toEqual({ captureFiles: 4, labelFiles: 0, sizeBytes: 40, unreadable: NONE });
  expect(written).toEqual(
    new Map([
      [
        'captures.json',
        [
          { prefix: `s3://b/${captures}` },
          ...['09', '10', '11', '12'].map((hour) => `2026/11/30/${hour}/59-59-1-a.jsonl`),
        ],
      ],
    ]),
  );
});

it('takes labels that arrive later, as long as the project says', async () => {
  const { reply, written } = await gather([
    `${captures}2026/11/30/10/a.jsonl`,
    ...['08', '09', '14', '15'].map((hour) => `labels/abalone/2026/11/30/${hour}/l.jsonl`),
  ]);

  expect(reply.labelFiles).toBe(2);
  expect(written.get('labels.json')).toEqual([
    { prefix: 's3://b/labels/abalone/' },
    '2026/11/30/09/l.jsonl',
    '2026/11/30/14/l.jsonl',
  ]);
});

it('asks for no labels where there is no traffic, and writes nothing', async () => {
  const { reply, written, listed } = await gather([`labels/abalone/2026/11/30/10/l.jsonl`]);

  expect(reply).toEqual({ captureFiles: 0, labelFiles: 0, sizeBytes: 0, unreadable: NONE });
  expect(written.size).toBe(0);
  expect(listed.every((prefix) => prefix.startsWith(captures))).toBe(true);
});

it('lists long windows day by day, and takes no hour more', async () => {
  const keys = [
    '2026/11/27/22/a',
    '2026/11/27/23/a',
    '2026/11/29/05/a',
    '2026/11/30/12/a',
    '2026/11/30/13/a',
  ];

  const { reply, listed } = await gather(
    keys.map((key) => `${captures}${key}`),
    { windowStart: '2026-11-28T00:00:00Z' },
  );

  expect(reply.captureFiles).toBe(3);
  expect(listed.slice(0, 4)).toEqual(
    ['27', '28', '29', '30'].map((day) => `${captures}2026/11/${day}/`),
  );
});

it('refuses more files than a job can read', async () => {
  const keys = Array.from(
    { length: 100_001 },
    (_, index) => `${captures}2026/11/30/10/${index}.jsonl`,
  );

  await expect(gather(keys)).rejects.toThrow(TooManyCaptures);
});

it('leaves out files that a job would fail at, and names them', async () => {
  const [good, bad] = ['a', 'b'].map((name) => `${captures}2026/11/30/10/${name}.jsonl`);
  const label = 'labels/abalone/2026/11/30/11/l.jsonl';

  const { reply, written } = await gather([good ?? '', bad ?? '', label], {}, [bad ?? '', label]);

  expect(reply).toEqual({
    captureFiles: 1,
    labelFiles: 0,
    sizeBytes: 10,
    unreadable: {
      count: 2,
      examples: [`${bad} (InvalidObjectState)`, `${label} (InvalidObjectState)`],
    },
  });
  expect([...written]).toEqual([
    ['captures.json', [{ prefix: `s3://b/${captures}` }, '2026/11/30/10/a.jsonl']],
  ]);
});

it('is no window without traffic where no capture can be read', async () => {
  const keys = Array.from({ length: 9 }, (_, at) => `${captures}2026/11/30/10/${at}.jsonl`);

  const gathered = gather(keys, {}, keys);

  await expect(gathered).rejects.toMatchObject({ name: 'NothingReadable' });
  await expect(gathered).rejects.toThrow(
    /None of the 9 files .* such as .*0\.jsonl \(InvalidObjectState\)/,
  );
});
