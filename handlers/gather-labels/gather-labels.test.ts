import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import {
  type Column,
  type DatasetContract,
  type InspectionRequest,
  type LabellingRequest,
  SMOKE_TEST_INFERENCE_ID,
} from '../../events/index.ts';
import { inspectDataset } from '../inspect-dataset/inspect.ts';
import { MemoryStore } from '../inspect-rows/memory-store.testing.ts';
import { orderFields } from './captured-request.ts';
import { type GatheringTools, gatherLabels, OutOfTime } from './gather-labels.ts';
import { Labels, TooManyLabels } from './labels.ts';
import { TooManyCaptures } from './list-captures.ts';
import { MemoryLabels } from './memory-labels.testing.ts';

const contract: DatasetContract = {
  columns: [
    { name: 'sex', type: 'category' },
    { name: 'age', type: 'category', optional: true },
    { name: 'wet', type: 'category' },
  ],
  label: 'wet',
  header: false,
  delimiter: ',',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  whiteSpace: 'strip',
  minimumRows: 1,
};
const request: LabellingRequest = {
  project: 'p',
  bucket: 'b',
  decisionId: 'd1',
  liveModelPackageArn: 'arn:aws:sagemaker:us-east-1:1:model-package/p/1',
  since: '2026-11-30T10:00:00Z',
  until: '2026-11-30T11:00:00Z',
  requestsSince: '2026-11-30T09:30:00Z',
  minimumNewRows: 1,
  contract,
};
const dropped: DatasetContract = {
  ...contract,
  label: 'dropped',
  columns: contract.columns.map((column) => ({ ...column, optional: true })),
  target: {
    derived: {
      type: 'dropped-by-next',
      groupBy: 'sex',
      orderBy: 'age',
      columns: ['wet'],
      absent: ['No'],
    },
  },
};
const derived = (more: Partial<Column>, values: readonly string[] = ['<30', '<60']) => ({
  ...contract,
  label: 'soon',
  target: { derived: { type: 'is' as const, column: 'age', values: [...values] } },
  columns: contract.columns.map((column) =>
    column.name === 'age' ? { ...column, ...more } : column,
  ),
});
const DATASET = 'runs/p/retraining/d1/dataset.csv';
const CAPTURES = 'captured/p/p/AllTraffic/2026/11/30/10/15-42-000-a.jsonl';
const LABELS = 'labels/p/2026/11/30/10/';

const side = (data: string, encoding = 'CSV') => ({
  observedContentType: encoding === 'CSV' ? 'text/csv' : 'application/json',
  mode: 'INPUT',
  data,
  encoding,
});
const capture = (data: string, eventId: string, inferenceTime = '2026-11-30T10:15:42Z') =>
  JSON.stringify({
    captureData: { endpointInput: side(data, data.startsWith('{') ? 'JSON' : 'CSV') },
    eventMetadata: { eventId, inferenceTime },
    eventVersion: '0',
  });
const label = (eventId: string, data: string) =>
  JSON.stringify({
    groundTruthData: { data, encoding: 'CSV' },
    eventMetadata: { eventId },
    eventVersion: '0',
  });

async function gather(
  objects: Readonly<Record<string, string>>,
  changes: Partial<LabellingRequest> = {},
  { arrivals, denied = [], ...tools }: Partial<GatheringTools> & Arrivals = {},
) {
  const store = new MemoryLabels(objects, arrivals);
  for (const key of denied) store.errors.set(key, accessDenied());
  const asked = { ...request, ...changes };
  const reply = await gatherLabels(asked, { store, remainingMs: () => 900_000, ...tools });
  const dataset = store.objects.get(DATASET);
  return { reply, store, dataset: dataset?.toString() };
}

/** As S3 answers where the key of an object may not be used: https://github.com/boto/boto3/issues/2952 */
const accessDenied = () =>
  new S3ServiceException({
    name: 'AccessDenied',
    message: 'Access Denied',
    $fault: 'client',
    $metadata: { httpStatusCode: 403 },
  });

