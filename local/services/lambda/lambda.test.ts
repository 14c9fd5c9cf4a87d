import { getPriority } from 'node:os';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogLine, Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createLambdaService } from './index.ts';
import { SANDBOXES_AT_ONCE } from './limits.ts';

const PATIENCE_MS = 10_000;
const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

let runtime: TestRuntime;
let lambda: LambdaClient;
let role: string;
const lines: LogLine[] = [];

/** Collects the log lines of services. */
function createListener(): Service {
  return {
    name: 'logs',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    onLogLine: (line) => lines.push(line),
  };
}

beforeAll(async () => {
  runtime = await startTestRuntime([createLambdaService, createListener]);
  lambda = new LambdaClient(runtime.clientConfig);
  const iam = new IAMClient(runtime.clientConfig);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'function-role',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
  role = Role?.Arn ?? '';
});

afterAll(async () => {
  await runtime.stop();
});

async function create(
  name: string,
  source: string,
  options: { readonly runtime?: Runtime; readonly timeout?: number; readonly memory?: number } = {},
): Promise<void> {
  const isPython = options.runtime?.startsWith('python') === true;
  const ZipFile = zipSync({ [isPython ? 'index.py' : 'index.js']: strToU8(source) });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: options.runtime ?? 'nodejs20.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile },
      Timeout: options.timeout ?? 10,
      ...(options.memory !== undefined && { MemorySize: options.memory }),
      Environment: { Variables: { GREETING: 'hello' } },
    }),
  );
}

async function invoke(name: string, payload: unknown = {}) {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: name,
      Payload: Buffer.from(JSON.stringify(payload)),
      LogType: 'Tail',
    }),
  );
  return {
    status: answer.StatusCode,
    error: answer.FunctionError,
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
}

