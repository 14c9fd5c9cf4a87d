import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProjectFacts } from '../../../events/index.ts';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import {
  apiBefore,
  auditOf,
  awsError,
  bodyOf,
  packageArn,
  problemOf,
  registryOf,
  stored,
} from '../api.testing.ts';

const KEY = 'incoming/abalone/a.csv';
/** The rule of `workflows/training/dataset.ts`. */
const idOf = (key: string, version: string): string =>
  createHash('sha256').update(`bucket\n${key}\n${version}`).digest('hex').slice(0, 32);
const id = idOf(KEY, 'v1');
const path = { project: 'abalone', dataset: id };
const at = new Date('2026-11-29T19:00:00Z');
const arn = 'arn:aws:states:us-east-1:1:execution:abalone-training:run';

const version = { Key: KEY, VersionId: 'v1', Size: 7, LastModified: at };
const uploaded: Answers = {
  ListObjectVersions: () => ({ Versions: [version] }),
  BatchGetItem: () => ({ Responses: {} }),
};

/** One upload that an execution has taken. */
const claimed = (execution: object): Answers => ({
  ...uploaded,
  BatchGetItem: () => ({
    Responses: { claims: [{ claim: { S: `dataset#${id}` }, owner: { S: arn } }] },
  }),
  DescribeExecution: () => execution,
});

const summary = {
  project: 'abalone',
  dataset: id,
  name: 'a.csv',
  uri: `s3://bucket/${KEY}`,
  versionId: 'v1',
  sizeBytes: 7,
  uploadedAt: '2026-11-29T19:00:00.000Z',
};

const endedWith = (outcome: string) => ({
  status: 'SUCCEEDED',
  output: JSON.stringify({ outcome }),
});

describe('a list of uploads', () => {
  it('asks S3 for the versions below the prefix of the project, page by page', async () => {
    const api = apiBefore({
      ListObjectVersions: () => ({
        Versions: [version, { Key: 'incoming/abalone/sub/b.csv' }],
        IsTruncated: true,
        NextKeyMarker: 'k',
        NextVersionIdMarker: 'm',
      }),
      BatchGetItem: () => ({}),
    });
    const { body, headers } = await api.call('listDatasets', {
      query: { name: 'a', pageSize: '2' },
    });
    expect(body).toEqual({
      datasets: [
        { ...summary, state: 'received' },
        {
          ...summary,
          dataset: idOf('incoming/abalone/sub/b.csv', 'null'),
          name: 'sub/b.csv',
          uri: 's3://bucket/incoming/abalone/sub/b.csv',
          versionId: 'null',
          sizeBytes: 0,
          uploadedAt: '1970-01-01T00:00:00.000Z',
          state: 'received',
        },
      ],
      nextPageToken: expect.any(String),
    });
    expect(headers['poll-after']).toBe('1');
    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };
    await api.call('listDatasets', { query: { pageToken } });
    expect(api.sent('ListObjectVersions')).toEqual([
      {
        Bucket: 'bucket',
        Prefix: 'incoming/abalone/a',
        MaxKeys: 2,
        KeyMarker: undefined,
        VersionIdMarker: undefined,
      },
      {
        Bucket: 'bucket',
        Prefix: 'incoming/abalone/',
        MaxKeys: 20,
        KeyMarker: 'k',
        VersionIdMarker: 'm',
      },
    ]);
  });

  it('without uploads asks the table of claims for nothing, and has no further page', async () => {
    const api = apiBefore({ ListObjectVersions: () => ({ NextKeyMarker: 'k' }) });
    const { body, headers } = await api.call('listDatasets');
    expect(body).toEqual({ datasets: [] });
    expect(headers['poll-after']).toBe('15');
    expect(api.order()).not.toContain('BatchGetItem');
  });

  it('asks for a hundred claims at most, as DynamoDB does', async () => {
    const Versions = Array.from({ length: 100 }, (_, index) => ({
      ...version,
      VersionId: `${index}`,
    }));
    const api = apiBefore({
      ListObjectVersions: () => ({ Versions: [...Versions, ...Versions.slice(0, 1)] }),
      BatchGetItem: () => ({}),
    });
    await api.call('listDatasets');
    const [asked] = api.sent('BatchGetItem') as { RequestItems: { claims: { Keys: object[] } } }[];
    expect(asked?.RequestItems.claims.Keys).toEqual(
      Versions.map(({ VersionId }) => ({ claim: { S: `dataset#${idOf(KEY, VersionId)}` } })),
    );
  });

  it.each([
    [{ status: 'RUNNING' }, 'training', '1'],
    [{ status: 'PENDING_REDRIVE' }, 'training', '1'],
    [endedWith('Registered'), 'registered', '15'],
    [endedWith('Below the gate'), 'below-gate', '15'],
    [endedWith('Dataset rejected'), 'refused', '15'],
    [endedWith('Duplicate'), 'duplicate', '15'],
    [endedWith('Superseded'), 'superseded', '15'],
    [endedWith('Another end'), 'failed', '15'],
    [{ status: 'FAILED' }, 'failed', '15'],
    [{ status: 'ABORTED' }, 'failed', '15'],
  ])('says of an execution that is %j: %s', async (execution, state, pollAfter) => {
    const { body, headers } = await apiBefore(claimed(execution)).call('listDatasets');
    expect(body).toEqual({ datasets: [{ ...summary, state, execution: 'run' }] });
    expect(headers['poll-after']).toBe(pollAfter);
  });

  it('names the version that an upload gave', async () => {
    const modelPackage = packageArn(3);
    const ended = {
      status: 'SUCCEEDED',
      output: JSON.stringify({ outcome: 'Registered', modelPackage }),
    };
    const { body } = await apiBefore(claimed(ended)).call('listDatasets');
    expect(body).toMatchObject({ datasets: [{ state: 'registered', model: 'abalone:3' }] });
  });

  it('of an execution that Step Functions has forgotten knows only its name', async () => {
    const api = apiBefore({
      ...claimed({}),
      DescribeExecution: () => {
        throw awsError('ExecutionDoesNotExist');
      },
    });
    const { body } = await api.call('listDatasets');
    expect(body).toMatchObject({ datasets: [{ state: 'received', execution: 'run' }] });
  });
});