interface Arrivals {
  /** Keys that cannot be read. */
  readonly denied?: readonly string[];
  /** When objects arrived, by their keys; the others at half past ten. */
  readonly arrivals?: Readonly<Record<string, string>>;
}

/** Three requests of one row each, and the labels of two of them. */
const few = {
  [CAPTURES]: ['a', 'b', 'c'].map((id) => capture(`f,${id}`, id)).join('\n'),
  [`${LABELS}l.jsonl`]: [label('a', '1'), label('b', '0')].join('\n'),
};

interface JoinCase {
  readonly name: string;
  readonly delimiter: string;
  readonly captures: readonly unknown[];
  readonly labels: readonly (readonly unknown[])[];
  readonly expect: {
    readonly rows: readonly (readonly string[])[];
    readonly contradicting?: number;
    readonly unknown?: number;
    readonly mismatched?: number;
    readonly brokenCaptures?: Record<string, number>;
    readonly brokenLabels?: Record<string, number>;
  };
}

describe('the rule that quality has, too (monitoring/test/test_join.py)', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../monitoring/test/join-cases.json', import.meta.url), 'utf8'),
  ) as { readonly cases: readonly JoinCase[] };

  // Quality is of the requests of a window; a dataset is of the rows that became complete in a time.
  const joined = cases.filter(({ name }) => name !== 'only requests of the time');

  it.each(joined)('joins $name', async ({ delimiter, captures, labels, expect: expected }) => {
    const objects = {
      [CAPTURES]: renderLines(captures),
      ...Object.fromEntries(labels.map((lines, n) => [`${LABELS}${n}.jsonl`, renderLines(lines)])),
    };

    const { reply, dataset } = await gather(objects, { contract: { ...contract, delimiter } });

    const quote = (field: string) =>
      field.includes(delimiter) || field.includes('"') ? `"${field.replaceAll('"', '""')}"` : field;
    const rows = expected.rows.map((row) => `${row.map(quote).join(delimiter)}\n`).join('');
    expect(dataset ?? '').toBe(rows);
    expect(reply.newRows).toBe(expected.rows.length);
    expect(reply.contradicting).toBe(expected.contradicting ?? 0);
    expect(reply.unknown).toBe(expected.unknown ?? 0);
    expect(reply.unusable.count).toBe(expected.mismatched ?? 0);
    expect(reply.broken.reasons).toEqual({ ...expected.brokenCaptures, ...expected.brokenLabels });
  });
});

it('writes labelled requests as a dataset that inspection accepts', async () => {
  const { reply, store, dataset } = await gather(few);

  expect(reply).toEqual({
    newRows: 2,
    labelledRequests: 2,
    requests: 3,
    contradicting: 0,
    unknown: 0,
    until: '2026-11-30T11:00:00.000Z',
    requestsSince: '2026-11-30T09:30:00.000Z',
    dataset: { key: DATASET, rows: 2 },
    unusable: { count: 0, reasons: {} },
    broken: { count: 0, reasons: {} },
    unreadable: { count: 0, examples: [] },
  });
  const inspected = await inspectDataset(inspectionOf(contract), new FolderlessStore(dataset));
  expect(inspected).toMatchObject({ accepted: true, rowCount: 2 });
  expect(store.aborted).toEqual([]);
});

it('writes nothing where there are fewer rows than requested', async () => {
  const { reply, store } = await gather(few, { minimumNewRows: 3 });

  expect(reply).toMatchObject({ newRows: 2, labelledRequests: 2 });
  expect(reply).not.toHaveProperty('dataset');
  expect(store.objects.has(DATASET)).toBe(false);
  expect(store.aborted).toEqual([DATASET]);
});

