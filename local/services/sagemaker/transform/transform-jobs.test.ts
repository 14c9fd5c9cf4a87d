import { gzipSync } from 'node:zlib';
import {
  CreateModelCommand,
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DeleteModelCommand,
  DescribeTransformJobCommand,
  type DescribeTransformJobCommandOutput,
  ListTransformJobsCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostingBench, SKLEARN, startHostingBench } from '../../../testing/hosting.testing.ts';

let bench: HostingBench;
let jobs = 0;

/** Answers each line with its number of cells, or as the line asks. */
const counting = `
import os, time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    rows = data.rstrip("\\n").split("\\n")
    if any(row.startswith("boom") for row in rows): raise ValueError("a bad row")
    if any(row.startswith("refused") for row in rows):
        from sagemaker_containers.beta.framework import worker
        return worker.Response("field rings: x is not a number", status=400, mimetype="text/plain")
    if rows[0].startswith("sleep"): time.sleep(60)
    if rows[0] == "environment":
        names = sorted(name for name in os.environ if name.startswith("SAGEMAKER_") or name == "MINE")
        return "\\n".join(f"{name}={os.environ[name]}" for name in names), "text/csv"
    if rows[0] == "batch": return str(len(rows)), "text/csv"
    return "\\n".join(str(len(row.split(","))) for row in rows), "text/csv"
`;

/** Answers a JSON document, or each of several, with its features. */
const features = `
import json
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    if isinstance(data, bytes): data = data.decode()
    lines = [json.loads(line) for line in data.split("\\n")] if "lines" in content_type else [json.loads(data)]
    return "\\n".join(json.dumps({"sum": sum(line if isinstance(line, list) else line["features"])}) for line in lines), content_type
`;

beforeAll(async () => {
  bench = await startHostingBench();
  await bench.createConfig('counting', counting);
  await bench.createConfig('features', features);
});

afterAll(() => bench.close());

const CSV = { ContentType: 'text/csv', SplitType: 'Line' } as const;
const CSV_OUT = { Accept: 'text/csv', AssembleWith: 'Line' } as const;

interface Job {
  readonly input?: Partial<CreateTransformJobCommandInput['TransformInput']>;
  readonly output?: Partial<CreateTransformJobCommandInput['TransformOutput']>;
  readonly more?: Partial<CreateTransformJobCommandInput>;
}

/** Starts a job with the files of its own folder as the input. */
async function start(files: Readonly<Record<string, string | Uint8Array>>, job: Job = {}) {
  jobs += 1;
  const name = `transform-${jobs}`;
  for (const [path, body] of Object.entries(files)) {
    await bench.objects.put(`models/${name}/in/${path}`, Buffer.from(body));
  }
  const request: CreateTransformJobCommandInput = {
    TransformJobName: name,
    ModelName: 'counting',
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://models/${name}/in/` } },
      ...CSV,
      ...job.input,
    },
    TransformOutput: { S3OutputPath: `s3://models/${name}/out`, ...CSV_OUT, ...job.output },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    ...job.more,
  };
  await bench.sagemaker.send(new CreateTransformJobCommand(request));
  return name;
}

async function ended(name: string): Promise<DescribeTransformJobCommandOutput> {
  const describe = () =>
    bench.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }));
  await expect
    .poll(async () => (await describe()).TransformJobStatus, { timeout: 50_000 })
    .not.toMatch(/InProgress|Stopping/);
  return describe();
}

async function run(files: Readonly<Record<string, string | Uint8Array>>, job: Job = {}) {
  const name = await start(files, job);
  const described = await ended(name);
  const keys = (await bench.objects.list('models'))
    .filter((key) => key.startsWith(`${name}/out/`))
    .map((key) => key.slice(`${name}/out/`.length));
  const output: Record<string, string> = {};
  for (const key of keys) output[key] = await bench.objects.read(`models/${name}/out/${key}`);
  return { name, described, output };
}

const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

const refusal = (job: Job) => start({}, job).catch((error: Error) => error.message);