const placeOf = (column: number) =>
  `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;

const invokeEvent = (name: string) =>
  lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event' }));

const configure = (name: string, variables: Record<string, string>) =>
  lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      Environment: { Variables: variables },
    }),
  );

describe('a Node.js function', () => {
  it('receives its event, context and environment, and its lines are in its log group', async () => {
    await create(
      'echo',
      `exports.handler = async (event, context) => {
         console.log('got', event.x);
         return { x: event.x, name: context.functionName, greeting: process.env.GREETING,
           kind: process.env.AWS_LAMBDA_INITIALIZATION_TYPE, endpoint: process.env.AWS_ENDPOINT_URL,
           left: context.getRemainingTimeInMillis() > 5000 };
       };`,
    );

    const first = await invoke('echo', { x: 1 });
    const second = await invoke('echo', { x: 'ü' });

    expect(first.payload).toEqual({
      x: 1,
      name: 'echo',
      greeting: 'hello',
      kind: 'on-demand',
      endpoint: runtime.endpoint,
      left: true,
    });
    expect(first.log).toMatch(
      /^START RequestId: [\w-]+ Version: \$LATEST\n.*\tINFO\tgot 1\nEND RequestId: [\w-]+\nREPORT RequestId: .*Init Duration: /,
    );
    expect(second.payload).toMatchObject({ x: 'ü' });
    expect(second.log).not.toContain('Init Duration');
    const written = lines.filter((line) => line.logGroup === '/aws/lambda/echo');
    expect(new Set(written.map((line) => line.logStream)).size).toBe(1);
    expect(written).toHaveLength(8);
  });

  it('answers an error with its type, message and trace', async () => {
    await create(
      'throwing',
      `exports.handler = async () => { class BadRow extends Error { name = 'BadRow' } throw new BadRow('row 7'); };`,
    );

    const answer = await invoke('throwing');

    expect(answer).toMatchObject({
      status: 200,
      error: 'Unhandled',
      payload: { errorType: 'BadRow', errorMessage: 'row 7' },
    });
    expect(answer.log).toContain('ERROR\tInvoke Error\t{"errorType":"BadRow"');
  });

  it('is ended at its timeout, and the next invocation starts a new process', async () => {
    await create(
      'slow',
      `let count = 0; exports.handler = async (event) => { count += 1;
         if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60000)); return count; };`,
      { timeout: 1 },
    );

    const hung = await invoke('slow', { hang: true });
    const after = await invoke('slow');

    expect(hung.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/,
      ),
    });
    expect(hung.log).toMatch(/Z [\w-]+ Task timed out after 1\.00 seconds\n/);
    expect(after.payload).toBe(1);
  });

  it('is ended when it exceeds its memory', async () => {
    await create(
      'greedy',
      `exports.handler = async () => { const all = [];
         for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)); } };`,
      { memory: 128 },
    );

    const answer = await invoke('greedy');

    expect(answer.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: signal: killed$/),
    });
  });

  it.each([
    ['process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['process.exit(0)', 'Runtime exited without providing a reason'],
  ])('that calls %s is reported as AWS reports it', async (statement, reason) => {
    const name = `exit-${statement.replaceAll(/\D/g, '')}`;
    await create(name, `exports.handler = async () => { ${statement}; };`);

    const answer = await invoke(name);

    expect(answer.payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(reason),
    });
  });

  it('may use a callback; code that cannot be loaded is reported', async () => {
    await create(
      'calling',
      `exports.handler = (event, context, done) => { setTimeout(() => done(null, 'later'), 10); };`,
    );
    await create('broken', `require('./missing.js');`);
    await create('empty', `exports.other = 1;`);

    const [calling, broken, empty] = [
      await invoke('calling'),
      await invoke('broken'),
      await invoke('empty'),
    ];

    expect(calling.payload).toBe('later');
    expect(broken.payload).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(empty.payload).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
    });
  });

  it('has a lower priority than the runtime', async () => {
    await create('polite', `exports.handler = async () => require('node:os').getPriority();`);

    const polite = await invoke('polite');

    expect(polite.payload).toBeGreaterThan(getPriority());
  });

  it('runs with new settings after an update', async () => {
    await create('changing', `exports.handler = async () => process.env.GREETING;`);
    await invoke('changing');
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'changing',
        Environment: { Variables: { GREETING: 'goodbye' } },
      }),
    );

    const answer = await invoke('changing');

    expect(answer.payload).toBe('goodbye');
  });

  // "A published version is immutable": https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
  it('keeps the processes of published versions warm while `$LATEST` is updated', async () => {
    await create('released', 'exports.handler = async () => [process.pid, process.env.GREETING];');
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: 'released' }));
    const live = await invoke(`released:${Version}`);
    await invoke('released');
    await configure('released', { GREETING: 'goodbye' });

    const again = await invoke(`released:${Version}`);
    const latest = await invoke('released');

    expect(again.payload).toEqual(live.payload);
    expect(again.log).not.toContain('Init Duration');
    expect(latest.payload).toEqual([expect.any(Number), 'goodbye']);
    expect(latest.log).toContain('Init Duration');
  });
});

describe('many functions at once', () => {
  // On AWS each would have an environment of its own: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
  it('share a few processes, if they are short', async () => {
    await create(
      'burst',
      `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      exports.handler = async () => process.pid;`,
    );

    const answers = await Promise.all(Array.from({ length: 60 }, () => invoke('burst')));

    const processes = new Set(answers.map(({ payload }) => payload));
    expect(processes.size).toBeLessThanOrEqual(SANDBOXES_AT_ONCE);
    expect(answers.map(({ error }) => error).filter(Boolean)).toEqual([]);
  });

  it('have a process each, if they run long', async () => {
    await create(
      'held',
      'exports.handler = () => new Promise((done) => setTimeout(done, 3000, process.pid));',
    );

    const answers = await Promise.all(
      Array.from({ length: SANDBOXES_AT_ONCE + 2 }, () => invoke('held')),
    );

    expect(new Set(answers.map(({ payload }) => payload)).size).toBe(SANDBOXES_AT_ONCE + 2);
  });

  it('do not wait for functions that wait', async () => {
    await create(
      'sleeping',
      'exports.handler = () => new Promise((done) => setTimeout(done, 20000));',
      {
        timeout: 30,
      },
    );
    await create('quick', 'exports.handler = async () => 1;');
    const slow = Array.from({ length: 2 * SANDBOXES_AT_ONCE }, () => invokeEvent('sleeping'));
    await Promise.all(slow);

    const quick = await invoke('quick');

    expect(quick.payload).toBe(1);
  }, 15_000);
});

describe('a Python function', () => {
  it('receives its event and context, and reports errors with a stack trace', async () => {
    await create(
      'python',
      `import json