it('reads all endpoints and variants, and a request that two of them captured once', async () => {
  const hour = '2026/11/30/10/00-00-000-a.jsonl';

  const { reply, dataset } = await gather({
    [`captured/p/p/AllTraffic/${hour}`]: capture('f,1', 'a'),
    [`captured/p/p/shadow/${hour}`]: capture('f,1', 'a'),
    [`captured/p/p-candidate/AllTraffic/${hour}`]: capture('m,2', 'b'),
    [`captured/p/stray.jsonl`]: capture('m,3', 'c'),
    [`captured/p/p/AllTraffic/stray.jsonl`]: capture('m,4', 'd'),
    [`captured/other/p/AllTraffic/${hour}`]: capture('m,5', 'e'),
    [`${LABELS}l.jsonl`]: ['a', 'b', 'c', 'd', 'e'].map((id) => label(id, '1')).join('\n'),
  });

  expect(dataset).toBe('m,2,1\nf,1,1\n');
  expect(reply).toMatchObject({ requests: 3, labelledRequests: 2, newRows: 2, unknown: 3 });
});

it('finds requests in the file of the hour before, and labels in folders of any time after', async () => {
  const { dataset, store } = await gather({
    'captured/p/p/AllTraffic/2026/11/30/07/59-59-000-a.jsonl': capture('f,7', 'a'),
    'captured/p/p/AllTraffic/2026/11/30/08/59-59-000-a.jsonl': capture('f,8', 'b'),
    'labels/p/2026/12/24/00/l.jsonl': ['a', 'b'].map((id) => label(id, '1')).join('\n'),
  });

  expect(dataset).toBe('f,8,1\n');
  expect(store.opened).not.toContain('captured/p/p/AllTraffic/2026/11/30/07/59-59-000-a.jsonl');
});

describe('a row that becomes complete', () => {
  const BEFORE = '2026-11-30T09:59:59Z';
  const WITHIN = '2026-11-30T10:00:00Z';
  const LAST = '2026-11-30T10:59:59Z';
  const AFTER = '2026-11-30T11:00:00Z';
  const label1 = `${LABELS}1.jsonl`;
  const label2 = `${LABELS}2.jsonl`;
  const objects = { [CAPTURES]: capture('f,1', 'a'), [label1]: label('a', '1') };

  it.each([
    ['in the time with both', WITHIN, WITHIN, 1],
    ['in its last second', BEFORE, LAST, 1],
    ['by its label, which comes late', BEFORE, WITHIN, 1],
    ['by its capture, which comes late', WITHIN, BEFORE, 1],
    ['before the time', BEFORE, BEFORE, 0],
    ['after the time by its label', WITHIN, AFTER, 0],
    ['after the time by its capture', AFTER, WITHIN, 0],
  ])('%s is counted there', async (_when, captured, labelled, rows) => {
    const { reply } = await gather(
      objects,
      {},
      {
        arrivals: { [CAPTURES]: captured, [label1]: labelled },
      },
    );

    expect(reply.newRows).toBe(rows);
    expect(reply.labelledRequests).toBe(rows);
  });

  it('counts by its first label, and has the last one', async () => {
    const twice = { ...objects, [label2]: label('a', '0') };
    const late = await gather(
      twice,
      {},
      {
        arrivals: { [CAPTURES]: BEFORE, [label1]: WITHIN, [label2]: LAST },
      },
    );
    const again = await gather(
      twice,
      {},
      {
        arrivals: { [CAPTURES]: BEFORE, [label1]: BEFORE, [label2]: WITHIN },
      },
    );

    expect(late.dataset).toBe('f,1,0\n');
    expect(again.reply).toMatchObject({ newRows: 0, requests: 0, contradicting: 1 });
  });

  it('is not one again when another variant captured its request later', async () => {
    const shadow = CAPTURES.replace('AllTraffic', 'shadow');

    const { reply } = await gather(
      { ...objects, [shadow]: capture('f,1', 'a') },
      {},
      {
        arrivals: { [CAPTURES]: BEFORE, [label1]: BEFORE, [shadow]: WITHIN },
      },
    );

    expect(reply).toMatchObject({ newRows: 0, labelledRequests: 0, requests: 1 });
  });

  it('is left out where its request is older than labels may be', async () => {
    const early = { ...objects, [CAPTURES]: capture('f,1', 'a', '2026-11-30T09:29:59Z') };

    const { reply } = await gather(early);

    expect(reply).toMatchObject({ newRows: 0, requests: 0, unknown: 1 });
  });

  it('counts unknown and broken lines once, in the time of their files', async () => {
    const broken = { [CAPTURES]: 'no line', [label1]: `${label('x', '1')}\nno line` };

    const within = await gather(broken);
    const before = await gather(
      broken,
      {},
      {
        arrivals: { [CAPTURES]: BEFORE, [label1]: BEFORE },
      },
    );

    expect(within.reply).toMatchObject({ unknown: 1, broken: { count: 2 } });
    expect(before.reply).toMatchObject({ unknown: 0, broken: { count: 0 } });
  });

  it('is counted in whole seconds, as S3 dates its objects', async () => {
    const time = { since: '2026-11-30T10:00:00.900Z', until: '2026-11-30T11:00:00.900Z' };

    const first = await gather(objects, time, { arrivals: { [label1]: WITHIN } });
    const last = await gather(objects, time, { arrivals: { [label1]: AFTER } });

    expect(first.reply).toMatchObject({ newRows: 1, until: '2026-11-30T11:00:00.000Z' });
    expect(last.reply.newRows).toBe(0);
  });

  it('waits for a file that is being uploaded in parts, which is dated from when that began', async () => {
    const store = new MemoryLabels(objects, { [label1]: LAST });
    const gatherNow = () => gatherLabels(request, { store, remainingMs: () => 900_000 });
    store.uploads.set(label2, '2026-11-30T10:40:00.500Z');
    const during = await gatherNow();
    store.uploads.set(label2, '2026-11-29T10:59:59Z');
    const abandoned = await gatherNow();
    store.uploads.set(label2, '2026-11-30T09:00:00Z');
    const never = await gatherNow();

    expect(during).toMatchObject({ newRows: 0, until: '2026-11-30T10:40:00.000Z' });
    expect(abandoned).toMatchObject({ newRows: 1, until: '2026-11-30T11:00:00.000Z' });
    expect(never).toMatchObject({ newRows: 0, until: '2026-11-30T10:00:00.000Z' });
  });
});