describe('a transform job', () => {
  it('stores one answer for each object below the prefix, with the path of the object', async () => {
    const { described, output } = await run({ 'a.csv': '1,2\n3\n', 'deep/b.csv': '1\n2,3,4' });

    expect(output).toEqual({ 'a.csv.out': '2\n1\n', 'deep/b.csv.out': '1\n3\n' });
    expect(described.TransformJobStatus).toBe('Completed');
    expect(described.DataProcessing).toEqual({
      InputFilter: '$',
      OutputFilter: '$',
      JoinSource: 'None',
    });
  });

  it('reads the objects that a manifest names', async () => {
    await bench.objects.put('models/listed/x.csv', Buffer.from('1,2,3'));
    await bench.objects.put('models/listed/sub/y.csv', Buffer.from('1'));
    const manifest = [{ prefix: 's3://models/listed/' }, 'sub/y.csv', 'x.csv'];
    await bench.objects.put('models/manifest.json', Buffer.from(JSON.stringify(manifest)));
    const S3DataSource = {
      S3DataType: 'ManifestFile' as const,
      S3Uri: 's3://models/manifest.json',
    };

    const { output } = await run({}, { input: { DataSource: { S3DataSource } } });

    expect(output).toEqual({ 'sub/y.csv.out': '1\n', 'x.csv.out': '3\n' });
  });

  it('joins rows with predictions, and filters what the model reads and what is stored', async () => {
    const files = { 'a.csv': 'id7,1,2,3\n"id, 8",1,2,3\r\n' };
    const DataProcessing = {
      InputFilter: '$[1:]',
      JoinSource: 'Input',
      OutputFilter: '$[0,-1]',
    } as const;

    const { output } = await run(files, { more: { DataProcessing } });

    expect(output).toEqual({ 'a.csv.out': 'id7,3\n"id, 8",3\n' });
  });

  it('sends one record a request, or as many as fit', async () => {
    const files = { 'a.csv': 'batch\n1\n2\n' };

    const many = await run(files, { more: { BatchStrategy: 'MultiRecord' } });
    const single = await run(files, {
      more: { BatchStrategy: 'SingleRecord', MaxConcurrentTransforms: 4 },
    });

    expect(many.output).toEqual({ 'a.csv.out': '3\n' });
    expect(single.output).toEqual({ 'a.csv.out': '1\n1\n1\n' });
  });

  it('sends a file whole without a split, and reads gzip', async () => {
    const { output } = await run(
      { 'a.csv.gz': gzipSync('1,2\n3') },
      { input: { SplitType: 'None', CompressionType: 'Gzip' }, output: { AssembleWith: 'None' } },
    );

    expect(output).toEqual({ 'a.csv.gz.out': '2\n1' });
  });

  it('provides the variables of batch transform and of the job', async () => {
    const { output } = await run(
      { 'a.csv': 'environment' },
      { more: { Environment: { MINE: 'yes' }, MaxPayloadInMB: 2, BatchStrategy: 'SingleRecord' } },
    );

    const lines = (output['a.csv.out'] ?? '').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'MINE=yes',
        'SAGEMAKER_BATCH=true',
        'SAGEMAKER_BATCH_STRATEGY=SINGLE_RECORD',
        'SAGEMAKER_MAX_CONCURRENT_TRANSFORMS=1',
        'SAGEMAKER_MAX_PAYLOAD_IN_MB=2',
      ]),
    );
  });

  it('joins JSON documents as an attribute', async () => {
    const json = { ContentType: 'application/json', SplitType: 'None' } as const;
    const out = { Accept: 'application/json', AssembleWith: 'None' } as const;
    const DataProcessing = { JoinSource: 'Input' } as const;
    const more = { ModelName: 'features', DataProcessing };

    const { output } = await run(
      { 'a.json': '{"id": 1, "features": [1, 2]}', 'b.json': '[3, 4]' },
      { input: json, output: out, more },
    );

    expect(output).toEqual({
      'a.json.out': '{"id":1,"features":[1,2],"SageMakerOutput":{"sum":3}}',
      'b.json.out': '{"SageMakerInput":[3,4],"SageMakerOutput":{"sum":7}}',
    });
  });

  it('joins JSON lines, each with its own prediction', async () => {
    const type = 'application/jsonlines';
    const DataProcessing = {
      InputFilter: '$.features',
      JoinSource: 'Input',
      OutputFilter: "$['id','SageMakerOutput']",
    } as const;

    const { output } = await run(
      { 'a.jsonl': '{"id":1,"features":[1,2]}\n{"id":2,"features":[5]}\n' },
      {
        input: { ContentType: type },
        output: { Accept: type },
        more: { ModelName: 'features', DataProcessing },
      },
    );

    expect(output).toEqual({
      'a.jsonl.out': '{"id":1,"SageMakerOutput":{"sum":3}}\n{"id":2,"SageMakerOutput":{"sum":5}}\n',
    });
  });

  it('captures which files it read and wrote, and identifies its records', async () => {
    const DataCaptureConfig = {
      DestinationS3Uri: 's3://captures/batch',
      GenerateInferenceId: true,
    };

    const { name, output, described } = await run(
      { 'a.csv': '1\n2' },
      { more: { DataCaptureConfig } },
    );

    const start = described.TransformStartTime?.toISOString() ?? '';
    const hour = start.slice(0, 13).replaceAll(/[-T]/g, '/');
    const keys = await bench.objects.list('captures');
    const read = async (side: string) => {
      const key = keys.find((one) => one.startsWith(`batch/${side}/${hour}/`));
      return JSON.parse(await bench.objects.read(`captures/${key}`));
    };
    expect(output['a.csv.out']).toMatch(
      new RegExp(
        `^1,[0-9a-f-]{36},${start.slice(0, 19)}Z\n1,[0-9a-f-]{36},${start.slice(0, 19)}Z\n$`,
      ),
    );
    expect(await read('input')).toEqual([{ prefix: `s3://models/${name}/in/` }, 'a.csv']);
    expect(await read('output')).toEqual([{ prefix: `s3://models/${name}/out/` }, 'a.csv.out']);
  });
});