def handler(event, context):
    print("got", event["x"])
    if event["x"] == 0:
        raise ValueError("zero")
    return {"half": event["x"] / 2, "name": context.function_name}
`,
      { runtime: 'python3.12' },
    );

    const good = await invoke('python', { x: 3 });
    const bad = await invoke('python', { x: 0 });

    expect(good.payload).toEqual({ half: 1.5, name: 'python' });
    expect(good.log).toContain('\ngot 3\nEND');
    expect(bad.payload).toMatchObject({
      errorMessage: 'zero',
      errorType: 'ValueError',
      stackTrace: [expect.stringContaining('raise ValueError("zero")')],
    });
    expect(JSON.stringify(bad.payload)).toContain('/var/task/index.py');
  });

  it('has boto3, whose requests are answered here', async () => {
    await create(
      'boto',
      `import boto3
def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Arn"]
`,
      { runtime: 'python3.12', timeout: 60 },
    );

    const { payload } = await invoke('boto');

    expect(payload).toMatch(/^arn:aws:sts::000000000000:assumed-role\//);
  });

  it('has its own environment, folder and empty input, also in a spare process', async () => {
    const source = `import os, sys
def handler(event, context):
    return [os.getcwd() == os.environ["LAMBDA_TASK_ROOT"], os.environ["COLOUR"], sys.stdin.read(), len(sys.argv)]