it("leaves a rollout's own test requests out", async () => {
  const id = `${SMOKE_TEST_INFERENCE_ID}1`;

  const { reply } = await gather({
    [CAPTURES]: capture('f,1', id),
    [`${LABELS}l.jsonl`]: label(id, '1'),
  });

  expect(reply).toMatchObject({ requests: 0, newRows: 0 });
});

describe("the form of the project's datasets", () => {
  const weather: DatasetContract = {
    ...contract,
    header: true,
    delimiter: ';',
    decimal: ',',
    columns: [
      { name: 'day; hour', type: 'text', ignore: true },
      { name: 'amount', type: 'number', minimum: 0 },
      { name: 'mm', type: 'number', optional: true },
    ],
    label: 'amount',
  };

  it('has header, delimiter, decimal mark, and the label in its column', async () => {
    const { dataset, reply } = await gather(
      {
        [CAPTURES]: [
          capture('"a;b";1,5', 'a'),
          capture('{"rows": [{"mm": 2.5}]}', 'b'),
          capture('c;3', 'c'),
          capture('d;many', 'd'),
        ].join('\n'),
        [`${LABELS}l.jsonl`]: [
          label('a', '0.25'),
          label('b', '4'),
          label('c', '-1'),
          label('d', '1'),
        ].join('\n'),
      },
      { contract: weather },
    );

    expect(dataset).toBe('"day; hour";amount;mm\n"a;b";0,25;1,5\n;4;2,5\n');
    expect(reply.unusable.reasons).toEqual({
      'out of range: column amount: the value is below 0': 1,
      'wrong type: column mm: the value is not a number': 1,
    });
    const inspected = await inspectDataset(inspectionOf(weather), new FolderlessStore(dataset));
    expect(inspected).toMatchObject({ accepted: true, rowCount: 2 });
  });

  it.each([
    ['utf-16', 'ü€', Buffer.from('\uFEFFü€,1,1\n', 'utf16le'), 2],
    ['windows-1252', 'ü€', Buffer.from([0xfc, 0x80, 0x2c, 0x31, 0x2c, 0x31, 0x0a]), 1],
  ] as const)('is written in %s', async (encoding, text, bytes, rows) => {
    const own = { ...contract, encoding };

    const { reply, store } = await gather(
      {
        [CAPTURES]: [capture(`${text},1`, 'a'), capture('語,1', 'b')].join('\n'),
        [`${LABELS}l.jsonl`]: [label('a', '1'), label('b', '1')].join('\n'),
      },
      { contract: own },
    );

    const written = Buffer.from(store.objects.get(DATASET) ?? '');
    expect(written.subarray(0, bytes.length)).toEqual(bytes);
    expect(reply.newRows).toBe(rows);
    expect(reply.unusable.count).toBe(2 - rows);
    const inspected = await inspectDataset(inspectionOf(own), new FolderlessStore(written));
    expect(inspected).toMatchObject({ accepted: true, rowCount: rows });
  });

  it('leaves out what a row of a dataset cannot hold, and says why', async () => {
    const rows: Readonly<Record<string, string>> = {
      a: '{"rows": [["f\\nm", "1"]]}',
      b: '{"rows": [["f", 12345678901234567890]]}',
      c: '{"rows": [[true, "1"]]}',
      d: '{"rows": [["", "1"]]}',
      e: '{"rows": [["\\ud800", "1"]]}',
      f: 'gone,1',
    };

    const { reply } = await gather(
      {
        [CAPTURES]: Object.entries(rows)
          .map(([id, data]) => capture(data, id))
          .join('\n'),
        [`${LABELS}l.jsonl`]: Object.keys(rows)
          .map((id) => label(id, '1'))
          .join('\n'),
      },
      { contract: { ...contract, exclude: [{ column: 'sex', values: ['gone'] }] } },
    );

    expect(reply).toMatchObject({ labelledRequests: 6, newRows: 0 });
    expect(reply.unusable.reasons).toEqual({
      'a field holds a line break, which a row of a dataset cannot': 1,
      'a whole number of JSON has more digits than can be read exactly': 1,
      'a field is true or false, which no column holds': 1,
      'missing value: column sex: the field is empty': 1,
      'a field holds a character that utf-8 does not have': 1,
      'dataset.exclude of the project leaves the row out': 1,
    });
  });

  it('never guesses the group of a row', async () => {
    const split = { groupBy: 'patient', validationShare: 0.15, testShare: 0.15, seed: 1 };
    const columns: DatasetContract['columns'] = [
      { name: 'patient', type: 'category', ignore: true },
      { name: 'wet', type: 'category' },
      { name: 'age', type: 'number' },
    ];

    const { reply, dataset } = await gather(
      {
        [CAPTURES]: [capture('p1,29', 'a'), capture('{"rows": [{"age": 30}]}', 'b')].join('\n'),
        [`${LABELS}l.jsonl`]: [label('a', '1'), label('b', '0')].join('\n'),
      },
      { contract: { ...contract, columns, split } },
    );

    expect(dataset).toBe('p1,1,29\n');
    expect(reply.unusable.reasons).toEqual({
      'the group column patient is missing, by which rows are split': 1,
    });
  });

  describe('whose label is derived from the next row of a group', () => {
    const lines = {
      [CAPTURES]: ['f,1,Up', 'f,2,Up', 'm,1,No', 'm,2,']
        .map((row, at) => capture(row, `${at}`))
        .join('\n'),
      [`${LABELS}l.jsonl`]: ['1', '0', '0', '1'].map((text, at) => label(`${at}`, text)).join('\n'),
    };
    const own = { ...dropped, labelColumn: 'last' as const };

    it.each([true, false])('has it behind the columns (header: %s)', async (header) => {
      const { dataset, reply } = await gather(lines, { contract: { ...own, header } });

      expect(dataset).toBe(`${header ? 'sex,age,wet,dropped\n' : ''}f,1,Up,1\nf,2,Up,0\n`);
      expect(reply.unusable.reasons).toEqual({
        'no column of target.derived holds anything, so that nothing can be dropped': 2,
      });
      const inspected = await inspectDataset(
        inspectionOf({ ...own, header }),
        new FolderlessStore(dataset),
      );
      expect(inspected).toMatchObject({ accepted: true, rowCount: 2 });
    });
  });

  describe('whose label is derived from a column that is known later only', () => {
    const lines = {
      [CAPTURES]: [
        capture('f,,1', 'a'),
        capture('m,>30,0', 'b'),
        capture('{"sex":"f","wet":"1"}', 'c'),
        capture('f,,1', 'd'),
      ].join('\n'),
      [`${LABELS}l.jsonl`]: [
        label('a', '1'),
        label('b', '1'),
        label('c', '0'),
        label('d', 'soon'),
      ].join('\n'),
    };

    it.each<[string, Partial<Column>, string]>([
      ['any text', {}, 'other'],
      ['text of which one means nothing', { missingValues: ['other'] }, 'none'],
      ['the declared values', { values: ['<30', 'NO', '>30'] }, 'NO'],
    ])('has a value in it that means the label: %s', async (_kind, more, no) => {
      const own = derived(more);

      const { dataset, reply } = await gather(lines, { contract: own });

      expect(dataset).toBe(`f,<30,1\nm,<30,0\nf,${no},1\n`);
      expect(reply.unusable.reasons).toEqual({
        'the label is neither 0 nor 1, as target.derived makes it': 1,
      });
      const inspected = await inspectDataset(inspectionOf(own), new FolderlessStore(dataset));
      expect(inspected).toMatchObject({ accepted: true, rowCount: 3 });
    });

    it('has a number within its bounds', async () => {
      const own = derived({ type: 'integer', minimum: 3, maximum: 9 }, ['3', '4']);

      const { dataset } = await gather(lines, { contract: own });

      expect(dataset).toBe('f,3,1\nm,3,0\nf,9,1\n');
    });

    it('has the next number where only its minimum is declared', async () => {
      const own = derived({ type: 'integer', minimum: 3 }, ['3']);

      const { dataset } = await gather(lines, { contract: own });

      expect(dataset).toBe('f,3,1\nm,3,0\nf,4,1\n');
    });

    it.each([
      [
        derived({ values: ['<30', '<60'] }),
        "(target.derived, 'is') from age, for which no value is known that means 0",
      ],
      [
        derived({ type: 'date', format: '%Y' }),
        "(target.derived, 'is') from age, for which no value is known that means 0",
      ],
      [
        dropped,
        "The label dropped is derived (target.derived, 'dropped-by-next') from the next row of the group, and files of a project with its own scripts",
      ],
    ])('cannot be made where the label does not tell it: %#', async (own, reason) => {
      const gathered = gather(few, { contract: own });

      await expect(gathered).rejects.toThrow(reason);
      await expect(gathered).rejects.toMatchObject({ name: 'NotFromCaptures' });
    });
  });
});