describe('a transform job with a bad file', () => {
  it('stores the other files, and fails with the kind of the error', async () => {
    const files = { 'a.csv': 'boom', 'b.csv': '1,2', 'c.csv': '1' };

    const { name, described, output } = await run(files);

    expect(output).toEqual({ 'b.csv.out': '2\n', 'c.csv.out': '1\n' });
    expect(described.TransformJobStatus).toBe('Failed');
    expect(described.FailureReason).toBe(
      `AlgorithmError: See job logs for more information (models/${name}/in/a.csv: Bad HTTP status received from algorithm: 500)`,
    );
  });

  it('logs the answer of the model', async () => {
    const { name, described } = await run({ 'a.csv': 'refused' });

    const lines = bench.logLines
      .filter(
        ({ logStream }) => logStream.startsWith(`${name}/`) && logStream.endsWith('/data-log'),
      )
      .map(({ message }) => message.replace(/^.*?\[sagemaker logs\]: /, ''));
    const label = `models/${name}/in/a.csv`;
    expect(described.FailureReason).toMatch(/^ClientError: See job logs for more information/);
    expect(lines).toEqual([
      'MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD',
      `${label}: ClientError: 400`,
      `${label}: `,
      `${label}: Message:`,
      `${label}: field rings: x is not a number`,
    ]);
  });

  it.each([
    [
      'a record larger than the payload',
      { 'a.csv': 'x'.repeat(1024 * 1024 + 1) },
      { more: { MaxPayloadInMB: 1 } },
      /Too much data for max payload size/,
    ],
    [
      'an answer with another number of lines',
      { 'a.csv': 'batch\n1\n2' },
      { more: { DataProcessing: { JoinSource: 'Input' } } },
      /Fail to join data: mismatched line count/,
    ],
    [
      'a row without the filtered column',
      { 'a.csv': '1,2' },
      { more: { DataProcessing: { InputFilter: '$[7]' } } },
      /JSONPath \$\[7\] selects something that the record lacks/,
    ],
    [
      'bytes that are not UTF-8',
      { 'a.csv': Buffer.from([0xff, 0xfe, 0x0a]) },
      { more: { DataProcessing: { JoinSource: 'Input' } } },
      /Unable to parse data as UTF-8/,
    ],
    [
      'a file that is not gzip',
      { 'a.csv': '1' },
      { input: { CompressionType: 'Gzip' } },
      /Failed to decompress/,
    ],
  ] as const)('fails for %s', async (_case, files, job, reason) => {
    const { described, output } = await run(files, job);

    expect(output).toEqual({});
    expect(described.FailureReason).toMatch(/^ClientError: See job logs/);
    expect(described.FailureReason).toMatch(reason);
  });

  it('fails without objects below the prefix', async () => {
    const { described } = await run({});

    expect(described.FailureReason).toMatch(/^ClientError: No S3 objects found under S3 URL/);
  });
});

it('a stopped job ends its model and stores nothing', async () => {
  const name = await start({ 'a.csv': '1', 'b.csv': 'sleep' });
  await expect
    .poll(() => bench.logLines.filter(({ logStream }) => logStream.startsWith(`${name}/`)), {
      timeout: 50_000,
    })
    .not.toEqual([]);

  await bench.sagemaker.send(new StopTransformJobCommand({ TransformJobName: name }));
  const described = await ended(name);

  const stop = new StopTransformJobCommand({ TransformJobName: name });
  expect(described.TransformJobStatus).toBe('Stopped');
  expect((await bench.objects.list('models')).filter((key) => key.includes(`${name}/out`))).toEqual(
    [],
  );
  await expect(bench.sagemaker.send(stop)).rejects.toThrow(
    'The request was rejected because the transform job is in status Stopped.',
  );
});

it('publishes the states of a job, and lists it', async () => {
  const { name } = await run({ 'a.csv': '1' });

  const arn = `arn:aws:sagemaker:us-east-1:000000000000:transform-job/${name}`;
  const details = bench.events
    .filter(({ resources }) => resources.includes(arn))
    .map(({ detail }) => detail as Readonly<Record<string, unknown>>);
  const listed = await bench.sagemaker.send(
    new ListTransformJobsCommand({ NameContains: name, StatusEquals: 'Completed' }),
  );
  expect(details.map((detail) => detail['TransformJobStatus'])).toEqual([
    'InProgress',
    'Completed',
  ]);
  expect(details.at(-1)).toMatchObject({ TransformJobArn: arn, ModelName: 'counting', Tags: {} });
  expect(listed.TransformJobSummaries).toMatchObject([{ TransformJobArn: arn }]);
});

