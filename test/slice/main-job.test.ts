import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DescribeProcessingJobCommand, ListProcessingJobsCommand } from '@aws-sdk/client-sagemaker';
import { DescribeStateMachineCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { predict } from '../../cli/project/predict-rows.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { preparePythonPrograms } from '../python-programs.ts';
import { ChildRuntime, untilGone } from './child-runtime.ts';
import { Executions, hashOf } from './executions.ts';
import { Inbox } from './inbox.ts';
import { describeMainJob } from './main-job.testing.ts';
import { type Slice, type SliceRuntime, startSlice, type Upload } from './slice-runtime.ts';
import { until } from './until.ts';

let runtime: SliceRuntime;
let slice: Slice;
let people: Inbox;

beforeAll(async () => {
  runtime = await startSlice();
  slice = runtime.slice;
  people = await Inbox.open(runtime.clientConfig, slice.project.topicArn);
});

afterAll(() => runtime?.close());

/** A dataset that is refused at its validation: long enough, with one bad field in line 3. */
function lines(change: (fields: readonly string[]) => readonly string[]): string {
  const rows = generateAbaloneSample(3, 120).trimEnd().split('\n');
  return rows
    .map((row, index) => (index === 2 ? change(row.split(',')).join(',') : row))
    .join('\n');
}

const HEADER =
  'sex,length,diameter,height,whole_weight,shucked_weight,viscera_weight,shell_weight,rings';
const good = generateAbaloneSample(3, 120);
const wrongType = lines(([sex = '', , ...rest]) => [sex, 'long', ...rest]);

/** S3's longest key. */
const MAXIMUM_KEY_BYTES = 1_024;
const INCOMING = 'incoming/abalone/';

/** Extends a key to the maximum length. */
function longName(name: string): string {
  return `${name}${'x'.repeat(MAXIMUM_KEY_BYTES - Buffer.byteLength(`${INCOMING}${name}`))}`;
}

/** The record and the notification of a refused upload. */
async function rejectionOf(upload: Upload, body: string | Uint8Array) {
  const { executionArn, status, output, path } = await slice.trained(upload);
  const kept = await slice.read(upload.key, upload.versionId);
  const claim = await slice.claimOn(`dataset#${output?.datasetId}`);
  return {
    status,
    end: path.at(-1),
    output,
    jobs: await slice.trainings.jobs(executionArn),
    isKept: kept.equals(Buffer.from(body)),
    claim: { key: claim?.['key']?.S, versionId: claim?.['versionId']?.S },
    isOwner: claim?.['owner']?.S === executionArn,
    record: await slice.readJson(`quarantine/abalone/${output?.datasetId}.json`),
    notification: (await people.notification(upload.versionId)).Message,
  };
}

/** The parts that every rejection has. */
function rejected(upload: Upload, reason: string) {
  return {
    status: 'SUCCEEDED',
    end: 'Dataset rejected',
    output: {
      outcome: 'Dataset rejected',
      key: upload.key,
      reason: expect.stringContaining(reason),
    },
    jobs: [],
    isKept: true,
    claim: upload,
    isOwner: true,
    record: { project: 'abalone', dataset: upload, reason: expect.stringContaining(reason) },
    notification: expect.stringContaining(`Dataset: ${upload.key} (version ${upload.versionId})`),
  };
}

describe.concurrent('A bad upload is recorded and reported, and starts no job:', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'The file is empty'],
    ['a header where none is declared', `${HEADER}\n${good}`, 'The first line is a header'],
    ['a wrong delimiter', good.replaceAll(',', ';'), 'separated by ";"'],
    ['binary content', Uint8Array.from({ length: 4096 }, (_, i) => i % 256), 'binary data'],
    ['gzip content', gzipSync(good), 'The file is gzip data'],
    ['a byte order mark', `\uFEFF${good}`, 'byte order mark'],
    ['Windows line ends', good.replaceAll('\n', '\r\n'), 'CR LF'],
    ['a line break in quotes', `M,"0.4\n5"${good}`, 'Line 1 is not well-formed CSV'],
    ['a line of 50 MB', Buffer.alloc(50 * 1024 * 1024, '1'), 'Line 1 is longer than'],
  ])('%s', async (what, body, reason) => {
    const upload = await slice.upload(`${what}.csv`, body);

    expect(await rejectionOf(upload, body)).toMatchObject(rejected(upload, reason));
  });

  it.each<[string, string, string, string]>([
    ['a missing column', lines((row) => row.slice(1)), 'missing columns', '8 fields, expected 9'],
    ['an extra column', lines((row) => [...row, '1']), 'extra columns', '10 fields, expected 9'],
    ['a word for a number', wrongType, 'wrong type', 'column length: the value is not a number'],
    [
      'a value out of range',
      lines((row) => [...row.slice(0, -1), '101']),
      'out of range',
      'column rings: the value is above 100',
    ],
  ])('%s, with its place', async (what, body, rule, place) => {
    const upload = await slice.upload(`${what}.csv`, body);

    const rejection = await rejectionOf(upload, body);
    expect(rejection).toMatchObject(rejected(upload, place));
    expect(rejection.record).toMatchObject({
      problems: [{ rule, count: 1, examples: [expect.stringMatching(/^line 3\b/)] }],
    });
    expect(rejection.notification).toContain(place);
  });

  it.each<[string, string]>([
    ['spaces', 'with spaces  twice.csv'],
    ['plus signs', 'plus+and+plus.csv'],
    ['percent signs', '100%25 %2F %zz.csv'],
    ['what separates in URLs', 'semi;colon;a=b&c?d#e.csv'],
    ['quotes', 'quotes\'"and\\back.csv'],
    ['unicode', 'Ünïcødé 日本語 🐚.csv'],
    ['folders', 'deep/er/and deeper/x.csv'],
    ['1,024 bytes', longName('a + % ; 日本語/')],
  ])('a bad row under a key with %s', async (_what, name) => {
    const upload = await slice.upload(name, wrongType);

    expect(await rejectionOf(upload, wrongType)).toMatchObject(
      rejected(upload, 'line 3, column length: the value is not a number'),
    );
  });

  it('the values of its rows are only in the quarantine record', async () => {
    const body = lines((row) => ['M', 'top-secret-value', ...row.slice(2)]);
    const upload = await slice.upload('values.csv', body);

    const { record, notification } = await rejectionOf(upload, body);
    const { executionArn } = await slice.trained(upload);

    expect(JSON.stringify(record)).toContain('top-secret-value');
    expect(notification).not.toContain('top-secret-value');
    expect(JSON.stringify(await slice.trainings.history(executionArn))).not.toContain(
      'top-secret-value',
    );
  });
});

