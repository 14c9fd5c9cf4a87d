import { readFileSync } from 'node:fs';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFurtherData } from '../../test/further-data.ts';
import { createVirtualClock } from '../host/clock.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

/** What AWS answered, replayed over the wire. */
const CASES = findFurtherData('conformance/event-pattern-cases.json');

interface Step {
  readonly step: number;
  readonly call: string;
  readonly params: Record<string, unknown>;
  readonly expect?: unknown;
  readonly expect_error?: { readonly code: string; readonly message: string };
  readonly optional?: boolean;
  readonly shared_listing?: boolean;
}

interface Case {
  readonly id: string;
  readonly kind: 'event_pattern' | 'target_input' | 'put_targets_error' | 'api';
  readonly event: EventContent | null;
  readonly event_raw?: string;
  readonly pattern: unknown;
  readonly pattern_raw?: string;
  readonly expected: never;
  readonly input_path?: string;
  readonly input_transformer?: eventBridge.InputTransformer;
  readonly target?: eventBridge.Target;
  readonly steps?: readonly Step[];
  readonly uids?: readonly string[];
  readonly placeholders?: readonly string[] | null;
}

interface EventContent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

const cases: readonly Case[] =
  CASES === undefined ? [] : (JSON.parse(readFileSync(CASES, 'utf8')) as readonly Case[]);
const ofKind = (kind: Case['kind']) => cases.filter((one) => one.kind === kind);
const ACCOUNT = '000000000000';

let runtime: TestRuntime;
let events: EventBridgeClient;
let sqs: SQSClient;
let counter = 0;

beforeAll(async () => {
  const clock = createVirtualClock();
  runtime = await startTestRuntime([createEventBridgeService, createSqsService], { clock });
  events = new EventBridgeClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
});

afterAll(async () => {
  await runtime.stop();
});

/** Calls an operation of EventBridge by its name. */
async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const Command = (eventBridge as unknown as Record<string, new (input: object) => never>)[
    `${operation}Command`
  ];
  if (Command === undefined) throw new Error(`EventBridge has no operation ${operation}`);
  const { $metadata: _metadata, ...answer } = (await events.send(
    new Command(input),
  )) as unknown as Record<string, unknown>;
  return answer;
}

/** As Python prints JSON: the recorded positions in messages are those of such texts. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${pythonJson(member)}`,
  );
  return `{${members.join(', ')}}`;
}

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Whether an answer is the recorded one, whose placeholders stand for anything. */
function agrees(expected: unknown, actual: unknown, words: readonly string[]): boolean {
  if (typeof expected === 'string') return agreesWithText(expected, actual, words);
  if (typeof expected !== 'object' || expected === null) return expected === actual;
  const value = typeof actual === 'string' ? parsed(actual) : actual;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((item, index) => agrees(item, value[index], words))
    );
  }
  const members = value as Readonly<Record<string, unknown>>;
  const names = new Set([...Object.keys(expected), ...Object.keys(members)]);
  return [...names].every((name) =>
    agrees((expected as Readonly<Record<string, unknown>>)[name], members[name], words),
  );
}