it('records the utilization of its instance', async () => {
  const { name } = await run({ 'a.csv': '1' });

  const recorded = bench.metrics.filter(({ namespace }) => namespace.endsWith('TransformJobs'));
  const own = recorded.filter(({ dimensions }) => dimensions['Host']?.startsWith(`${name}/i-`));
  expect(own.map((datum) => datum.name)).toEqual(['CPUUtilization', 'MemoryUtilization']);
});

it('a job needs the permissions of its model’s role', async () => {
  const owner = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
  const { cloud } = bench.runtime;
  await cloud.call(owner, 'iam', 'CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'sagemaker.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  });
  await cloud.call(owner, 'iam', 'PutRolePolicy', {
    RoleName: 'reader',
    PolicyName: 'read',
    PolicyDocument: policy({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: '*',
    }),
  });
  await bench.sagemaker.send(
    new CreateModelCommand({
      ModelName: 'reader',
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/reader',
      PrimaryContainer: { Image: SKLEARN, ModelDataUrl: 's3://models/counting.tar.gz' },
    }),
  );

  const { name, described } = await run({ 'a.csv': '1' }, { more: { ModelName: 'reader' } });

  expect(described.TransformJobStatus).toBe('Failed');
  expect(described.FailureReason).toMatch(
    new RegExp(
      `^ClientError: Failed to upload data. PutObject failed for s3://models/${name}/out/a.csv.out: AccessDenied`,
    ),
  );
});

it('fails with AWS’s words if the model does not start', async () => {
  await bench.createConfig('broken', 'raise ValueError("no such column")');

  const { described } = await run({ 'a.csv': '1' }, { more: { ModelName: 'broken' } });

  expect(described.FailureReason).toMatch(
    /^AlgorithmError: Model container failed to respond to ping. Please ensure \/ping endpoint is implemented and responds with an HTTP 200 status code \(.*no such column/s,
  );
});

it('takes what the request leaves out from the model', async () => {
  await bench.createConfig(
    'own-rules',
    `${counting}
def execution_parameters_fn():
    return {"MaxConcurrentTransforms": 3, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 2}
`,
  );

  const { output } = await run({ 'a.csv': 'batch\n1' }, { more: { ModelName: 'own-rules' } });

  expect(output).toEqual({ 'a.csv.out': '1\n1\n' });
  expect(bench.logLines.map(({ message }) => message).join('\n')).toContain(
    'MaxConcurrentTransforms=3, MaxPayloadInMB=2, BatchStrategy=SINGLE_RECORD',
  );
});

it('a job keeps its model when the model is deleted', async () => {
  await bench.createConfig('deleted', counting);
  const name = await start({ 'a.csv': '1' }, { more: { ModelName: 'deleted' } });
  await bench.sagemaker.send(new DeleteModelCommand({ ModelName: 'deleted' }));

  const described = await ended(name);

  expect(described.TransformJobStatus).toBe('Completed');
});

it.each<[string, Job, RegExp]>([
  ['a model that does not exist', { more: { ModelName: 'none' } }, /^Could not find model "arn:/],
  [
    'larger payloads than an instance has room for',
    { more: { MaxConcurrentTransforms: 3, MaxPayloadInMB: 50 } },
    /must not exceed 100 MB/,
  ],
  [
    'a strategy without a split',
    { input: { SplitType: 'None' }, more: { BatchStrategy: 'MultiRecord' } },
    /^BatchStrategy MultiRecord requires SplitType/,
  ],
  [
    'a filter that is no path',
    { more: { DataProcessing: { InputFilter: '$..a' } } },
    /^InputFilter \$\.\.a is not a JSONPath that batch transform supports/,
  ],
  [
    'a join of two content types',
    { output: { Accept: 'application/json' }, more: { DataProcessing: { JoinSource: 'Input' } } },
    /^JoinSource Input requires the same content type/,
  ],
  [
    'a join that assembles otherwise than it splits',
    { output: { AssembleWith: 'None' }, more: { DataProcessing: { JoinSource: 'Input' } } },
    /^JoinSource Input requires SplitType \(Line\) and AssembleWith \(None\)/,
  ],
  ['RecordIO', { input: { SplitType: 'RecordIO' } }, /does not implement SplitType RecordIO/],
  [
    'an accelerated instance',
    { more: { TransformResources: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1 } } },
    /'ml.p3.2xlarge for transform job usage' is 0 Instances/,
  ],
])('refuses %s', async (_case, job, message) => {
  expect(await refusal(job)).toMatch(message);
});
