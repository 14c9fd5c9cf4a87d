import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Service } from '../../../cloud/service.ts';
import { DiscardedFolders, PythonHost } from '../../../jobs/index.ts';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import { modelArchive } from '../../../testing/hosting.testing.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../../cloudwatch/index.ts';
import { createIamService } from '../../iam/index.ts';
import { createKmsService } from '../../kms/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createS3Service } from '../../s3/index.ts';
import { createStsService } from '../../sts/index.ts';
import { createHosting } from '../hosting/index.ts';
import { createTags } from '../tags.ts';
import { sageMakerWords } from '../words.ts';
import { createTransformJobs } from './index.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const role = (RoleName: string, Action: string | readonly string[]): readonly Step[] => [
  [
    'iam:CreateRole',
    {
      RoleName,
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    },
  ],
];
/** The behaviour of a model is in its environment: `inlineModels`. */
const model = (ModelName: string, more: object = {}): Step => [
  'CreateModel',
  {
    ModelName,
    ExecutionRoleArn: roleOf('r'),
    PrimaryContainer: {
      Image: IMAGE,
      ModelDataUrl: 's3://data/model.tar.gz',
      Environment: { BEHAVIOUR: ModelName },
    },
    ...more,
  },
];
const put = (Key: string, Body: string | Uint8Array): Step => [
  's3:PutObject',
  { Bucket: 'data', Key, Body },
];
const ACCOUNT: readonly Step[] = [
  ...role('r', '*'),
  ['s3:CreateBucket', { Bucket: 'data' }],
  put('model.tar.gz', modelArchive({ 'code/inference.py': '' })),
  model('echo'),
];

interface Parts {
  readonly input?: object;
  readonly output?: object;
  readonly more?: object;
}
const source = (S3Uri: string, S3DataType = 'S3Prefix') => ({
  DataSource: { S3DataSource: { S3DataType, S3Uri } },
});
const create = (name: string, { input, more, output }: Parts = {}): Step => [
  'CreateTransformJob',
  {
    TransformJobName: name,
    ModelName: 'echo',
    TransformInput: {
      ...source(`s3://data/${name}/in/`),
      ContentType: 'text/csv',
      SplitType: 'Line',
      ...input,
    },
    TransformOutput: {
      S3OutputPath: `s3://data/${name}/out`,
      Accept: 'text/csv',
      AssembleWith: 'Line',
      ...output,
    },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    ...more,
  },
];
interface Job {
  readonly TransformJobStatus?: string;
}
const ended = (TransformJobName: string): Step => ({
  until: ['DescribeTransformJob', { TransformJobName }],
  fulfils: ({ TransformJobStatus = '' }: Job) =>
    !['InProgress', 'Stopping'].includes(TransformJobStatus),
});
/** Runs a job with the files of its own folder, and shows what it stored. */
const run = (
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  parts: Parts = {},
): readonly Step[] => [
  ...Object.entries(files).map(([path, body]) => put(`${name}/in/${path}`, body)),
  { advanceSeconds: 1 },
  create(name, parts),
  ended(name),
  ['DescribeTransformJob', { TransformJobName: name }],
  ...Object.keys(files).map(
    (path): Step => ['s3:GetObject', { Bucket: 'data', Key: `${name}/out/${path}.out` }],
  ),
];
const logOf = (name: string): Step => [
  'logs:FilterLogEvents',
  { logGroupName: '/aws/sagemaker/TransformJobs', logStreamNamePrefix: `${name}/` },
];
const changed = (DataProcessing: object) => ({ DataProcessing });
const json = (type: string) => ({
  input: { ContentType: type },
  output: { Accept: type },
});

