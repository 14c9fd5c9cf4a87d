import { gzipSync } from 'node:zlib';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';

/** Distributed Maps that read from S3 and write to it, with the real services. */
let runtime: Runtime;
let sfn: SFNClient;
let s3: S3Client;
let roleArn: string;

const bucket = 'items';

beforeAll(async () => {
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sfn = new SFNClient(config);
  s3 = new S3Client({ ...config, forcePathStyle: true });
  roleArn = await createRole(new IAMClient(config));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

afterAll(async () => {
  await runtime.stop();
});

async function createRole(iam: IAMClient): Promise<string> {
  const allow = { Version: '2012-10-17' };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'map',
      AssumeRolePolicyDocument: JSON.stringify({
        ...allow,
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'states.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'map',
      PolicyName: 'all',
      PolicyDocument: JSON.stringify({
        ...allow,
        Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
      }),
    }),
  );
  return Role?.Arn ?? '';
}

const put = (Key: string, Body: string | Uint8Array) =>
  s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

async function get(key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

const echo = { StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } };

let machines = 0;

interface Outcome {
  readonly status: string | undefined;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Runs one distributed Map until it ends. */
async function runMap(map: object): Promise<Outcome> {
  machines += 1;
  const state = {
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...echo },
    End: true,
    ...map,
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: `map-${machines}`,
      roleArn,
      definition: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Each',
        States: { Each: state },
      }),
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { status, output, error, cause } = described;
    if (status === 'RUNNING') continue;
    return output === undefined ? { status, error, cause } : { status, output: JSON.parse(output) };
  }
}

function reader(key: string, config: object, more: object = {}): object {
  return {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: config,
      Arguments: { Bucket: bucket, Key: key, ...more },
    },
  };
}

const listing = (config: object) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Arguments: { Bucket: bucket, Prefix: 'flat/' },
    ReaderConfig: config,
  },
});

const succeeded = (output: unknown): Outcome => ({ status: 'SUCCEEDED', output });
const readerFailed = (cause: unknown): Outcome => ({
  status: 'FAILED',
  error: 'States.ItemReaderFailed',
  cause: cause as string,
});

/** A Zstandard frame of one uncompressed block. */
function zstd(text: string): Uint8Array {
  const body = Buffer.from(text);
  const size = Buffer.alloc(3);
  size.writeUIntLE(1 + body.length * 8, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, body.length]), size, body]);
}

describe('Parquet', () => {
  const columns = [
    { name: 'id', data: [1n, 2n, 3n], type: 'INT64' as const },
    { name: 'name', data: ['a', null, 'c'], type: 'STRING' as const, nullable: true },
    { name: 'weight', data: [0.5, 1.5, 2.5], type: 'DOUBLE' as const },
    {
      name: 'made',
      data: [0, 1, 2].map((day) => new Date(day * 86_400_000)),
      type: 'TIMESTAMP' as const,
    },
    { name: 'good', data: [true, false, true], type: 'BOOLEAN' as const },
  ];
  const rows = [
    { id: 1, name: 'a', weight: 0.5, made: '1970-01-01T00:00:00.000Z', good: true },
    { id: 2, name: null, weight: 1.5, made: '1970-01-02T00:00:00.000Z', good: false },
    { id: 3, name: 'c', weight: 2.5, made: '1970-01-03T00:00:00.000Z', good: true },
  ];
  const parquet = (options: object) =>
    new Uint8Array(parquetWriteBuffer({ columnData: columns, rowGroupSize: 2, ...options }));

  it.each([
    ['uncompressed', { codec: 'UNCOMPRESSED' }],
    ['snappy', { codec: 'SNAPPY' }],
    ['gzip', { codec: 'GZIP', compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes) } }],
  ])('is read by row groups: %s', async (name, options) => {
    await put(`${name}.parquet`, parquet(options));

    const outcome = await runMap(reader(`${name}.parquet`, { InputType: 'PARQUET' }));

    expect(outcome).toEqual(succeeded(rows));
  });

  it('is read up to MaxItems', async () => {
    await put('some.parquet', parquet({}));

    const outcome = await runMap(reader('some.parquet', { InputType: 'PARQUET', MaxItems: 1 }));

    expect(outcome).toEqual(succeeded([rows[0]]));
  });

  it('that is not a Parquet file fails the reader', async () => {
    await put('none.parquet', 'id,name\n1,a\n');

    const outcome = await runMap(reader('none.parquet', { InputType: 'PARQUET' }));

    expect(outcome).toEqual(readerFailed(expect.stringContaining('none.parquet')));
  });

  it('has no versions', async () => {
    const outcome = await runMap(
      reader('some.parquet', { InputType: 'PARQUET' }, { VersionId: 'v1' }),
    );

    expect(outcome).toEqual(readerFailed('VersionId is not supported for the InputType PARQUET.'));
  });
});

