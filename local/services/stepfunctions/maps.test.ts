import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type Step, transcriptOf, withNumberedIds } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html

const ARN = 'arn:aws:states:us-east-1:000000000000';
const roleArn = 'arn:aws:iam::000000000000:role/r';
const objectOf = (Key: string, Body: string | Uint8Array): Step => [
  's3:PutObject',
  { Bucket: 'data', Key, Body },
];
const CSV = 'id,"the name"\r\n1,"a, b"\r\n2,\r\n3,c\r\n';

/** A Zstandard frame of uncompressed blocks: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
function zstandard(...blocks: readonly string[]): Uint8Array {
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0x20, blocks.join('').length];
  const parts = blocks.map((block, index) => {
    const isLast = index === blocks.length - 1 ? 1 : 0;
    return [isLast + block.length * 8, 0, 0, ...Buffer.from(block)];
  });
  return Uint8Array.from([...header, ...parts.flat()]);
}

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'r',
      PolicyName: 'all',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    },
  ],
  ['s3:CreateBucket', { Bucket: 'data' }],
  objectOf('items.json', '[1, {"a": 2}, "x"]'),
  objectOf('object.json', '{"list": {"deep": [10, 20]}, "b": 2}'),
  objectOf('text.json', '"text"'),
  objectOf('broken.json', '[1,'),
  objectOf('items.jsonl', '{"a":1}\n\n  \n{"a":2}\r\n3'),
  objectOf('broken.jsonl', '{"a":1}\n{'),
  objectOf('items.csv', CSV),
  objectOf('pipes.csv', 'a|b\n1|2\n'),
  objectOf('tabs.tsv', 'a\tb\n1\t2\n'),
  objectOf('twice.csv', 'a,a\n1,2\n'),
  objectOf('long.csv', `${'a'.repeat(10_241)}\n1\n`),
  objectOf('longest.csv', `${'a'.repeat(10_240)}\n1\n`),
  objectOf('quote.csv', 'a\n"1\n'),
  objectOf('items.json.gz', gzipSync('[7, 8]')),
  objectOf('broken.json.gz', 'no gzip'),
  objectOf('athena.txt', 's3://data/items.jsonl\nS3://data/items.json\nno place\n'),
  objectOf(
    'inventory.json',
    '{"fileFormat":"CSV","fileSchema":"Bucket, Key","files":[{"key":"inventory.csv"}]}',
  ),
  objectOf('inventory.csv', '"data","x"\n"data","y"\n'),
  objectOf('orc.json', '{"fileFormat":"ORC","files":[]}'),
  objectOf('few.json', '{}'),
  objectOf('part/1.json', '[1]'),
  objectOf('part/2.json', '[2, 3]'),
];

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const processor = (states: object = PASS, ExecutionType = 'STANDARD') => ({
  ...states,
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
});
const mapOf = (more: object): object => ({
  Type: 'Map',
  MaxConcurrency: 1,
  ItemProcessor: processor(),
  End: true,
  ...more,
});
const reader = (Key: string, ReaderConfig: object, more: object = {}) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    Parameters: { Bucket: 'data', Key, ...more },
    ReaderConfig,
  },
});
const listing = (Parameters: object, ReaderConfig: object = {}) => ({
  ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters, ReaderConfig },
});
const json = { InputType: 'JSON' };
const csv = (more: object = {}) => ({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', ...more });
const writer = (more: object = {}, Parameters: object = { Bucket: 'data', Prefix: 'out' }) => ({
  ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters, ...more },
});
const FAILING = {
  StartAt: 'C',
  States: {
    C: {
      Type: 'Choice',
      Choices: [{ Variable: '$', NumericGreaterThan: 1, Next: 'F' }],
      Default: 'P',
    },
    F: { Type: 'Fail', Error: 'E', Cause: 'too large' },
    P: { Type: 'Pass', End: true },
  },
};
const failing = (more: object) =>
  mapOf({ ItemsPath: '$.items', ItemProcessor: processor(FAILING), ...more });
const ITEMS = '{"items":[1,2,3,4]}';

let runs = 0;

/** Runs a Map state: its execution, map runs and children. */
function runOf(state: object, input = '{}', more: readonly Step[] = []): readonly Step[] {
  runs += 1;
  const name = `m${runs}`;
  const executionArn = `${ARN}:execution:${name}:x`;
  return [
    [
      'CreateStateMachine',
      { name, roleArn, definition: JSON.stringify({ StartAt: 'M', States: { M: state } }) },
    ],
    ['StartExecution', { stateMachineArn: `${ARN}:stateMachine:${name}`, name: 'x', input }],
    {
      until: ['DescribeExecution', { executionArn }],
      fulfils: (answer: { readonly status: string } | undefined) => answer?.status !== 'RUNNING',
    },
    ['DescribeExecution', { executionArn }],
    ['ListMapRuns', { executionArn }, 'maps'],
    ['DescribeMapRun', (answered) => ({ mapRunArn: answered('maps.mapRuns.0.mapRunArn') })],
    ...more,
  ];
}