it('trains on an upload with the longest and strangest key', async () => {
  const body = generateAbaloneSample(5, 400);
  const upload = await slice.upload(longName('all + of % it; 日本語 %2F/'), body);

  const { status, output, path } = await slice.trained(upload);

  expect({ status, key: output?.key }).toEqual({ status: 'SUCCEEDED', key: upload.key });
  expect(['Registered', 'Below the gate']).toContain(path.at(-1));
  const run = `runs/abalone/${output?.datasetId}`;
  expect((await slice.read(`${run}/dataset/data.csv`)).toString('utf8')).toBe(body);
  expect(await slice.readJson(`${run}/manifest.json`)).toMatchObject({
    rowCount: 400,
    sources: [{ bucket: slice.project.bucket, ...upload, sizeBytes: body.length }],
  });
  expect((await people.notification(upload.key)).Message).toContain(`Dataset: ${upload.key}`);
});

describeMainJob('the synthetic sample', () => slice, generateAbaloneSample(20_261_120));

it.each([
  ['boto3', 'python', 'live_app.py'],
  ['the AWS CLI', 'bash', 'live-app.sh'],
])(
  'works with %s for jobs, packages, executions and the live model',
  async (_, program, script) => {
    const programs = await preparePythonPrograms(resolve('test/clients/requirements.txt'));

    const { stdout } = await promisify(execFile)(program, [join('test/clients', script)], {
      env: {
        ...process.env,
        PATH: `${programs}:${process.env['PATH']}`,
        AWS_CLI: join(programs, 'aws'),
        AWS_ENDPOINT_URL: runtime.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
      },
    });

    expect(stdout.trim().split('\n')).toHaveLength(6);
  },
  180_000,
);