describe('texts', () => {
  const csv = 'id|name\n1|a\n2|b\n';
  const csvConfig = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter: 'PIPE' };
  const csvItems = [
    { id: '1', name: 'a' },
    { id: '2', name: 'b' },
  ];

  it.each([
    ['plain.csv', csv],
    ['packed.csv.gz', gzipSync(csv)],
    ['packed.csv.zst', zstd(csv)],
    ['packed.csv.zstd', zstd(csv)],
  ])('are read, compressed or not: %s', async (key, body) => {
    await put(key, body);

    expect(await runMap(reader(key, csvConfig))).toEqual(succeeded(csvItems));
  });

  it.each(['broken.csv.zst', 'broken.csv.gz', 'broken.json.gz'])(
    'that cannot be decompressed fail the reader: %s',
    async (key) => {
      await put(key, 'not compressed');

      const config = key.includes('json') ? { InputType: 'JSON' } : csvConfig;
      const outcome = await runMap(reader(key, config));

      expect(outcome).toEqual(readerFailed(expect.stringContaining(key)));
    },
  );

  it('of JSON can have a pointer to their items', async () => {
    await put('deep.json', JSON.stringify({ a: { 'b/c': [1, [2]] } }));

    const outcome = await runMap(
      reader('deep.json', { InputType: 'JSON', ItemsPointer: '/a/b~1c' }),
    );

    expect(outcome).toEqual(succeeded([1, [2]]));
  });

  it.each([
    ['000000000000', succeeded([1])],
    ['111111111111', readerFailed(expect.stringContaining('111111111111'))],
  ])('are read if the bucket has the expected owner: %s', async (owner, expected) => {
    await put('owned.json', '[1]');

    const config = { InputType: 'JSON', ExpectedBucketOwner: owner };
    const outcome = await runMap(reader('owned.json', config));

    expect(outcome).toEqual(expected);
  });

  it('with an item of more than 256 KiB fail the Map', async () => {
    await put('large.json', JSON.stringify(['x'.repeat(262_144)]));

    const outcome = await runMap(reader('large.json', { InputType: 'JSON' }));

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('manifests', () => {
  it('of Athena list files of one type', async () => {
    await put('athena/1.jsonl', '{"n":1}\n{"n":2}\n');
    await put('athena/2.jsonl', '{"n":3}\n');
    const files = ['1', '2'].map((name) => `s3://${bucket}/athena/${name}.jsonl\n`).join('');
    await put('athena/manifest.csv', files);

    const outcome = await runMap(
      reader('athena/manifest.csv', { ManifestType: 'ATHENA_DATA', InputType: 'JSONL' }),
    );

    expect(outcome).toEqual(succeeded([{ n: 1 }, { n: 2 }, { n: 3 }]));
  });

  it.each([{ InputType: 'MANIFEST' }, { ManifestType: 'S3_INVENTORY' }])(
    'of S3 Inventory name compressed CSV files: %o',
    async (config) => {
      await put('inventory/data.csv.gz', gzipSync('"items","a.txt","3"\n"items","b.txt","4"\n'));
      await put(
        'inventory/manifest.json',
        JSON.stringify({
          fileFormat: 'CSV',
          fileSchema: 'Bucket, Key, Size',
          files: [{ key: 'inventory/data.csv.gz', size: 1, MD5checksum: '' }],
        }),
      );

      const outcome = await runMap(reader('inventory/manifest.json', config));

      expect(outcome).toEqual(
        succeeded([
          { Bucket: 'items', Key: 'a.txt', Size: '3' },
          { Bucket: 'items', Key: 'b.txt', Size: '4' },
        ]),
      );
    },
  );

  it('of S3 Inventory in another format are refused', async () => {
    await put('orc/manifest.json', JSON.stringify({ fileFormat: 'ORC', files: [] }));

    const outcome = await runMap(reader('orc/manifest.json', { ManifestType: 'S3_INVENTORY' }));

    expect(outcome).toEqual(readerFailed(expect.stringContaining('ORC')));
  });
});

describe('a listing', () => {
  it('gives the objects, or their contents', async () => {
    await put('flat/1.json', '[{"n":1},{"n":2}]');
    await put('flat/2.json', '[{"n":3}]');

    const objects = await runMap(listing({}));
    const items = await runMap(listing({ InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN' }));

    expect(objects).toMatchObject(
      succeeded([
        { Key: 'flat/1.json', Size: 17 },
        { Key: 'flat/2.json', Size: 9 },
      ]),
    );
    expect(items).toEqual(succeeded([{ n: 1 }, { n: 2 }, { n: 3 }]));
  });
});

describe('a ResultWriter', () => {
  const pairs = { Items: [[1, 2], [3]] };

  it.each([
    ['COMPACT', [[1, 2], [3]]],
    ['FLATTEN', [1, 2, 3]],
  ])('without a resource transforms the output: %s', async (Transformation, output) => {
    const outcome = await runMap({
      ...pairs,
      ResultWriter: { WriterConfig: { Transformation, OutputType: 'JSON' } },
    });

    expect(outcome).toEqual(succeeded(output));
  });

  it.each([
    ['FLATTEN', 'JSONL', 'jsonl', '1\n2\n3\n'],
    ['FLATTEN', 'JSON', 'json', '[1,2,3]'],
    ['COMPACT', 'JSONL', 'jsonl', '[1,2]\n[3]\n'],
  ])('writes %s as %s', async (Transformation, OutputType, extension, content) => {
    const outcome = await runMap({
      ...pairs,
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Arguments: { Bucket: bucket, Prefix: 'results' },
        WriterConfig: { Transformation, OutputType },
      },
    });

    const { ResultWriterDetails } = outcome.output as {
      readonly ResultWriterDetails: { readonly Key: string };
    };
    const manifest = JSON.parse(await get(ResultWriterDetails.Key));
    const [{ Key, Size }] = manifest.ResultFiles.SUCCEEDED;
    expect(Key).toMatch(new RegExp(`/SUCCEEDED_0\\.${extension}$`));
    expect(Size).toBe(content.length);
    expect(await get(Key)).toBe(content);
  });
});