const manifest = {
  version: 1,
  project: 'abalone',
  datasetId: id,
  label: 'rings',
  header: false,
  delimiter: ',',
  sources: [{ bucket: 'bucket', key: KEY, versionId: 'v1', sizeBytes: 7 }],
  sha256: 'f00d',
  rowCount: 10,
  excludedRows: 2,
  columns: [{ name: 'length', type: 'number', missing: 1, observedMinimum: 0.5 }],
};
const record = {
  project: 'abalone',
  dataset: {},
  reason: 'Rows are wrong',
  problems: [
    {
      rule: 'category',
      count: 2,
      examples: ['line 3, column sex: "Q" is none of F, M', 'line 4: too many fields', 'nowhere'],
    },
    { rule: 'number', count: 1, examples: ['line 3, column length of shell: "x"'] },
  ],
  execution: arn,
  recordedAt: '2026-11-29T19:01:00.000Z',
};
const manifestPlace = (name: string) => `s3://bucket/runs/abalone/${name}/manifest.json`;
const recordPlace = `s3://bucket/quarantine/abalone/${id}.json`;

describe('an upload', () => {
  it('is given with the profile of its columns and the versions that it gave', async () => {
    const notes = (datasetId: string, manifestId = datasetId) => ({
      ModelApprovalStatus: 'Approved',
      CustomerMetadataProperties: { datasetId, manifest: manifestPlace(manifestId) },
    });
    const other = { ...manifest, sources: [{ ...manifest.sources[0], versionId: 'v0' }] };
    const api = apiBefore({
      ...claimed({ status: 'RUNNING' }),
      ...registryOf({
        1: notes(id),
        2: notes('e'.repeat(32), 'settings'),
        3: notes('f'.repeat(32), 'other'),
        4: { ModelApprovalStatus: 'Approved' },
      }),
      ...stored({
        [manifestPlace(id)]: JSON.stringify(manifest),
        [manifestPlace('settings')]: JSON.stringify(manifest),
        [manifestPlace('other')]: JSON.stringify(other),
      }),
    });
    const { body, headers } = await api.call('getDataset', { path });
    expect(body).toEqual({
      ...summary,
      state: 'training',
      execution: 'run',
      profile: { rows: 10, excludedRows: 2, sha256: 'f00d', columns: manifest.columns },
      models: ['abalone:2', 'abalone:1'],
    });
    expect(headers['poll-after']).toBe('1');
  });

  it('that was refused is given with the reason', async () => {
    const api = apiBefore({ ...uploaded, ...stored({ [recordPlace]: JSON.stringify(record) }) });
    const { body, headers } = await api.call('getDataset', { path });
    const { reason, problems, recordedAt } = record;
    expect(body).toEqual({
      ...summary,
      state: 'received',
      refusal: { reason, problems, recordedAt },
      models: [],
    });
    expect(headers['poll-after']).toBe('1');
  });

  it('of which all is done is asked for again later', async () => {
    const api = apiBefore(claimed({ status: 'FAILED' }));
    expect((await api.call('getDataset', { path })).headers['poll-after']).toBe('15');
  });

  it('is found under the id of a run with settings of its own', async () => {
    const run = 'e'.repeat(32);
    const ask = async (sources: readonly object[]) => {
      const text = JSON.stringify({ ...manifest, sources });
      const api = apiBefore({ ...uploaded, ...stored({ [manifestPlace(run)]: text }) });
      return api.call('getDataset', { path: { ...path, dataset: run } });
    };
    const found = await ask(manifest.sources);
    expect(found.body).toMatchObject({ dataset: id, name: 'a.csv' });
    // A folder is more than one upload.
    expect((await ask([...manifest.sources, ...manifest.sources])).status).toBe(404);
  });

  it('is looked for in all pages of versions', async () => {
    const pages = [
      { Versions: [], IsTruncated: true, NextKeyMarker: 'k1', NextVersionIdMarker: 'm1' },
      { Versions: [], IsTruncated: true, NextKeyMarker: 'k2' },
      { Versions: [version] },
    ];
    let page = 0;
    const api = apiBefore({ ...uploaded, ListObjectVersions: () => pages[page++] ?? {} });
    expect((await api.call('getDataset', { path })).status).toBe(200);
    const place = { Bucket: 'bucket', Prefix: 'incoming/abalone/' };
    expect(api.sent('ListObjectVersions')).toEqual([
      place,
      { ...place, KeyMarker: 'k1', VersionIdMarker: 'm1' },
      { ...place, KeyMarker: 'k2' },
    ]);
  });

  it.each([
    ['ends', { NextKeyMarker: 'k' }],
    ['is cut short without a marker', { IsTruncated: true }],
  ])('that is in no page is named where the list %s', async (_name, page) => {
    const api = apiBefore({ ListObjectVersions: () => page });
    expect(problemOf(await api.call('getDataset', { path }))).toEqual({
      status: 404,
      kind: 'dataset-not-found',
      detail: `abalone has no upload ${id}.`,
    });
    expect(api.sent('ListObjectVersions')).toHaveLength(1);
  });
});

