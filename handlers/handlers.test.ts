import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

/*
 * The handlers as Lambda calls them: with the SDK's clients, over the wire, and with what Powertools writes.
 */

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What AWS answers, in order, and what it was asked. */
let answers: Answer[] = [];
let asked: string[] = [];
let inferenceIds: string[] = [];
let server: Server;
let written: unknown[] = [];

const xml = (body: string): Answer => ({ headers: { 'content-type': 'application/xml' }, body });
const json = (value: unknown): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
});

const context = {
  functionName: 'function',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:1:function:function',
  memoryLimitInMB: '128',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers['x-amz-target'];
      const variant = request.headers['x-amzn-sagemaker-target-variant'];
      const place = target ?? `${request.url?.replace(/[?&]x-id=\w+/, '')}`;
      const inference = request.headers['x-amzn-sagemaker-inference-id'];
      if (typeof inference === 'string') inferenceIds.push(inference);
      const type = request.headers['content-type'] ?? '';
      asked.push([request.method, place, variant, type, body].filter(Boolean).join(' '));
      const { status = 200, headers = {}, body: answered = '' } = answers.shift() ?? {};
      response.writeHead(status, headers).end(answered);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

/** What the clients and Powertools read when the handlers are loaded. */
function stubEnvironment(): void {
  const { port } = server.address() as AddressInfo;
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_SERVICE_NAME: 'service',
    POWERTOOLS_METRICS_NAMESPACE: 'Stepmill',
    POWERTOOLS_TRACE_ENABLED: 'false',
    STEPMILL_PROJECT: 'abalone',
    STEPMILL_ENVIRONMENT: 'dev',
    STEPMILL_ENDPOINT: 'abalone',
    STEPMILL_RELEASE_PREFIX: 'abalone-v',
    STEPMILL_MODEL_PACKAGE_GROUP: 'Group',
    STEPMILL_RETAIN: 'false',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}

beforeEach(() => {
  stubEnvironment();
  answers = [];
  asked = [];
  written = [];
  const note = (line: unknown) => void written.push(JSON.parse(String(line)));
  for (const level of ['log', 'info', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(note);
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The names and values of the metrics that were published, with their dimensions. */
function published(): readonly unknown[] {
  return written.flatMap((line) => {
    const { _aws: head, ...values } = line as { readonly _aws?: object };
    return head === undefined ? [] : [values];
  });
}

/** The log lines: their messages, with the name of the function that Lambda's context gives. */
function logged(): readonly unknown[] {
  return written.flatMap((line) => {
    const { message, function_name: name } = line as { message?: string; function_name?: string };
    return message === undefined ? [] : [`${name}: ${message}`];
  });
}

describe('inspect-dataset', () => {
  const request = {
    project: 'abalone',
    datasetId: 'd',
    contract: {
      columns: [{ name: 'rings', type: 'integer' }],
      label: 'rings',
      header: false,
      delimiter: ',',
      lineEnds: 'lf',
      byteOrderMark: 'refuse',
      minimumRows: 2,
    },
    sources: [{ bucket: 'b', key: 'incoming/x.csv', versionId: 'v' }],
    manifest: { bucket: 'b', key: 'runs/manifest.json' },
    record: { bucket: 'b', key: 'quarantine/d.json' },
    dataset: { id: 'd' },
    execution: 'e',
    requestedAt: '2026-01-01T00:00:00Z',
  };
  const inspect = async (changes: object = {}) =>
    (await import('./inspect-dataset/index.ts')).handler({ ...request, ...changes }, context);

  it('reads the version and writes the manifest', async () => {
    answers = [{ body: '1\n2\n' }];

    const reply = await inspect();

    expect(reply).toMatchObject({ accepted: true, rowCount: 2, sizeBytes: 4 });
    expect(asked[0]).toBe('GET /b/incoming/x.csv?versionId=v');
    expect(asked[1]).toMatch(
      /^PUT \/b\/runs\/manifest\.json application\/json \{\n {2}"version": 1,/,
    );
    expect(logged()).toEqual(['function: Dataset inspected']);
  });

  it('reads the files of a folder from its list', async () => {
    const file = { bucket: 'b', key: 'k/1.csv', versionId: 'v1', path: '1.csv', name: '00001.csv' };
    answers = [
      { body: JSON.stringify({ version: 1, folder: 'k/', files: [file] }) },
      { body: '1\n2\n' },
    ];

    const reply = await inspect({ sources: undefined, files: { bucket: 'b', key: 'files.json' } });

    expect(reply).toMatchObject({ accepted: true, rowCount: 2 });
    expect(asked.slice(0, 2)).toEqual(['GET /b/files.json', 'GET /b/k/1.csv?versionId=v1']);
  });

  it.each<[string, Answer, string]>([
    [
      'a version that is gone',
      { status: 404, ...xml('<Error><Code>NoSuchVersion</Code></Error>') },
      'The object was deleted before it was read. Nothing was trained. Upload it again to train on it.',
    ],
    [
      'a delete marker',
      { status: 405, ...xml('<Error><Code>MethodNotAllowed</Code></Error>') },
      'The object was deleted before it was read. Nothing was trained. Upload it again to train on it.',
    ],
    [
      'an archived object',
      {
        status: 403,
        ...xml(
          '<Error><Code>InvalidObjectState</Code><StorageClass>GLACIER</StorageClass></Error>',
        ),
      },
      'The object is archived (GLACIER) and cannot be read. Restore it, then upload it again in the standard storage class.',
    ],
    [
      'an archived object of an unknown class',
      { status: 403, ...xml('<Error><Code>InvalidObjectState</Code></Error>') },
      'The object is archived (storage class unknown) and cannot be read. Restore it, then upload it again in the standard storage class.',
    ],
    [
      'an object beyond 5 GiB',
      { headers: { 'content-length': String(5 * 1024 ** 3 + 1) } },
      'The file has 5368709121 bytes, of at most 5368709120 (5 GiB): S3 does not copy larger objects, and a run works on a copy. Upload fewer rows, or several files one after another.',
    ],
  ])('refuses %s', async (_, answer, reason) => {
    answers = [answer];

    const reply = await inspect();

    expect(reply).toEqual({ accepted: false, reason, problems: [] });
    expect(asked[1]).toMatch(/^PUT \/b\/quarantine\/d\.json application\/json \{/);
  });

  it('fails where S3 refuses for another reason', async () => {
    answers = [{ status: 403, ...xml('<Error><Code>AccessDenied</Code></Error>') }];

    await expect(inspect()).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
  });
});

describe('smoke-test', () => {
  const request = { mode: 'verify', endpointName: 'abalone', bucket: 'b', key: 'rows.json' };
  const rows = { contentType: 'text/csv', rows: [{ row: '1,2', expected: 3 }], tolerance: 0.1 };
  const send = async (changes: object = {}) =>
    (await import('./smoke-test/index.ts')).handler({ ...request, ...changes }, context);

  it('sends the rows to the endpoint and measures the answers', async () => {
    answers = [{ body: JSON.stringify(rows) }, { body: '3' }, { body: '9' }];

    const reply = await send({ rounds: 2, variant: 'A' });

    expect(reply).toMatchObject({ sent: 2, wrong: 1, failed: 0 });
    expect(asked).toEqual([
      'GET /b/rows.json',
      'POST /endpoints/abalone/invocations A text/csv 1,2\n',
      'POST /endpoints/abalone/invocations A text/csv 1,2\n',
    ]);
    expect(published()).toEqual([
      {
        service: 'service',
        Project: 'abalone',
        Environment: 'dev',
        TestRows: 2,
        FailedAnswers: 0,
        WrongAnswers: 1,
      },
    ]);
    expect(logged()).toEqual(['function: Rows sent']);
  });

  it('names its requests, each by its own id, so that monitoring leaves them out', async () => {
    inferenceIds = [];
    answers = [{ body: JSON.stringify(rows) }, { body: '3' }, { body: '3' }];

    await send({ rounds: 2 });

    expect(new Set(inferenceIds).size).toBe(2);
    const pattern = /^stepmill-smoke-test-[0-9a-f-]{36}$/;
    expect(inferenceIds.filter((id) => pattern.test(id))).toHaveLength(2);
  });

  it('measures nothing when it only records', async () => {
    answers = [{ body: JSON.stringify(rows) }, { body: '3' }];

    expect(await send({ mode: 'record' })).toMatchObject({ answers: [3] });
    expect(published()).toEqual([]);
  });
});

async function observe(event: unknown): Promise<void> {
  const { handler } = await import('./observer/index.ts');
  await handler(event, context);
}

describe('observer', () => {
  const event = {
    source: 'aws.sagemaker',
    id: 'e-1',
    time: '2026-11-20T10:00:00Z',
    'detail-type': 'SageMaker Endpoint State Change',
    detail: { EndpointName: 'abalone', EndpointStatus: 'IN_SERVICE' },
  };

  it('publishes the metrics of an event', async () => {
    await observe(event);

    expect(published()).toEqual([
      { service: 'service', Project: 'abalone', Environment: 'dev', EndpointInService: 1 },
    ]);
    expect(logged()).toEqual(['function: SageMaker Endpoint State Change']);
  });

  it('counts an event that it cannot read, and fails', async () => {
    await expect(observe({ ...event, detail: {} })).rejects.toThrow('The event e-1');

    expect(published()).toEqual([
      { service: 'service', Project: 'abalone', Environment: 'dev', UnreadableEvents: 1 },
    ]);
    expect(logged()).toEqual(['function: Event could not be read']);
  });
});

function customResourceRequest(RequestType: string): object {
  return {
    RequestType,
    ResponseURL: `${process.env['AWS_ENDPOINT_URL']}/answer`,
    StackId: 'stack',
    RequestId: 'r',
    LogicalResourceId: 'Teardown',
  };
}

async function tearDown(type: string): Promise<void> {
  const { handler } = await import('./teardown/index.ts');
  await handler(customResourceRequest(type), context);
}

describe('teardown', () => {
  const answered =
    'PUT /answer {"Status":"SUCCESS","Reason":"","PhysicalResourceId":"Teardown","StackId":"stack","RequestId":"r","LogicalResourceId":"Teardown"}';

  it('removes what the workflows made, by its names', async () => {
    answers = [
      {
        status: 400,
        ...json({ __type: 'ValidationException', message: 'Could not find endpoint' }),
      },
      json({ EndpointConfigs: [{ EndpointConfigName: 'abalone-v1' }] }),
      json({}),
      json({ Models: [{ ModelName: 'abalone-v1' }] }),
      json({}),
      json({ ModelPackageSummaryList: [{ ModelPackageArn: 'arn:1' }] }),
      json({}),
    ];

    await tearDown('Delete');

    const type = 'application/x-amz-json-1.1';
    expect(asked).toEqual([
      `POST SageMaker.DescribeEndpoint ${type} {"EndpointName":"abalone"}`,
      `POST SageMaker.ListEndpointConfigs ${type} {"NameContains":"abalone-v"}`,
      `POST SageMaker.DeleteEndpointConfig ${type} {"EndpointConfigName":"abalone-v1"}`,
      `POST SageMaker.ListModels ${type} {"NameContains":"abalone-v"}`,
      `POST SageMaker.DeleteModel ${type} {"ModelName":"abalone-v1"}`,
      `POST SageMaker.ListModelPackages ${type} {"ModelPackageGroupName":"Group"}`,
      `POST SageMaker.DeleteModelPackage ${type} {"ModelPackageName":"arn:1"}`,
      answered,
    ]);
    expect(logged()).toEqual(['function: Removed']);
  });

  it('removes nothing where the environment is retained, or the stack is created', async () => {
    await tearDown('Create');
    vi.stubEnv('STEPMILL_RETAIN', 'true');
    await tearDown('Delete');

    expect(asked).toEqual([answered, answered]);
    expect(logged()).toEqual(['function: Endpoint, models and packages are kept']);
  });
});

function versionOf(key: string, id: string, at: string): string {
  return `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>true</IsLatest><LastModified>${at}</LastModified><Size>3</Size></Version>`;
}

function pageOf(body: string): Answer {
  return xml(`<ListVersionsResult>${body}</ListVersionsResult>`);
}

describe('close-folder', () => {
  it('lists all versions, page by page, and writes the list', async () => {
    const marks =
      '<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>i</NextVersionIdMarker>';
    answers = [
      pageOf(`${marks}${versionOf('in/1/_SUCCESS', 'm', '2026-01-01T00:00:10Z')}`),
      pageOf(
        `${versionOf('in/1/a.csv', 'a', '2026-01-01T00:00:05Z')}${versionOf('in/1/b.csv', 'b', '2026-01-01T00:00:04Z')}<DeleteMarker><Key>in/1/b.csv</Key><VersionId>d</VersionId><IsLatest>true</IsLatest><LastModified>2026-01-01T00:00:06Z</LastModified></DeleteMarker>`,
      ),
    ];
    const { handler } = await import('./close-folder/index.ts');

    const reply = await handler(
      {
        trigger: { bucket: 'b', key: 'in/1/_SUCCESS', versionId: 'm' },
        incoming: 'in/',
        runs: 'runs/',
        marker: '_SUCCESS',
        settleSeconds: 0,
        settings: '',
      },
      context,
    );

    const { id } = reply as { readonly id: string };
    expect(reply).toMatchObject({ outcome: 'closed', folder: 'in/1/', files: 1 });
    expect(asked).toEqual([
      'GET /b/?prefix=in%2F1%2F&versions=',
      'GET /b/?key-marker=k&prefix=in%2F1%2F&version-id-marker=i&versions=',
      `PUT /b/runs/${id}/files.json application/json {"version":1,"folder":"in/1/","files":[{"bucket":"b","key":"in/1/a.csv","versionId":"a","path":"a.csv","name":"00001.csv"}]}`,
    ]);
    expect(logged()).toEqual(['function: Folder closed']);
  });
});

describe('keep-folder', () => {
  it('copies the versions that were inspected, without the metadata of the uploader', async () => {
    const file = { bucket: 'b', key: 'in/ä b.csv', versionId: 'v+1', path: 'x', name: '00001.csv' };
    answers = [
      { body: JSON.stringify({ version: 1, folder: 'in/', files: [file] }) },
      xml('<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'),
    ];
    const sources: unknown[] = [];
    server.once('request', () =>
      server.once('request', ({ headers }: { headers: object }) => sources.push(headers)),
    );
    const { handler } = await import('./keep-folder/index.ts');

    const reply = await handler(
      { files: { bucket: 'b', key: 'files.json' }, to: { bucket: 'b', prefix: 'runs/d/' } },
      context,
    );

    expect(reply).toEqual({ files: 1 });
    expect(asked).toEqual(['GET /b/files.json', 'PUT /b/runs/d/00001.csv text/csv']);
    expect(sources).toMatchObject([
      {
        'x-amz-copy-source': 'b/in%2F%C3%A4%20b.csv?versionId=v%2B1',
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-tagging-directive': 'REPLACE',
      },
    ]);
    expect(logged()).toEqual(['function: Folder kept']);
  });
});

/** An answer of ListObjectsV2. */
function listed(tag: 'Contents><Key' | 'CommonPrefixes><Prefix', text: string): Answer {
  const [outer, inner] = tag.split('><');
  return xml(
    `<ListBucketResult><${outer}><${inner}>${text}</${inner}>${ARRIVED}</${outer}></ListBucketResult>`,
  );
}

const ARRIVED = '<LastModified>2026-11-30T10:16:00.000Z</LastModified>';

/** An answer of ListMultipartUploads. */
function unfinished(text: string): Answer {
  return xml(`<ListMultipartUploadsResult>${text}</ListMultipartUploadsResult>`);
}

describe('gather-labels', () => {
  it('lists the variants, reads captures and labels, and writes the dataset', async () => {
    const event = { eventId: 'e', inferenceTime: '2026-11-30T10:15:00Z' };
    const captured = {
      captureData: { endpointInput: { data: 'ü', encoding: 'CSV' } },
      eventMetadata: event,
    };
    const labelled = { groundTruthData: { data: '7', encoding: 'CSV' }, eventMetadata: event };
    answers = [
      unfinished('<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>'),
      unfinished(
        '<Upload><Key>labels/abalone/l</Key><Initiated>2026-11-30T10:59:00.000Z</Initiated></Upload>',
      ),
      unfinished(''),
      listed('CommonPrefixes><Prefix', 'captured/abalone/abalone/'),
      listed('CommonPrefixes><Prefix', 'captured/abalone/abalone/AllTraffic/'),
      listed(
        'Contents><Key',
        'captured/abalone/abalone/AllTraffic/2026/11/30/10/15-00-000-a.jsonl',
      ),
      listed('Contents><Key', 'labels/abalone/2026/11/30/11/l.jsonl'),
      { body: JSON.stringify(labelled) },
      { body: JSON.stringify(captured) },
    ];
    const { handler } = await import('./gather-labels/index.ts');

    const reply = await handler(
      {
        project: 'abalone',
        bucket: 'b',
        decisionId: 'd',
        liveModelPackageArn: 'arn',
        since: '2026-11-30T10:00:00Z',
        until: '2026-11-30T11:00:00Z',
        requestsSince: '2026-11-30T08:00:00Z',
        minimumNewRows: 1,
        contract: {
          columns: [
            { name: 'sex', type: 'category' },
            { name: 'rings', type: 'integer' },
          ],
          label: 'rings',
          header: true,
          delimiter: ',',
          lineEnds: 'lf',
          byteOrderMark: 'refuse',
          minimumRows: 1,
        },
      },
      context,
    );

    const key = 'runs/abalone/retraining/d/dataset.csv';
    expect(reply).toMatchObject({
      newRows: 1,
      requests: 1,
      until: '2026-11-30T10:59:00.000Z',
      dataset: { key, rows: 1 },
    });
    expect(asked.map((line) => decodeURIComponent(line))).toEqual([
      'GET /b/?prefix=labels/abalone/&uploads=',
      'GET /b/?key-marker=k&prefix=labels/abalone/&upload-id-marker=&uploads=',
      'GET /b/?prefix=captured/abalone/&uploads=',
      'GET /b/?delimiter=/&list-type=2&prefix=captured/abalone/',
      'GET /b/?delimiter=/&list-type=2&prefix=captured/abalone/abalone/',
      'GET /b/?list-type=2&prefix=captured/abalone/abalone/AllTraffic/&start-after=captured/abalone/abalone/AllTraffic/2026/11/30/07',
      'GET /b/?list-type=2&prefix=labels/abalone/&start-after=labels/abalone/2026/11/30/07',
      'GET /b/labels/abalone/2026/11/30/11/l.jsonl',
      'GET /b/captured/abalone/abalone/AllTraffic/2026/11/30/10/15-00-000-a.jsonl',
      `PUT /b/${key} text/csv sex,rings\nü,7\n`,
    ]);
    expect(logged()).toEqual(['function: Labels gathered']);
  });
});

describe('combine-datasets', () => {
  it('reads both datasets and writes their rows one after another', async () => {
    answers = [
      { body: 'a,b\n1,2' },
      { body: 'a,b\n3,4\n' },
      { headers: { 'x-amz-version-id': 'v1' } },
    ];
    const { handler } = await import('./combine-datasets/index.ts');

    const reply = await handler(
      {
        bucket: 'b',
        sources: ['runs/abalone/d/dataset/data.csv', 'runs/abalone/retraining/d/dataset.csv'],
        target: 'incoming/abalone/retraining/d.csv',
        header: true,
      },
      context,
    );

    expect(reply).toEqual({
      key: 'incoming/abalone/retraining/d.csv',
      sizeBytes: 12,
      versionId: 'v1',
    });
    expect(asked.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'GET /b/runs/abalone/d/dataset/data.csv',
      'GET /b/runs/abalone/retraining/d/dataset.csv',
      'PUT /b/incoming/abalone/retraining/d.csv',
    ]);
    expect(asked[2]).toContain('a,b\n1,2\n3,4');
  });
});
