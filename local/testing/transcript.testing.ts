import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import type { Cloud, ServiceFactory } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { MemoryStore } from '../store/index.ts';
import { createTestCloud, settle, type TestCloudOptions } from './cloud.testing.ts';
import { type Sent, webRequest } from './web.testing.ts';

/** A value in the answers so far, by its path: `page.NextToken` is in the answer that a step has named `page`. */
export type Answered = (path: string) => never;

/**
 * A request of a transcript. `sqs:ReceiveMessage` asks another service. An input that is a function gets the
 * answers that earlier steps have named with `as`. A `caller` makes the requests after it, in place of the account's user.
 */
export type Step =
  | readonly [
      operation: string,
      input?: object | ((answered: Answered) => object),
      as?: string | undefined,
    ]
  | { readonly advanceSeconds: number }
  | { readonly caller: Principal }
  /** The runtime ends, and another one starts with its store so many seconds later. */
  | { readonly restartAfterSeconds: number }
  | { readonly web: (answered: Answered) => Sent }
  | Awaited;

/** Asks until the answer fulfils a condition: work with files and processes takes real time. It leaves no line. */
interface Awaited {
  readonly until: readonly [operation: string, input: object | ((answered: Answered) => object)];
  readonly fulfils: (answer: never) => boolean;
}

const PATIENCE_MS = 20_000;
const PAUSE_MS = 5;

interface TranscriptOptions extends Pick<TestCloudOptions, 'containers'> {
  /** Writes what no request can make. */
  readonly prepare?: (cloud: Cloud) => void;
  /** Whether bodies in bytes are shown as text. @default false */
  readonly hasTextBodies?: boolean;
}

export const USER: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };

/**
 * The text of a conversation with a service: each request (`>`), then its answer (`<`) or its error (`!`). The clock is
 * virtual and the random numbers have a seed, so the same requests have the same text. A test compares it with a file beside
 * it: what changes there is what users see.
 */