`;
    await create('spare', source, { runtime: 'python3.12' });
    await create('updated', source, { runtime: 'python3.12' });
    await configure('spare', { COLOUR: 'red' });
    await configure('updated', { COLOUR: 'blue', PYTHONHASHSEED: '0' });

    const spare = await invoke('spare');
    const updated = await invoke('updated');

    expect(spare.payload).toEqual([true, 'red', '', 1]);
    expect(updated.payload).toEqual([true, 'blue', '', 1]);
  });
});

const loadedSource = (name: string, version: number) => `
  const { existsSync, readFileSync } = require('node:fs');
  console.log('loaded ${name} ${version}');
  const file = '/proc/self/cmdline';
  const isSpare = existsSync(file) ? readFileSync(file, 'utf8').includes('--spare') : undefined;
  exports.handler = async () => ({ version: ${version}, isSpare });`;

function changeCode(name: string, text: string) {
  const ZipFile = zipSync({ 'index.js': strToU8(text) });
  return lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
}

const loads = (name: string, version: number) =>
  lines.filter(({ message }) => message.includes(`loaded ${name} ${version}`)).length;

// "Lambda may occasionally initialize execution environments ahead of invocation requests", with on-demand concurrency:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
describe('a function whose code changes', () => {
  // Without one first: a spare process that was taken is replaced.
  it.each([false, true])(
    'is started before its next invocation, in a spare process: %s',
    async (isSpare) => {
      const name = `changed-${isSpare}`;
      await create(name, loadedSource(name, 1));
      await invoke(name);
      if (isSpare) runtime.cloud.expectChange();
      await changeCode(name, loadedSource(name, 2));
      await vi.waitFor(() => expect(loads(name, 2)).toBe(1), PATIENCE_MS);

      const { payload, log } = await invoke(name);

      expect(payload).toEqual({
        version: 2,
        isSpare: process.platform === 'linux' ? isSpare : undefined,
      });
      expect(log).toContain('Init Duration');
      expect(loads(name, 2)).toBe(1);
    },
  );

  it('is started once, also if it is invoked while it starts', async () => {
    await create('eager', loadedSource('eager', 1));
    await invoke('eager');
    await changeCode('eager', loadedSource('eager', 2));

    expect((await invoke('eager')).payload).toMatchObject({ version: 2 });
    expect(loads('eager', 2)).toBe(1);
  });

  it('is started only if it was invoked last, and has no reserved concurrency', async () => {
    const names = ['never-invoked', 'reserved', 'invoked-before', 'invoked-last'];
    for (const name of names) await create(name, loadedSource('all', 1));
    // Of another handler.
    await create('of-another', loadedSource('another', 1));
    for (const name of [...names.slice(1), 'of-another']) await invoke(name);
    await invoke('reserved');
    await lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: 'reserved',
        ReservedConcurrentExecutions: 1,
      }),
    );
    await Promise.all(
      names.map((name) =>
        runtime.cloud.call(ACCOUNT, 'lambda', 'UpdateFunctionCode', {
          FunctionName: name,
          ZipFile: zipSync({ 'index.js': strToU8('console.log("loaded all 2");') }),
        }),
      ),
    );
    await vi.waitFor(() => expect(loads('all', 2)).toBe(1), PATIENCE_MS);
    const [line] = lines.filter(({ message }) => message.includes('loaded all 2'));
    expect(line?.logGroup).toBe('/aws/lambda/invoked-last');
  });

  it('reports with its next invocation that it cannot be loaded', async () => {
    await create('spoiled', loadedSource('spoiled', 1));
    await invoke('spoiled');
    await changeCode('spoiled', `console.log('loaded spoiled 2'); throw new Error('no start');`);
    await vi.waitFor(() => expect(loads('spoiled', 2)).toBe(1), PATIENCE_MS);

    const { error, payload } = await invoke('spoiled');

    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorMessage: 'no start' });
  });
});

describe('refusals', () => {
  it('have AWS’s messages', async () => {
    const missing = lambda.send(new InvokeCommand({ FunctionName: 'missing' }));
    const garbled = lambda.send(
      new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{') }),
    );
    const again = create('echo', '');
    const java = create('java', '', { runtime: 'java21' });
    await Promise.allSettled([missing, garbled, again, java]);

    await expect(missing).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      // As recorded in LocalStack's tests/aws/services/stepfunctions/v2/error_handling/test_task_service_lambda.snapshot.json.
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:missing:$LATEST',
    });
    // The form is that of a recording, LocalStack's tests/aws/services/lambda_/test_lambda.snapshot.json.
    await expect(garbled).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      message: `Could not parse request body into json: Could not parse payload into json: Unexpected end-of-input: expected close marker for Object (start marker at ${placeOf(1)})\n at ${placeOf(2)}`,
    });
    await expect(again).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: echo',
    });
    await expect(java).rejects.toMatchObject({ message: expect.stringContaining('java21') });
  });

  // The session name of a role has 2–64 characters; it is derived from the name of the function.
  it.each(['q', 'n'.repeat(64)])('a function named %s runs', async (name) => {
    await create(name, 'exports.handler = async () => 1;');

    expect((await invoke(name)).payload).toBe(1);
  });

  // LocalStack's tests/aws/services/lambda_/test_lambda_api.snapshot.json, long_function_name_exc.
  it('a name has at most 64 characters, but an ARN may have more', async () => {
    const name = 'a'.repeat(65);

    await expect(create(name, '')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    });
  });

  it('a role that Lambda cannot assume is rejected', async () => {
    const attempt = lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'no-role',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/missing',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );

    await expect(attempt).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    await expect(
      lambda.send(new GetFunctionCommand({ FunctionName: 'no-role' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