it('records and reports an upload to an unknown project', async () => {
  const unclaimed = new Executions(
    slice.connection,
    slice.project.trainingStateMachineArn.replace(/-training$/, '-unclaimed-uploads'),
  );
  const upload = await slice.put('incoming/unknown/x.csv', good);

  const { executionArn, status } = await unclaimed.end(await unclaimed.begunBy(upload.versionId));

  expect(status).toBe('SUCCEEDED');
  expect(await slice.readJson(`quarantine/abalone/stray-${hashOf(executionArn)}.json`)).toEqual({
    object: expect.objectContaining({ key: upload.key, 'version-id': upload.versionId }),
    reason:
      'No project looks where the object lies. Upload below incoming/abalone/. Nothing was trained; the upload stays.',
  });
  expect((await people.notification(upload.key)).Subject).toBe(
    'abalone: an upload belongs to no project',
  );
});

describe('Permissions are needed:', () => {
  it('without those of the jobs, a job fails and is recorded and reported', async () => {
    const { RoleArn = '' } = await aJob();
    const body = generateAbaloneSample(6, 400);
    const upload = await slice.upload('forbidden job.csv', body);

    const { executionArn, status, cause, path } = await withoutPolicies(RoleArn, () =>
      slice.trained(upload),
    );
    const again = await slice.trained(await slice.upload('forbidden job.csv', body));

    expect(status).toBe('FAILED');
    expect(cause).toContain('AccessDenied');
    expect(path.slice(-4)).toEqual([
      'Prepare data',
      'Record failure',
      'Announce failure',
      'Failed',
    ]);
    const record = await slice.readJson(`runs/abalone/failures/${hashOf(executionArn)}.json`);
    expect(record).toMatchObject({
      failure: { state: 'Prepare data', reason: expect.stringContaining('AccessDenied') },
    });
    const notification = await people.notification('training failed in Prepare data', upload.key);
    expect(notification.Message).toContain('upload the file again');
    expect(again.path).toContain('Take over claim on content');
    expect(again).toMatchObject({ status: 'SUCCEEDED', error: undefined });
  });

  it('without its own, the workflow fails as on AWS, and works once they are restored', async () => {
    const { roleArn = '' } = await slice.connection.states.send(
      new DescribeStateMachineCommand({ stateMachineArn: slice.project.trainingStateMachineArn }),
    );
    const forbidden = await withoutPolicies(roleArn, async () =>
      slice.trained(await slice.upload('forbidden.csv', wrongType)),
    );
    const allowed = await slice.trained(await slice.upload('forbidden.csv', wrongType));

    expect(forbidden).toMatchObject({
      status: 'FAILED',
      error: 'DynamoDB.AmazonDynamoDBException',
      cause: expect.stringMatching(
        /^Claim dataset: User: arn:aws:sts::000000000000:assumed-role\/\S+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table\/\S+ because no identity-based policy allows the dynamodb:PutItem action/,
      ),
      path: ['Identify dataset', 'Claim dataset', 'Record failure', 'Announce failure', 'Failed'],
    });
    expect(allowed.path.at(-1)).toBe('Dataset rejected');
  });
});

/** Starts a runtime on the same state folder each time. */
function startChild(): Promise<ChildRuntime> {
  return ChildRuntime.start(join(runtime.folder, 'child'), runtime.assembly);
}