export async function transcriptOf(
  service: ServiceName,
  factories: readonly ServiceFactory[],
  steps: readonly Step[],
  { containers, hasTextBodies = false, prepare }: TranscriptOptions = {},
): Promise<string> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'stepmill-transcript-'));
  const clock = createVirtualClock();
  const store = new MemoryStore();
  let seed = 0;
  const open = () => {
    seed += 1;
    return createTestCloud(factories, {
      clock,
      store,
      seed,
      stateFolder,
      ...(containers === undefined ? {} : { containers }),
    });
  };
  const conversation: Conversation = { cloud: open(), open, clock, service, hasTextBodies };
  try {
    await conversation.cloud.start();
    prepare?.(conversation.cloud);
    return await converse(conversation, steps);
  } finally {
    await conversation.cloud.stop();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

/** A transcript without its random ids: they depend on how often a step has asked until something had ended. */
export function withNumberedIds(
  transcript: string,
  pattern = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\bi-[\da-f]{17}\b/g,
): string {
  const ids = new Map<string, string>();
  return transcript.replaceAll(pattern, (id) => {
    const known = ids.get(id) ?? `id-${ids.size + 1}`;
    ids.set(id, known);
    return known;
  });
}

interface Conversation {
  cloud: Cloud;
  /** Makes a cloud of the same store. */
  readonly open: () => Cloud;
  readonly clock: VirtualClock;
  readonly service: ServiceName;
  readonly hasTextBodies: boolean;
}

async function restart(conversation: Conversation, seconds: number): Promise<void> {
  conversation.cloud.halt();
  await conversation.cloud.flush();
  await conversation.cloud.stop();
  conversation.clock.advance(seconds * 1_000);
  conversation.cloud = conversation.open();
  await conversation.cloud.start();
}

async function converse(conversation: Conversation, steps: readonly Step[]): Promise<string> {
  const { clock, hasTextBodies, service } = conversation;
  const answers: Record<string, unknown> = {};
  const answered: Answered = (path) => valueAt(answers, path) as never;
  const lines: string[] = [];
  let caller = USER;
  for (const step of steps) {
    const { cloud } = conversation;
    if ('caller' in step) {
      ({ caller } = step);
      lines.push(`… as ${caller.kind === 'service' ? caller.service : caller.arn}`);
    } else if ('restartAfterSeconds' in step) {
      await restart(conversation, step.restartAfterSeconds);
      lines.push(`… restarted ${step.restartAfterSeconds} s later`);
    } else if ('advanceSeconds' in step) {
      clock.advance(step.advanceSeconds * 1_000);
      lines.push(`… ${step.advanceSeconds} s later`);
    } else if ('until' in step) {
      await awaited(conversation, step, { answered, lines });
    } else if ('web' in step) {
      lines.push(...(await browse(cloud, step.web(answered))));
    } else {
      const [operation, given = {}, as] = step;
      const input = typeof given === 'function' ? given(answered) : given;
      const { line, answer } = await ask(cloud, ...placeOf(service, operation), input, {
        caller,
        hasTextBodies,
      });
      if (as !== undefined) answers[as] = answer;
      lines.push(`> ${operation} ${show(input)}`, line);
    }
    await settle();
  }
  return `${lines.join('\n')}\n`;
}

/** `sqs:ReceiveMessage` is an operation of another service. */
function placeOf(
  service: ServiceName,
  operation: string,
): readonly [service: ServiceName, operation: string] {
  const [asked, name] = operation.split(':');
  return name === undefined ? [service, operation] : [asked as ServiceName, name];
}

async function awaited(
  { cloud, service }: Conversation,
  step: Awaited,
  { answered, lines }: { readonly answered: Answered; readonly lines: readonly string[] },
): Promise<void> {
  const [operation, given] = step.until;
  const input = typeof given === 'function' ? given(answered) : given;
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const { line, answer } = await ask(cloud, ...placeOf(service, operation), input);
    if (step.fulfils(answer as never)) return;
    if (performance.now() > end) {
      const last = lines.slice(-2).join('\n');
      throw new Error(`${operation} has answered ${line} too long, after:\n${last}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
  }
}

function valueAt(answers: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      answers,
    );
}

async function ask(
  cloud: Cloud,
  service: ServiceName,
  operation: string,
  input: object,
  { caller = USER, hasTextBodies = false } = {},
) {
  try {
    const answer = await cloud.call<object | undefined>(caller, service, operation, input);
    const body = answer !== undefined && 'Body' in answer ? answer.Body : undefined;
    const shown =
      body instanceof Readable
        ? { ...answer, Body: await text(body) }
        : hasTextBodies && body instanceof Uint8Array
          ? { ...answer, Body: Buffer.from(body).toString() }
          : answer;
    return { line: `< ${show(shown)}`, answer };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const members = Object.keys(error.members).length === 0 ? '' : ` ${show(error.members)}`;
    const line = `! ${error.code} (${error.status}): ${error.message}${members}`;
    return { line, answer: undefined };
  }
}

/** A request for an address that a service serves itself, with the headers and the body of its response. */
async function browse(cloud: Cloud, sent: Sent): Promise<readonly string[]> {
  const { method = 'GET', headers = [], body, host = '', url } = sent;
  const asked = [...headers, ...(body === undefined ? [] : [body])];
  const line = `> ${method} ${host}${url}${asked.length === 0 ? '' : ` ${show(asked)}`}`;
  const response = await cloud.web(webRequest(sent));
  if (response === undefined) return [line, '! no service answers'];
  const { status, stream } = response;
  const content = stream === undefined ? response.body : await buffer(stream);
  const isPacked = response.headers.some(([name]) => name === 'content-encoding');
  const shown = isPacked
    ? Buffer.from(content ?? '').length
    : Buffer.from(content ?? '').toString();
  return [line, `< ${status} ${show(response.headers)} ${show(shown)}`];
}

/** Long texts are shortened. */
function show(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    breakLength: Infinity,
    compact: true,
    maxStringLength: 2_000,
    maxArrayLength: 50,
  });
}