function agreesWithText(expected: string, actual: unknown, words: readonly string[]): boolean {
  if (actual instanceof Date) return expected === 'datetime';
  if (words.includes(expected)) return actual !== undefined;
  if (typeof actual !== 'string') return actual !== undefined && isPlaceholder(expected);
  const special = new RegExp(
    [/<[A-Za-z][^<>\s"]*>/.source, '1{12}', ...words.map(escape)].join('|'),
    'g',
  );
  const pattern = expected.split(special).map(escape).join('[\\s\\S]+?');
  return (
    new RegExp(`^${pattern}$`).test(actual.replaceAll(ISO_TIME, 'date')) ||
    new RegExp(`^${pattern}$`).test(actual)
  );
}

function isPlaceholder(text: string): boolean {
  return /^<[A-Za-z][^<>\s"]*>$/.test(text);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

describe.skipIf(CASES === undefined)('EventBridge answers as AWS did', () => {
  it.each(ofKind('event_pattern').map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    const outcome = await call('TestEventPattern', {
      Event: one.event_raw ?? JSON.stringify(one.event),
      EventPattern: one.pattern_raw ?? pythonJson(one.pattern),
    }).catch(({ name, message }: Error) => ({ name, message }));

    const expected = one.expected as
      | boolean
      | { readonly error: { readonly code: string; readonly message_raw: string } };
    expect(outcome).toEqual(
      typeof expected === 'boolean'
        ? { Result: expected }
        : { name: expected.error.code, message: expected.error.message_raw },
    );
  });

  it.each(ofKind('target_input').map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    counter += 1;
    const [EventBusName, Name] = [`bus-${counter}`, `rule-${counter}`];
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${counter}` }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await call('CreateEventBus', { Name: EventBusName });
    await call('PutRule', { Name, EventBusName, EventPattern: JSON.stringify(one.pattern) });
    await call('PutTargets', {
      Rule: Name,
      EventBusName,
      Targets: [
        {
          Id: 't',
          Arn: Attributes?.['QueueArn'],
          ...(one.input_path !== undefined && { InputPath: one.input_path }),
          ...(one.input_transformer !== undefined && { InputTransformer: one.input_transformer }),
        },
      ],
    });

    await call('PutEvents', {
      Entries: [
        {
          EventBusName,
          Source: one.event?.source,
          DetailType: one.event?.['detail-type'],
          Detail: JSON.stringify(one.event?.detail),
        },
      ],
    });
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));

    const expected = one.expected as { readonly delivered: boolean; readonly body?: unknown };
    const body = Messages?.[0]?.Body;
    const isRight = expected.delivered ? agrees(expected.body, body, []) : body === undefined;
    expect({ body, isRight }).toEqual({ body, isRight: true });
  });

  it.each(ofKind('put_targets_error').map((one) => [one.id, one] as const))(
    '%s',
    async (_id, one) => {
      await call('PutRule', { Name: 'refused', EventPattern: JSON.stringify(one.pattern) });
      const target = JSON.parse(
        JSON.stringify(one.target).replaceAll('1'.repeat(12), ACCOUNT),
      ) as object;

      const error = await call('PutTargets', { Rule: 'refused', Targets: [target] }).catch(
        (reason: unknown) => reason as Error,
      );

      const expected = one.expected as {
        readonly error: { readonly code: string; readonly message: string };
      };
      expect(error).toMatchObject({ name: expected.error.code });
      expect(agrees(expected.error.message, (error as Error).message, [])).toBe(true);
    },
  );

  it.each(ofKind('api').map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    counter += 1;
    const answers = new Map<number, unknown>();
    const differences: object[] = [];

    for (const step of one.steps ?? []) {
      const outcome = await call(step.call, fill(step.params, one.uids ?? [], answers)).then(
        (answer): Outcome => ({ answer }),
        (error: unknown): Outcome => ({ error: error as Error }),
      );
      answers.set(step.step, outcome.answer);
      if (!isAsRecorded(step, outcome, one.placeholders ?? [])) differences.push({ step, outcome });
    }

    expect(differences).toEqual([]);
  });
});

interface Outcome {
  readonly answer?: Record<string, unknown>;
  readonly error?: Error;
}

function isAsRecorded(step: Step, { answer, error }: Outcome, words: readonly string[]): boolean {
  if (step.optional === true) return true;
  if (step.expect_error !== undefined) {
    const { code, message } = step.expect_error;
    return error?.name === code && agrees(message, error.message, words);
  }
  if (answer === undefined) return false;
  if (step.expect === undefined || step.shared_listing === true) return true;
  return agrees(step.expect, answer, words);
}

/** A recorded request for this account, with names of its own and values of earlier answers. */
function fill(
  params: Record<string, unknown>,
  uids: readonly string[],
  answers: ReadonlyMap<number, unknown>,
): object {
  let text = JSON.stringify(params).replaceAll('1'.repeat(12), ACCOUNT);
  text = text.replaceAll(/\$\{(\d+)\.([\w.]+)\}/g, (_all, step: string, path: string) =>
    String(
      path
        .split('.')
        .reduce<unknown>(
          (value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name],
          answers.get(Number(step)),
        ),
    ),
  );
  for (const uid of uids) text = text.replaceAll(uid, `u${counter}x${uids.indexOf(uid)}`);
  return JSON.parse(text) as object;
}