async function preview(
  bytes: Uint8Array | string,
  {
    rows = '2',
    facts = {},
    size,
    refused,
  }: {
    rows?: string;
    facts?: Partial<ProjectFacts>;
    size?: number;
    refused?: object;
  } = {},
) {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const api = apiBefore(
    {
      ...uploaded,
      ListObjectVersions: () => ({ Versions: [{ ...version, Size: size ?? content.length }] }),
      GetObject: ({ Key }: { readonly Key: string }) => {
        if (Key === KEY) return { Body: { transformToByteArray: async () => content } };
        if (Key.startsWith('quarantine') && refused !== undefined) {
          return { Body: bodyOf(JSON.stringify(refused)) };
        }
        throw awsError('NoSuchKey');
      },
    },
    { facts },
  );
  const { body } = await api.call('previewDataset', { path, query: { rows } });
  const range = api
    .sent('GetObject')
    .flatMap((input) => (input as { readonly Range?: string }).Range ?? []);
  return { ...(body as object), range };
}

describe('a preview', () => {
  const columns = ['sex', 'length', 'rings'];
  const first = 'bytes=0-262143';

  it('shows the first rows, and whether there are more', async () => {
    const text = 'M,1,9\nF,2,8\nF,3,7\n';
    const shown = [
      { line: 1, fields: ['M', '1', '9'] },
      { line: 2, fields: ['F', '2', '8'] },
    ];
    const rest = { columns, marks: [], range: [first] };
    expect(await preview(text)).toEqual({ ...rest, rows: shown, isCutShort: true });
    expect(await preview(text.slice(0, 12))).toEqual({ ...rest, rows: shown, isCutShort: false });
    expect(await preview(text, { rows: '1' })).toEqual({
      ...rest,
      rows: shown.slice(0, 1),
      isCutShort: true,
    });
  });

  it('of a file with a header begins behind it', async () => {
    const options = { facts: { header: true, delimiter: ';' } };
    expect(await preview('sex;length\nM;1\nF;2\nF;3\n', options)).toMatchObject({
      rows: [
        { line: 2, fields: ['M', '1'] },
        { line: 3, fields: ['F', '2'] },
      ],
      isCutShort: true,
    });
    expect(await preview('sex;length\nM;1\nF;2\n', options)).toMatchObject({ isCutShort: false });
  });

  it('leaves out a last line that may have been cut, and cuts long fields', async () => {
    const long = 'x'.repeat(201);
    const shown = await preview(`M,${long}\nF,23\nF,4`, { size: 262_145 });
    expect(shown).toMatchObject({
      rows: [
        { line: 1, fields: ['M', 'x'.repeat(200)] },
        { line: 2, fields: ['F', '23'] },
      ],
      isCutShort: true,
    });
    expect(await preview('M,1\nF,2', { size: 262_144 })).toMatchObject({
      rows: [{ line: 1 }, { line: 2, fields: ['F', '2'] }],
      isCutShort: false,
    });
  });

  it('takes a byte order mark, empty lines, rows of any length and quotes in a field', async () => {
    expect(await preview('\ufeffM,1\n\nF"q,2,3\n')).toMatchObject({
      rows: [
        { line: 1, fields: ['M', '1'] },
        { line: 3, fields: ['F"q', '2', '3'] },
      ],
    });
  });

  it('of what is not CSV shows its lines as they are', async () => {
    expect(await preview('M,"1\nF,2\nF,3\nF,4', { rows: '2' })).toMatchObject({
      rows: [
        { line: 1, fields: ['M,"1'] },
        { line: 2, fields: ['F,2'] },
      ],
      isCutShort: true,
    });
  });

  it.each([
    ['utf-16', Uint8Array.of(0xff, 0xfe, 0xe9, 0, 0x2c, 0, 0x31, 0)],
    ['utf-16', Uint8Array.of(0xfe, 0xff, 0, 0xe9, 0, 0x2c, 0, 0x31)],
    ['utf-16', Uint8Array.of(0xe9, 0, 0x2c, 0, 0x31, 0)],
    ['windows-1252', Uint8Array.of(0xe9, 0x2c, 0x31)],
    ['utf-8', Uint8Array.of(0xc3, 0xa9, 0x2c, 0x31)],
  ] as const)('reads %s', async (encoding, bytes) => {
    expect(await preview(bytes, { facts: { encoding } })).toMatchObject({
      rows: [{ line: 1, fields: ['é', '1'] }],
    });
  });

  it('is empty of an empty file, which is not asked for', async () => {
    expect(await preview('')).toEqual({
      columns,
      rows: [],
      isCutShort: false,
      marks: [],
      range: [],
    });
  });

  it('of a refused file shows the rows that were refused, from its first 8 MiB', async () => {
    const text = 'M,1,1\nF,2,2\nQ,x,3\nF,4,4,4\nF,5,5\n';
    const shown = await preview(text, { rows: '1', refused: record });
    expect(shown).toEqual({
      columns,
      rows: [
        { line: 1, fields: ['M', '1', '1'] },
        { line: 3, fields: ['Q', 'x', '3'] },
        { line: 4, fields: ['F', '4', '4', '4'] },
      ],
      isCutShort: true,
      marks: [
        {
          line: 3,
          column: 'sex',
          rule: 'category',
          text: 'line 3, column sex: "Q" is none of F, M',
        },
        { line: 4, rule: 'category', text: 'line 4: too many fields' },
        // No column has this name.
        { line: 3, rule: 'number', text: 'line 3, column length of shell: "x"' },
      ],
      range: ['bytes=0-8388607'],
    });
  });

  it('of a refused file without a place in it reads as much as of any other', async () => {
    const refused = { ...record, problems: [{ rule: 'rows', count: 1, examples: ['too few'] }] };
    expect(await preview('M,1,1\n', { refused })).toMatchObject({ marks: [], range: [first] });
  });
});

