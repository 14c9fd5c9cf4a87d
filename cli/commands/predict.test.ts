import type { InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { expect, it, vi } from 'vitest';
import { deployedProject } from '../../events/project-parameter.testing.ts';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { UserError } from '../terminal/user-error.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { predictRows } from './predict.ts';

const parameter = { ...deployedProject, endpointName: 'abalone-dev' };

const options = { environment: 'dev', project: 'abalone', contentType: 'text/csv' };

const ANSWER = { Body: { transformToString: () => '8.9\n' } };

async function ask(
  own: { readonly inferenceId?: string },
  invoke: () => object | Promise<object> = () => ANSWER,
) {
  const sent: InvokeEndpointCommandInput[] = [];
  const connection = scriptedConnection({
    GetParametersByPath: () => ({
      Parameters: [{ Name: '/stepmill/dev/abalone', Value: JSON.stringify(parameter) }],
    }),
    InvokeEndpoint: (input: InvokeEndpointCommandInput) => {
      sent.push(input);
      return invoke();
    },
  });
  const terminal = writtenTerminal();
  await predictRows(connection, 'M,0.4', { ...options, ...own }, terminal);
  return { sent, lines: terminal.lines };
}

it('sends the inference id that was given, and prints it beside the answer', async () => {
  expect(await ask({ inferenceId: 'customer-17' })).toEqual({
    sent: [
      {
        EndpointName: 'abalone-dev',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        InferenceId: 'customer-17',
        Body: 'M,0.4',
      },
    ],
    lines: ['8.9', 'Inference id: customer-17'],
  });
});

it('chooses an inference id of its own for each request', async () => {
  const [one, other] = await Promise.all([ask({}), ask({})]);
  const id = one.sent[0]?.InferenceId ?? '';

  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(one.lines).toEqual(['8.9', `Inference id: ${id}`]);
  expect(other.sent[0]?.InferenceId).not.toBe(id);
});

it.each(['Endpoint abalone-dev of account 1 not found.', 'Could not find endpoint'])(
  'says after "%s" what to do',
  async (message) => {
    const asked = ask({}, () => {
      throw Object.assign(new Error(message), { name: 'ValidationError' });
    });
    await expect(asked).rejects.toThrow(
      new UserError(
        'abalone-dev does not exist yet: no model is live, so nothing was asked. Approve a version with: npx stepmill approve. After a change of serving.type, approve again the one that was live: npx stepmill approve VERSION. Without a version, upload data first: npx stepmill upload.',
      ),
    );
  },
);

it('leaves other refusals as they are', async () => {
  const refusal = Object.assign(new Error('Body is too large'), { name: 'ValidationError' });
  await expect(
    ask({}, () => {
      throw refusal;
    }),
  ).rejects.toBe(refusal);
});

it('says what it waits for after a second', async () => {
  vi.useFakeTimers();
  try {
    const { lines } = await ask({}, async () => {
      await vi.advanceTimersByTimeAsync(1_000);
      return ANSWER;
    });

    expect(lines.slice(0, 2)).toEqual(['Waiting for abalone-dev to answer.', '8.9']);
  } finally {
    vi.useRealTimers();
  }
});
