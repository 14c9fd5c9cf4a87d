import * as sdk from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService]);
});

afterAll(async () => {
  await runtime.stop();
});

describe('the operations of Step Functions', () => {
  it('are those of the SDK, no more and no fewer', () => {
    const commands = Object.keys(sdk)
      .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
      .map((name) => name.replace(/Command$/, ''));

    const operations = Object.keys(runtime.cloud.service('stepfunctions')?.operations ?? {});

    expect(operations.sort()).toEqual(commands.sort());
  });
});
