import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../host/logger.ts';
import { type Runtime, startRuntime } from '../../runtime.ts';
import { createIamService } from '../iam/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

/** A document is a text until something computes with it. */
const given = '{"n":12345678901234567890,"x":1e400,"one":1.0}';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

let stateFolder: string;

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'stepmill-numbers-'));
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

function start(): Promise<Runtime> {
  const factories = [createIamService, createStsService, createStepFunctionsService];
  return startRuntime({ stateFolder, port: 0, logger: silentLogger, factories });
}

function call<Output>({ cloud }: Runtime, operation: string, input: object): Promise<Output> {
  return cloud.call(ROOT, 'stepfunctions', operation, input);
}

interface History {
  readonly events: readonly {
    readonly stateEnteredEventDetails?: { readonly input?: string };
    readonly stateExitedEventDetails?: { readonly output?: string };
  }[];
}

it('numbers are described as they were given, also after a restart', async () => {
  const first = await start();
  const definition = JSON.stringify({
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', ResultPath: '$.more', Result: 1, Next: 'B' },
      B: { Type: 'Succeed' },
    },
  });
  const { stateMachineArn } = await call<{ readonly stateMachineArn: string }>(
    first,
    'CreateStateMachine',
    { name: 'm', definition, roleArn: 'arn:aws:iam::000000000000:role/any' },
  );
  const started = await call<{ readonly executionArn: string }>(first, 'StartExecution', {
    stateMachineArn,
    input: given,
  });
  const output = `${given.slice(0, -1)},"more":1}`;
  const check = async (runtime: Runtime) => {
    const { events } = await call<History>(runtime, 'GetExecutionHistory', started);
    expect(await call(runtime, 'DescribeExecution', started)).toMatchObject({
      input: given,
      output,
    });
    expect(events.map((event) => event.stateEnteredEventDetails?.input).filter(Boolean)).toEqual([
      given,
      output,
    ]);
    expect(events.map((event) => event.stateExitedEventDetails?.output).filter(Boolean)).toEqual([
      output,
      output,
    ]);
  };

  await check(first);
  await first.stop();
  const second = await start();
  await check(second);
  await second.stop();
});

it.each(['1.0', '-0', '12345678901234567890', '[1e400]'])(
  'a document %s is given back as it is, also by a test of a state',
  async (document) => {
    const runtime = await start();
    const state = { Type: 'Pass', End: true };
    const roleArn = 'arn:aws:iam::000000000000:role/any';
    const { stateMachineArn } = await call<{ readonly stateMachineArn: string }>(
      runtime,
      'CreateStateMachine',
      { name: 'm', definition: JSON.stringify({ StartAt: 'A', States: { A: state } }), roleArn },
    );

    const started = await call<{ readonly executionArn: string }>(runtime, 'StartExecution', {
      stateMachineArn,
      input: document,
    });
    const tested = await call(runtime, 'TestState', {
      definition: JSON.stringify(state),
      input: document,
      inspectionLevel: 'DEBUG',
    });

    expect(await call(runtime, 'DescribeExecution', started)).toMatchObject({
      input: document,
      output: document,
    });
    expect(tested).toMatchObject({
      output: document,
      inspectionData: { afterInputPath: document },
    });
    await runtime.stop();
  },
);