describe('an upload form', () => {
  it('lets one object of this size and type into the bucket, for 15 minutes', async () => {
    const before = Date.now();
    const api = apiBefore();
    const { body } = await api.call('createUpload', {
      body: { fileName: 'new.csv', sizeBytes: 12, contentType: 'text/plain' },
    });
    const { fields, ...rest } = body as { readonly fields: Readonly<Record<string, string>> };
    expect(rest).toEqual({
      url: 'https://bucket.s3.us-east-1.amazonaws.com/',
      uri: 's3://bucket/incoming/abalone/new.csv',
      expiresAt: '2026-11-29T20:15:00.000Z',
    });
    expect(fields).toMatchObject({
      bucket: 'bucket',
      key: 'incoming/abalone/new.csv',
      'Content-Type': 'text/plain',
    });
    const policy = JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString('utf8')) as {
      readonly conditions: readonly unknown[];
      readonly expiration: string;
    };
    expect(policy.conditions).toContainEqual(['content-length-range', 12, 12]);
    expect(policy.conditions).toContainEqual(['eq', '$Content-Type', 'text/plain']);
    // The SDK signs by its own clock.
    const seconds = (Date.parse(policy.expiration) - before) / 1_000;
    expect(seconds).toBeGreaterThan(890);
    expect(seconds).toBeLessThan(960);
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { action: 'createUpload', subject: 's3://bucket/incoming/abalone/new.csv' },
    ]);
  });
});