const requests: readonly Step[] = [
  ...ACCOUNT,
  model('direct', {
    PrimaryContainer: undefined,
    InferenceExecutionConfig: { Mode: 'Direct' },
    Containers: ['a', 'b'].map((ContainerHostname) => ({
      ContainerHostname,
      Image: IMAGE,
      ModelDataUrl: 's3://data/model.tar.gz',
    })),
  }),
  model('foreign', { PrimaryContainer: { Image: 'docker.io/library/python:3.12' } }),
  ['ListTransformJobs'],
  ['DescribeTransformJob', { TransformJobName: 'none' }],
  ['StopTransformJob', { TransformJobName: 'none' }],
  ...['none', 'direct', 'foreign'].map((ModelName) => create('refused', { more: { ModelName } })),
  ...[
    { MaxConcurrentTransforms: 2, MaxPayloadInMB: 51 },
    { MaxConcurrentTransforms: 17 },
    { BatchStrategy: 'Other' },
    changed({ InputFilter: '$..a' }),
    changed({ OutputFilter: 'a' }),
    { TransformResources: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1 } },
    { TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 0 } },
  ].map((more) => create('refused', { more })),
  ...['RecordIO', 'TFRecord'].map((SplitType) => create('refused', { input: { SplitType } })),
  create('refused', { input: source('s3://data/x', 'AugmentedManifestFile') }),
  create('refused', { input: { SplitType: 'None' }, more: { BatchStrategy: 'SingleRecord' } }),
  create('refused', { input: { SplitType: undefined }, more: { BatchStrategy: 'MultiRecord' } }),
  create('refused', {
    input: { ContentType: 'text/plain' },
    more: changed({ InputFilter: '$[1]' }),
  }),
  create('refused', { input: { ContentType: undefined }, more: changed({ JoinSource: 'Input' }) }),
  create('refused', {
    output: { Accept: 'application/json' },
    more: changed({ JoinSource: 'Input' }),
  }),
  create('refused', { output: { AssembleWith: 'None' }, more: changed({ JoinSource: 'Input' }) }),
  create('refused', { more: { Tags: [{ Key: 'aws:x', Value: 'y' }] } }),
  ...run(
    'whole',
    { 'a.csv': '1' },
    {
      more: {
        MaxConcurrentTransforms: 2,
        MaxPayloadInMB: 50,
        BatchStrategy: 'MultiRecord',
        Environment: { MINE: 'm' },
        ModelClientConfig: { InvocationsTimeoutInSeconds: 1, InvocationsMaxRetries: 0 },
        DataCaptureConfig: { DestinationS3Uri: 's3://data/captured', GenerateInferenceId: true },
        DataProcessing: { InputFilter: '$', OutputFilter: '', JoinSource: 'None' },
        ExperimentConfig: { ExperimentName: 'e' },
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    },
  ),
  create('whole'),
  ...run(
    'plain',
    { 'a.csv': '1' },
    {
      input: { ContentType: undefined, SplitType: undefined },
      output: { Accept: undefined, AssembleWith: undefined },
    },
  ),
  ...[
    {},
    { MaxResults: 1 },
    { NameContains: 'pla' },
    { StatusEquals: 'Failed' },
    { SortBy: 'Name', SortOrder: 'Descending' },
  ].map((input): Step => ['ListTransformJobs', input]),
  model('waits'),
  put('stopped/in/a.csv', '1'),
  create('stopped', { more: { ModelName: 'waits' } }),
  {
    until: ['DescribeTransformJob', { TransformJobName: 'stopped' }],
    fulfils: ({ TransformStartTime }: { TransformStartTime?: Date }) =>
      TransformStartTime !== undefined,
  },
  ['StopTransformJob', { TransformJobName: 'stopped' }],
  ['DescribeTransformJob', { TransformJobName: 'stopped' }],
  ended('stopped'),
  ['DescribeTransformJob', { TransformJobName: 'stopped' }],
  ['StopTransformJob', { TransformJobName: 'stopped' }],
  ['s3:ListObjectsV2', { Bucket: 'data', Prefix: 'stopped/out' }],
];