describe('files that cannot be read', () => {
  const other = CAPTURES.replace('-a.', '-b.');
  const lines = {
    [CAPTURES]: capture('f,1', 'a'),
    [other]: capture('m,2', 'b'),
    [`${LABELS}1.jsonl`]: label('a', '1'),
    [`${LABELS}2.jsonl`]: label('b', '0'),
  };

  it.each([
    ['captures', other],
    ['labels', `${LABELS}2.jsonl`],
  ])('leave the others as they are, and are named: %s', async (_what, key) => {
    const { dataset, reply } = await gather(lines, {}, { denied: [key] });

    expect(dataset).toBe('f,1,1\n');
    expect(reply).toMatchObject({
      newRows: 1,
      unreadable: { count: 1, examples: [`${key} (AccessDenied)`] },
    });
  });

  it('are an error where no capture can be read, and where the storage fails otherwise', async () => {
    const gathered = gather(lines, {}, { denied: [CAPTURES, other] });
    await expect(gathered).rejects.toMatchObject({ name: 'NothingReadable' });
    await expect(gathered).rejects.toThrow('nothing is trained');

    const store = new MemoryLabels(lines);
    store.errors.set(other, new Error('socket hang up'));
    const failing = gatherLabels(request, { store, remainingMs: () => 900_000 });
    await expect(failing).rejects.toThrow('socket hang up');
  });
});