/** Any job of an earlier training. */
async function aJob() {
  const { sagemaker } = slice.connection;
  const { ProcessingJobSummaries = [] } = await sagemaker.send(
    new ListProcessingJobsCommand({ NameContains: 'abalone-prepare-' }),
  );
  return sagemaker.send(
    new DescribeProcessingJobCommand({
      ProcessingJobName: ProcessingJobSummaries[0]?.ProcessingJobName,
    }),
  );
}

/** Removes a role's policies during an action, and restores them. */
async function withoutPolicies<Result>(
  roleArn: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const iam = new IAMClient(runtime.clientConfig);
  const RoleName = roleArn.split('/').at(-1);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(PolicyNames).not.toEqual([]);
  const policies = await Promise.all(
    PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  for (const PolicyName of PolicyNames) {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
  try {
    return await act();
  } finally {
    for (const { PolicyName, PolicyDocument = '' } of policies) {
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName,
          PolicyDocument: decodeURIComponent(PolicyDocument),
        }),
      );
    }
  }
}

describe('In real time, in its own process:', () => {
  let child: ChildRuntime;

  beforeAll(async () => {
    child = await startChild();
  });

  afterAll(() => child?.stop());

  it('rejects an object that was deleted before it was read', async () => {
    const { s3 } = child.slice.connection;
    const Bucket = child.slice.project.bucket;
    const marked = await child.slice.upload('marked.csv', good);
    const gone = await child.slice.upload('gone.csv', good);

    await s3.send(new DeleteObjectCommand({ Bucket, Key: marked.key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: gone.key, VersionId: gone.versionId }));

    for (const upload of [marked, gone]) {
      const { executionArn, status, output } = await child.slice.trained(upload);
      expect({ status, output }).toEqual({
        status: 'SUCCEEDED',
        output: {
          outcome: 'Dataset rejected',
          datasetId: expect.any(String),
          key: upload.key,
          reason: expect.stringContaining('The object was deleted before it was read.'),
          problems: [],
          record: expect.stringMatching(/^s3:\/\/.*\/quarantine\/abalone\//),
        },
      });
      expect(await child.slice.trainings.jobs(executionArn)).toEqual([]);
      const record = `quarantine/abalone/${output?.datasetId}.json`;
      expect(await child.slice.readJson(record)).toMatchObject({ dataset: upload });
    }
  });

  it('keeps its state folder locked while it runs', async () => {
    await expect(startChild()).rejects.toThrow(/is in use/);
  });

  it('reports a port that is in use, and the fix', async () => {
    const { port } = new URL(runtime.endpoint);
    const other = ['start', '--port', port, '--ephemeral', '--assembly', runtime.assembly];

    const ended = promisify(execFile)(process.execPath, ['dist/cli/main.js', ...other]);

    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`${port} on 127.0.0.1 is in use.*--port`)),
    });
  });

  it('trains on the last upload of a burst, and completes the training after two kills', async () => {
    const burst: Upload[] = [];
    // The last upload has so many rows that its training takes some time.
    for (const rowCount of [200, 201, 202, 203, 40_000]) {
      burst.push(await child.slice.upload('burst.csv', generateAbaloneSample(1, rowCount)));
    }
    const superseded = burst.slice(0, -1);
    const last = await child.slice.trainings.begunBy(burst.at(-1)?.versionId ?? '');
    await until('the claim', async () =>
      (await child.slice.trainings.path(last)).includes('Wait for uploads to settle')
        ? true
        : undefined,
    );
    await child.kill();
    child = await startChild();

    for (const upload of superseded) {
      const { executionArn, path } = await child.slice.trained(upload);
      expect(path).toEqual([
        'Identify dataset',
        'Claim dataset',
        'Wait for uploads to settle',
        'Look for newer data',
        'Newest upload?',
        'Superseded',
      ]);
      expect(await child.slice.trainings.jobs(executionArn)).toEqual([]);
    }

    const { trainings } = child.slice;
    await until('the training', async () =>
      (await trainings.path(last)).includes('Train model') ? true : undefined,
    );
    const processes = await child.descendants();
    const killedAt = new Date();
    await child.kill();

    expect(processes.length).toBeGreaterThan(0);
    await untilGone(processes);
    child = await startChild();
    const { output, status, path } = await child.slice.trainings.end(last);
    const claim = await child.slice.claimOn(`dataset#${output?.datasetId}`);
    const leftAt = await child.slice.trainings.leftAt(last, 'Train model');
    expect(leftAt?.getTime()).toBeGreaterThan(killedAt.getTime());
    expect({ status, end: path.at(-1) }).toEqual({ status: 'SUCCEEDED', end: 'Registered' });
    for (const once of [
      'Claim dataset',
      'Wait for uploads to settle',
      'Train model',
      'Register model',
    ]) {
      expect(path.filter((state) => state === once)).toEqual([once]);
    }
    expect(claim).toMatchObject({ owner: { S: last }, fence: { N: '1' } });

    const remaining = await child.descendants();
    await child.stop();
    expect(remaining.length).toBeGreaterThan(0);
    await untilGone(remaining);
  });
});