const MEGABYTE = 1_024 * 1_024;
const batches: readonly Step[] = [
  ...ACCOUNT,
  ...run('lines', { 'a.csv': '1,2\n3\n', 'deep/b.csv': '1\n2,3', 'empty.csv': '' }),
  logOf('lines'),
  ...run('single', { 'a.csv': '1\n2\n3' }, { more: { BatchStrategy: 'SingleRecord' } }),
  ...run('unsplit', { 'a.csv': '1\n2\n' }, { input: { SplitType: 'None' } }),
  ...run(
    'unassembled',
    { 'a.csv': '1\n2\n' },
    { output: { AssembleWith: 'None' }, more: { BatchStrategy: 'SingleRecord' } },
  ),
  ...run('gzip', { 'a.csv.gz': gzipSync('1\n2') }, { input: { CompressionType: 'Gzip' } }),
  ...run('no-gzip', { 'a.csv.gz': '1\n2' }, { input: { CompressionType: 'Gzip' } }),
  put('folder/in/', ''),
  put('list.manifest', '[{"prefix":"s3://data/lines/in/"},"deep/b.csv","a.csv"]'),
  put('broken.manifest', '[{"prefix":"s3://data/"},7]'),
  ...['list', 'broken', 'none'].flatMap((name): readonly Step[] => [
    create(name, { input: source(`s3://data/${name}.manifest`, 'ManifestFile') }),
    ended(name),
    ['DescribeTransformJob', { TransformJobName: name }],
    ['s3:ListObjectsV2', { Bucket: 'data', Prefix: `${name}/out` }],
  ]),
  ...run('folder', {}),
  ...run('nothing', {}),
  ...run('nowhere', {}, { input: source('s3://nowhere/x') }),
  model('rules'),
  ...run('rules', { 'a.csv': '1\n2' }, { more: { ModelName: 'rules' } }),
  logOf('rules'),
  ...run(
    'own-rules',
    { 'a.csv': '1\n2' },
    {
      more: { ModelName: 'rules', MaxConcurrentTransforms: 1, MaxPayloadInMB: 3 },
    },
  ),
  logOf('own-rules'),
  model('bad-rules'),
  ...run('bad-rules', { 'a.csv': '1\n2' }, { more: { ModelName: 'bad-rules' } }),
  logOf('bad-rules'),
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html: a payload has up to MaxPayloadInMB.
  ...[MEGABYTE, MEGABYTE + 1].flatMap((length, index) =>
    run(`payload-${index}`, { 'a.csv': 'x'.repeat(length) }, { more: { MaxPayloadInMB: 1 } }),
  ),
  ...run(
    'payloads',
    { 'a.csv': `${'x'.repeat(MEGABYTE - 2)}\n1\n2` },
    {
      more: { MaxPayloadInMB: 1 },
    },
  ),
  ...run(
    'environment',
    { 'a.csv': 'environment' },
    {
      more: { Environment: { MINE: 'm' }, MaxPayloadInMB: 7, BatchStrategy: 'SingleRecord' },
    },
  ),
  ...run('environment-2', { 'a.csv': 'environment' }, { more: { MaxConcurrentTransforms: 4 } }),
  ...run(
    'several',
    { 'a.csv': '1', 'b.csv': '2' },
    {
      more: { TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 3 } },
    },
  ),
];