const children: Step = [
  'ListExecutions',
  (answered) => ({ mapRunArn: answered('maps.mapRuns.0.mapRunArn') }),
  'children',
];
const firstChild: Step = [
  'DescribeExecution',
  (answered) => ({ executionArn: answered('children.executions.0.executionArn') }),
];
const failed = (name: string): Step => [
  'ListExecutions',
  (answered) => ({
    mapRunArn: answered('maps.mapRuns.0.mapRunArn'),
    statusFilter: name,
    maxResults: 1,
  }),
];

const readers: readonly Step[] = [
  ...ACCOUNT,
  ...[
    reader('items.json', json),
    reader('items.json', { ...json, MaxItems: 2 }),
    reader('items.json', { ...json, MaxItems: 3 }),
    reader('items.json', {}),
    reader('items.json', json, { VersionId: 'null' }),
    reader('items.json', json, { ExpectedBucketOwner: '000000000000' }),
    reader('items.json', json, { ExpectedBucketOwner: '111111111111' }),
    reader('missing.json', json),
    reader('object.json', json),
    reader('object.json', { ...json, ItemsPointer: '/list/deep' }),
    reader('object.json', { ...json, ItemsPointer: '/list/deep/1' }),
    reader('object.json', { ...json, ItemsPointer: '/missing' }),
    reader('text.json', json),
    reader('broken.json', json),
    reader('items.jsonl', { InputType: 'JSONL' }),
    reader('broken.jsonl', { InputType: 'JSONL' }),
    reader('items.csv', csv()),
    reader('items.csv', csv({ MaxItems: 1 })),
    reader('items.csv', csv({ CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x', 'y'] })),
    reader('items.csv', csv({ CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x', 'x'] })),
    reader('items.csv', csv({ CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x'] })),
    reader('pipes.csv', csv({ CSVDelimiter: 'PIPE' })),
    reader('tabs.tsv', csv({ CSVDelimiter: 'TAB' })),
    reader('items.csv', csv({ CSVDelimiter: 'SEMICOLON' })),
    reader('items.csv', csv({ CSVDelimiter: 'SPACE' })),
    reader('twice.csv', csv()),
    reader('long.csv', csv()),
    reader('longest.csv', csv()),
    reader('quote.csv', csv()),
    reader('items.json.gz', json),
    reader('broken.json.gz', json),
    reader('athena.txt', { ManifestType: 'ATHENA_DATA', InputType: 'JSONL' }),
    reader('inventory.json', { InputType: 'MANIFEST' }),
    reader('inventory.json', { ManifestType: 'S3_INVENTORY' }),
    reader('orc.json', { InputType: 'MANIFEST' }),
    reader('few.json', { InputType: 'MANIFEST' }),
    reader('items.json', { InputType: 'PARQUET' }),
    reader('items.json', { InputType: 'PARQUET' }, { VersionId: 'null' }),
    listing({ Bucket: 'data', Prefix: 'part/' }),
    listing({ Bucket: 'data', Prefix: 'part/' }, { MaxItems: 1 }),
    listing({ Bucket: 'data', Prefix: 'none/' }),
    listing({ Bucket: 'missing' }),
    listing(
      { Bucket: 'data', Prefix: 'part/' },
      { Transformation: 'LOAD_AND_FLATTEN', InputType: 'JSON' },
    ),
  ].flatMap((more) => runOf(mapOf(more))),
];

/** A failed execution is redriven: its map run runs what has failed again. */
const redriven = redrivenRun();

function redrivenRun(): readonly Step[] {
  const before = runOf(failing({}), '{"items":[1,2]}');
  const executionArn = `${ARN}:execution:m${runs}:x`;
  return [
    ...before,
    ['RedriveExecution', { executionArn }],
    {
      until: ['DescribeExecution', { executionArn }],
      fulfils: (answer: { readonly status: string } | undefined) => answer?.status !== 'RUNNING',
    },
    ['DescribeMapRun', (answered) => ({ mapRunArn: answered('maps.mapRuns.0.mapRunArn') })],
    children,
    ['GetExecutionHistory', { executionArn }],
  ];
}

const results: readonly Step[] = [
  ...ACCOUNT,
  ...runOf(mapOf({ ItemsPath: '$.items' }), ITEMS, [children, firstChild]),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      Label: 'labelled',
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' },
    }),
    ITEMS,
  ),
  ...runOf(mapOf({ ItemsPath: '$.items', ItemProcessor: processor(PASS, 'EXPRESS') }), ITEMS, [
    children,
  ]),
  ...runOf(mapOf({ ItemsPath: '$.items', ItemBatcher: { MaxItemsPerBatch: 3 } }), ITEMS, [
    children,
    firstChild,
  ]),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      ItemBatcher: { MaxInputBytesPerBatch: 20, BatchInput: { b: 1 } },
    }),
    ITEMS,
  ),
  ...runOf(mapOf({ ItemsPath: '$.items', ItemBatcher: { MaxInputBytesPerBatch: 5 } }), ITEMS),
  ...runOf(mapOf({ ItemsPath: '$.items' }), '{"items":[]}'),
  ...runOf(mapOf({ ItemsPath: '$.items' }), '{"items":5}'),
  ...runOf(failing({}), ITEMS, [children, failed('FAILED'), failed('ABORTED')]),
  ...runOf(failing({ ToleratedFailureCount: 2 }), ITEMS),
  ...runOf(failing({ ToleratedFailureCount: 3 }), ITEMS, [failed('FAILED')]),
  ...runOf(failing({ ToleratedFailurePercentage: 74 }), ITEMS),
  ...runOf(failing({ ToleratedFailurePercentage: 75 }), ITEMS),
  ...runOf(failing({ ToleratedFailureCountPath: '$.n' }), '{"items":[1,2],"n":1}'),
  ...runOf(failing({ ToleratedFailurePercentagePath: '$.n' }), '{"items":[1,2],"n":101}'),
  ...runOf(failing({ MaxConcurrency: 0, MaxConcurrencyPath: undefined }), '{"items":[1,1]}'),
  ...runOf(mapOf({ ItemsPath: '$.items', ...writer() }), ITEMS),
  ...runOf(mapOf({ ItemsPath: '$.items', ...writer({}, { Bucket: 'data' }) }), ITEMS),
  ...runOf(
    mapOf({ ItemsPath: '$.items', ...writer({}, { Bucket: 'missing', Prefix: '/a/' }) }),
    ITEMS,
  ),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      ...writer({ WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' } }),
    }),
    ITEMS,
  ),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      ...writer({ WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } }),
    }),
    '{"items":[[1,2],3]}',
  ),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      ResultWriter: { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } },
    }),
    '{"items":[[1,2],3]}',
  ),
  ...runOf(
    mapOf({
      ItemsPath: '$.items',
      ResultWriter: { WriterConfig: { Transformation: 'NONE', OutputType: 'JSON' } },
    }),
    '{"items":[[1,2],3]}',
  ),
  ...runOf(failing({ ToleratedFailureCount: 3, ...writer() }), ITEMS),
  ['s3:ListObjectsV2', { Bucket: 'data', Prefix: 'out/' }, 'written'],
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map(
    (position): Step => [
      's3:GetObject',
      (answered) => ({ Bucket: 'data', Key: answered(`written.Contents.${position}.Key`) }),
    ],
  ),
  ...redriven,
  [
    'UpdateMapRun',
    (answered) => ({ mapRunArn: answered('maps.mapRuns.0.mapRunArn'), maxConcurrency: 1 }),
  ],
  ['DescribeMapRun', { mapRunArn: `${ARN}:mapRun:m1/x:missing` }],
  ['UpdateMapRun', { mapRunArn: `${ARN}:mapRun:m1/x:missing`, maxConcurrency: 1 }],
  ['ListMapRuns', { executionArn: `${ARN}:execution:m1:missing` }],
  ['ListExecutions', { mapRunArn: `${ARN}:mapRun:m1/x:missing` }],
];

const zstd: readonly Step[] = [
  ...ACCOUNT,
  objectOf('items.json.zst', zstandard('[7,', ' 8, ', '9]')),
  objectOf('items.json.zstd', zstandard('[7]')),
  objectOf('cut.json.zst', zstandard('[7,', ' 8]').slice(0, -1)),
  objectOf('broken.json.zst', 'no zstd'),
  ...['items.json.zst', 'items.json.zstd', 'cut.json.zst', 'broken.json.zst'].flatMap((key) =>
    runOf(mapOf(reader(key, json))),
  ),
];

it.each(Object.entries({ readers, results, zstd }))(
  'distributed maps answer about %s as in the transcript',
  async (name, steps) => {
    const transcript = await transcriptOf(
      'stepfunctions',
      [createIamService, createStsService, createS3Service, createStepFunctionsService],
      steps,
    );

    await expect(withNumberedIds(transcript)).toMatchFileSnapshot(`transcripts/maps-${name}.txt`);
  },
);