describe('what one invocation can read', () => {
  const hours = ['09', '10', '11', '12'];
  const captures = Object.fromEntries(
    hours.map((hour) => [placeOf(hour), capture(`f,${hour}`, hour, `2026-11-30T${hour}:30:00Z`)]),
  );
  const labels = { [`${LABELS}l.jsonl`]: hours.map((hour) => label(hour, '1')).join('\n') };
  /** A minute and a half after their requests. */
  const arrivals = Object.fromEntries(
    hours.map((hour) => [placeOf(hour), `2026-11-30T${hour}:31:30Z`]),
  );
  const until = '2026-11-30T13:00:00Z';
  const limited = (files: number, bytes = 1_000_000) => ({ arrivals, limits: { files, bytes } });

  it('ends with the file that arrived last, and says when', async () => {
    const { reply, dataset } = await gather({ ...captures, ...labels }, { until }, limited(3));

    expect(reply.until).toBe('2026-11-30T12:31:30.000Z');
    expect(dataset).toBe('f,09,1\nf,10,1\nf,11,1\n');
  });

  it('leaves no file of a second out whose others it reads', async () => {
    const same = { ...arrivals, [placeOf('11')]: '2026-11-30T12:31:30Z' };

    const { reply, dataset } = await gather(
      { ...captures, ...labels },
      { until },
      { ...limited(3), arrivals: same },
    );

    expect(reply.until).toBe('2026-11-30T12:31:30.000Z');
    expect(dataset).toBe('f,09,1\nf,10,1\n');
  });

  it('counts the files of all variants', async () => {
    const { reply } = await gather(
      { ...captures, ...inShadow(captures), ...labels },
      { until },
      { ...limited(5), arrivals: { ...arrivals, ...inShadow(arrivals) } },
    );

    expect(reply.until).toBe('2026-11-30T11:31:30.000Z');
  });

  it('counts bytes, too', async () => {
    const bytes = Object.values(captures).reduce((sum, text) => sum + text.length, 0);

    const { reply } = await gather({ ...captures, ...labels }, { until }, limited(100, bytes - 1));

    expect(reply.until).toBe('2026-11-30T12:31:30.000Z');
  });

  it('leaves out the oldest of what was there before, where that is more than half, and says so', async () => {
    const since = '2026-11-30T12:00:00Z';
    const late = { ...arrivals, [`${LABELS}l.jsonl`]: since };

    const { reply, dataset } = await gather(
      { ...captures, ...labels },
      { since, until },
      { ...limited(4), arrivals: late },
    );

    expect(dataset).toBe('f,11,1\nf,12,1\n');
    expect(reply).toMatchObject({
      requestsSince: '2026-11-30T11:00:00.000Z',
      until: '2026-11-30T13:00:00.000Z',
    });
  });

  it('refuses a first second that is more than that', async () => {
    const gathered = gather({ ...captures, ...labels }, { until }, limited(0));

    await expect(gathered).rejects.toThrow(TooManyCaptures);
  });

  it('refuses more labels than it can hold', () => {
    const held = new Labels(2);
    held.add('a', ['1']);
    held.add('b', ['1']);
    held.add('b', ['0']);

    expect(() => held.add('c', ['1'])).toThrow(TooManyLabels);
  });

  it('holds no more characters than fit, however few the requests are', () => {
    const held = new Labels(10, 60);
    held.add('a', ['0'.repeat(10), '1']);
    held.add('a', ['1'.repeat(10), '0']);

    expect(() => held.add('b', ['0'.repeat(10)])).not.toThrow();
    expect(() => held.add('c', ['1'.repeat(10)])).toThrow(
      'more than 60 characters of ids and labels',
    );
  });

  it('reads a body in base64 that is as long as requests may be', async () => {
    const body = `m,${'0'.repeat(9_000_000)}\n`;
    const line = JSON.stringify({
      captureData: {
        endpointInput: {
          observedContentType: 'text/csv',
          encoding: 'BASE64',
          data: Buffer.from(body).toString('base64'),
        },
      },
      eventMetadata: { eventId: 'long', inferenceTime: '2026-11-30T10:15:42Z' },
    });
    const store = new MemoryLabels({});
    store.objects.set(CAPTURES, line);
    const open = store.open.bind(store);
    store.open = async (place) =>
      place.key === CAPTURES ? Readable.from([Buffer.from(line)]) : open(place);

    const reply = await gatherLabels(request, { store, remainingMs: () => 900_000 });

    expect(reply).toMatchObject({ requests: 1, broken: { count: 0 } });
  });

  it('counts a line that is not UTF-8 as broken', async () => {
    const store = new MemoryLabels({});
    store.objects.set(
      CAPTURES,
      Buffer.concat([Buffer.from('{"\xff":1}\n', 'latin1'), Buffer.from(capture('f,1', 'a'))]),
    );

    const reply = await gatherLabels(request, { store, remainingMs: () => 900_000 });

    expect(reply.requests).toBe(1);
    expect(reply.broken.reasons).toEqual({ 'the line is not UTF-8': 1 });
  });

  it('closes the files that it opened ahead when it ends early', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `${LABELS}${100 + index}.jsonl`);
    const store = new MemoryLabels(
      Object.fromEntries(names.map((name) => [name, `${label(name, '1')}\n`])),
    );
    const streams: Readable[] = [];
    const open = store.open.bind(store);
    store.open = async (place) => {
      const stream = await open(place);
      if (stream !== undefined) streams.push(stream);
      return stream;
    };

    await expect(gatherLabels(request, { store, remainingMs: () => 0 })).rejects.toThrow(OutOfTime);

    await vi.waitFor(() => expect(streams.every(({ destroyed }) => destroyed)).toBe(true));
    expect(streams.length).toBeGreaterThan(1);
  });

  it('takes no property that every object has for a field', () => {
    expect(orderFields({}, ['constructor', 'toString'])).toEqual([null, null]);
  });

  it('ends before Lambda ends it, and leaves no part of a dataset', async () => {
    const store = new MemoryLabels({ ...captures, ...labels });

    const gathered = gatherLabels(request, { store, remainingMs: () => 29_999 });

    await expect(gathered).rejects.toThrow(OutOfTime);
    expect(store.objects.has(DATASET)).toBe(false);
  });

  it('counts a file that was deleted while others were read', async () => {
    const store = new MemoryLabels({ ...captures, ...labels });
    const open = store.open.bind(store);
    store.open = async (place) => {
      if (place.key.includes('/30/10/30')) store.objects.delete(place.key);
      return open(place);
    };

    const reply = await gatherLabels({ ...request, until }, { store, remainingMs: () => 900_000 });

    expect(reply.newRows).toBe(3);
    expect(reply.broken.reasons).toEqual({ 'the object was deleted before it was read': 1 });
  });
});

function renderLines(lines: readonly unknown[]): string {
  return lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
}

/** The file of the requests at half past an hour. */
function placeOf(hour: string): string {
  return `captured/p/p/AllTraffic/2026/11/30/${hour}/30-00-000-a.jsonl`;
}

/** The same files of a shadow variant. */
function inShadow<Value>(files: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(files).map(([key, value]) => [key.replace('AllTraffic', 'shadow'), value]),
  );
}

function inspectionOf(own: DatasetContract): InspectionRequest {
  return {
    project: 'p',
    datasetId: 'd',
    contract: { ...own },
    sources: [{ bucket: 'b', key: 'dataset.csv', versionId: 'v' }],
    manifest: { bucket: 'b', key: 'manifest.json' },
    record: { bucket: 'b', key: 'record.json' },
    dataset: {},
    execution: 'e',
    requestedAt: '2026-11-30T12:00:00Z',
  };
}

/** What inspection reads and writes. */
class FolderlessStore extends MemoryStore {
  constructor(dataset: string | Buffer | undefined) {
    super({ 'dataset.csv': dataset ?? '' });
  }

  async readFiles(): Promise<never> {
    throw new Error('There is no folder');
  }
}