const processing: readonly Step[] = [
  ...ACCOUNT,
  model('sums'),
  ...run(
    'joined',
    { 'a.csv': 'id7,1,2\n"id, 8",3,4\r\n' },
    {
      more: changed({ InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' }),
    },
  ),
  ...run('filtered', { 'a.csv': 'id7,1,2\nid8,3,4\n' }, { more: changed({ InputFilter: '$[1]' }) }),
  ...run('output', { 'a.csv': '1,2\n3,4\n' }, { more: changed({ OutputFilter: '$[1]' }) }),
  ...['application/json', 'application/jsonlines', 'Application/JSON; charset=utf-8'].flatMap(
    (type, index) => [
      ...run(
        `json-${index}`,
        { 'a.json': '{"id":1,"features":[1,2]}' },
        {
          ...json(type),
          more: {
            ModelName: 'sums',
            ...changed({ InputFilter: '$.features', JoinSource: 'Input' }),
          },
        },
      ),
      ...run(
        `list-${index}`,
        { 'a.json': '[1,2]\n[3]' },
        {
          ...json(type),
          more: { ModelName: 'sums', ...changed({ JoinSource: 'Input' }) },
        },
      ),
    ],
  ),
  ...run(
    'no-json',
    { 'a.json': '{"a":' },
    {
      ...json('application/json'),
      more: changed({ InputFilter: '$.a' }),
    },
  ),
  ...run(
    'no-text',
    { 'a.csv': Buffer.from([0xff, 0xfe]) },
    { more: changed({ InputFilter: '$[0]' }) },
  ),
  ...run('mismatch', { 'a.csv': '1\nmore\n2' }, { more: changed({ JoinSource: 'Input' }) }),
  ...run(
    'captured',
    { 'a.csv': '1\n2', 'b.csv': 'fail' },
    {
      more: {
        DataCaptureConfig: { DestinationS3Uri: 's3://data/records-a/', GenerateInferenceId: true },
      },
    },
  ),
  ...run(
    'captured-json',
    { 'a.json': '{"id":1,"features":[1,2]}' },
    {
      ...json('application/json'),
      more: {
        ModelName: 'sums',
        DataCaptureConfig: { DestinationS3Uri: 's3://data/records-b', GenerateInferenceId: true },
        ...changed({ InputFilter: '$.features' }),
      },
    },
  ),
  ['s3:ListObjectsV2', { Bucket: 'data', Prefix: 'records-' }, 'list'],
  ...[2, 3, 5, 6].map(
    (index): Step => [
      's3:GetObject',
      (answered) => ({ Bucket: 'data', Key: answered(`list.Contents.${index}.Key`) }),
    ],
  ),
];

const failures: readonly Step[] = [
  ...ACCOUNT,
  ...role('reader', 's3:GetObject'),
  ...['dies', 'rude', 'reader'].map((name) =>
    model(name, name === 'reader' ? { ExecutionRoleArn: roleOf('reader') } : {}),
  ),
  ...run('fails', { 'a.csv': '1', 'b.csv': 'fail', 'c.csv': '2' }),
  logOf('fails'),
  ...run('refused', { 'a.csv': 'refuse' }),
  logOf('refused'),
  ...run('dies', { 'a.csv': '1' }, { more: { ModelName: 'dies' } }),
  ...run('rude', { 'a.csv': '1' }, { more: { ModelName: 'rude' } }),
  ...run(
    'busy',
    { 'a.csv': 'busy' },
    {
      more: { ModelClientConfig: { InvocationsMaxRetries: 2, InvocationsTimeoutInSeconds: 60 } },
    },
  ),
  ...run('busy-thrice', { 'a.csv': 'busy' }),
  ...run('reader', { 'a.csv': '1' }, { more: { ModelName: 'reader' } }),
  ...run('no-list', {}, { input: source('s3://data/fails'), more: { ModelName: 'reader' } }),
  ['s3:DeleteObject', { Bucket: 'data', Key: 'model.tar.gz' }],
  ...run('no-archive', { 'a.csv': '1' }),
  ['iam:DeleteRolePolicy', { RoleName: 'r', PolicyName: 'p' }],
  ['iam:DeleteRole', { RoleName: 'r' }],
  ...run('no-role', { 'a.csv': '1' }),
];

/** How often a model was busy, so that its answers differ. */
let busy = 0;

/** Model servers in this process, each at its own socket. */
const inlineModels: ProcessStarter = {
  start({ environment }) {
    const behaviour = environment['BEHAVIOUR'] ?? '';
    const server = createServer(
      { requireHostHeader: false },
      (request, response) => void answer(environment, request, response),
    );
    const exited = new Promise<{ code: number | undefined; signal: undefined }>((resolve) => {
      if (behaviour === 'dies') resolve({ code: 3, signal: undefined });
      else server.once('close', () => resolve({ code: 0, signal: undefined }));
    });
    if (behaviour !== 'dies') server.listen(environment['STEPMILL_SOCKET']);
    return Promise.resolve({
      pid: 0,
      exited,
      kill() {
        server.close();
        server.closeAllConnections();
      },
    });
  },
};

const RULES: Readonly<Record<string, string>> = {
  rules: '{"MaxConcurrentTransforms":3,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":2}',
  'bad-rules': '{"MaxConcurrentTransforms":-1,"BatchStrategy":"OTHER","MaxPayloadInMB":101}',
};

async function answer(
  environment: Readonly<Record<string, string | undefined>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { BEHAVIOUR: behaviour = '' } = environment;
  const body = (await buffer(request)).toString();
  const send = (status: number, text: string) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
  if (request.url === '/ping') return send(200, '');
  if (request.url === '/execution-parameters') {
    const rules = RULES[behaviour];
    return rules === undefined ? send(404, '') : send(200, rules);
  }
  if (behaviour === 'rude') return void request.socket.destroy();
  if (behaviour === 'waits') return;
  if (body === 'fail') return send(500, 'it failed');
  if (body === 'refuse') return send(400, 'not so');
  if (body === 'busy') {
    busy += 1;
    return busy % 4 === 0 ? send(200, `after ${busy}`) : send(503, `busy ${busy}`);
  }
  if (body === 'environment') return send(200, environmentOf(environment));
  const lines = body.split('\n').map((line) => answerTo(behaviour, line, request));
  return send(200, lines.join('\n'));
}

const environmentOf = (environment: Readonly<Record<string, string | undefined>>) =>
  Object.entries(environment)
    .filter(([name]) => /^(?:SAGEMAKER_|MINE)/.test(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

function answerTo(behaviour: string, line: string, { headers }: IncomingMessage): string {
  if (line === 'more') return 'two\nlines';
  if (behaviour === 'sums') {
    const value: unknown = JSON.parse(line);
    const numbers = Array.isArray(value) ? (value as readonly number[]) : [];
    return JSON.stringify({ sum: numbers.reduce((sum, one) => sum + one, 0) });
  }
  const shown = line.length > 100 ? `${line.length} characters` : line;
  return `${shown},${headers['content-type']},${headers.accept}`;
}

function createTestSageMaker(cloud: Cloud): Service {
  const python = new PythonHost({ environmentFolder: cloud.pythonFolder, logger: cloud.logger });
  const discarded = new DiscardedFolders(join(cloud.stateFolder, 'discarded'), cloud);
  const state = { cloud, python, discarded, tags: createTags(cloud.store) };
  const hosting = createHosting(state, inlineModels);
  const transform = createTransformJobs(state, inlineModels);
  return {
    name: 'sagemaker',
    ...sageMakerWords,
    ...hosting,
    operations: { ...hosting.operations, ...transform.operations },
    halt() {
      hosting.halt?.();
      transform.halt?.();
    },
    async stop() {
      await hosting.stop?.();
      await transform.ended?.();
    },
  };
}

it.each(Object.entries({ requests, batches, processing, failures }))(
  'transform jobs answer about %s as in the transcript',
  async (name, steps) => {
    busy = 0;
    const transcript = await transcriptOf(
      'sagemaker',
      [
        createIamService,
        createStsService,
        createKmsService,
        createS3Service,
        createCloudWatchService,
        createTestSageMaker,
        createLogsService,
      ],
      steps,
      { hasTextBodies: true },
    );

    // The sums of what has random ids are random.
    const shown = withNumberedIds(transcript).replaceAll(/(?<=ETag: '")[\da-f]{32}/g, 'sum');
    await expect(shown).toMatchFileSnapshot(`transcripts/${name}.txt`);
  },
);