describe('Invalid requests get an error:', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['AmazonSSM.GetParameter', json('1.1')],
    ['AWSStepFunctions.ListStateMachines', json('1.0')],
    ['SageMaker.ListModels', json('1.1')],
    ['AWSEvents.PutEvents', json('1.1')],
    ['Logs_20140328.DescribeLogGroups', json('1.1')],
    ['AmazonSQS.ListQueues', json('1.0')],
  ])('malformed JSON to %s', async (target, headers) => {
    const answer = await post('/', { ...headers, 'x-amz-target': target }, '{"Name": ');

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('SerializationException');
  });

  it.each([
    'AmazonSSM',
    'AWSStepFunctions',
    'SageMaker',
    'AWSEvents',
    'Logs_20140328',
    'AmazonSQS',
  ])('an unknown operation of %s', async (service) => {
    const headers = { ...json('1.1'), 'x-amz-target': `${service}.MakeTea` };

    const answer = await post('/', headers, '{}');

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('UnknownOperationException');
    expect(answer.text).toContain('MakeTea');
  });

  it.each([
    ['iam', '2010-05-08'],
    ['sns', '2010-03-31'],
    ['sts', '2011-06-15'],
  ])('an unknown action of %s', async (service, version) => {
    const headers = { ...form, authorization: signedFor(service) };

    const answer = await post('/', headers, `Action=MakeTea&Version=${version}`);

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>InvalidAction</Code>');
  });

  it('an unknown path of Lambda', async () => {
    const headers = { authorization: signedFor('lambda') };

    const answer = await post('/2015-03-31/teapots', headers, '{');

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('lambda has no operation POST /2015-03-31/teapots');
  });

  it('invalid JSON as the input of an execution', async () => {
    const { states } = slice.connection;
    const { trainingStateMachineArn: stateMachineArn } = slice.project;

    await expect(
      states.send(new StartExecutionCommand({ stateMachineArn, input: '{"bucket": ' })),
    ).rejects.toMatchObject({ name: 'InvalidExecutionInput', $metadata: { httpStatusCode: 400 } });
  });

  it('invalid JSON as the detail of an event, next to a valid event', async () => {
    const events = new EventBridgeClient(runtime.clientConfig);
    const event = { Source: 'test', DetailType: 'Test' };

    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { ...event, Detail: '{"a": ' },
          { ...event, Detail: '{}' },
        ],
      }),
    );

    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'MalformedDetail' }, { EventId: expect.any(String) }],
    });
  });

  it('an endpoint request without valid rows', async () => {
    await expect(predict(slice.connection, slice.project, 'M,long,0.3')).rejects.toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
    });
  });
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };

function json(version: string): Readonly<Record<string, string>> {
  return { 'content-type': `application/x-amz-json-${version}` };
}

function signedFor(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Sends a request that no client would send. */
async function post(path: string, headers: Readonly<Record<string, string>>, body: string) {
  const response = await fetch(`${runtime.endpoint}${path}`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
