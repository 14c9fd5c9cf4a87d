import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { compareHistories } from '../../engine/conformance/history.ts';
import { differences, type MatchOptions } from '../../engine/conformance/match.ts';
import type { RecordedEvent } from '../../engine/conformance/recorded-case.ts';
import { preparePythonPrograms } from '../python-programs.ts';
import type { JudgedCase, Verdict } from './table.ts';

/** The tests whose answers AWS recorded and that need no more than Stepmill has. */
const TESTS = ['tests/aws/services/stepfunctions/v2', 'tests/aws/services/events'];
/** Waits of executions pass that much faster, while nothing else is done. */
const SPEED = 60;
const PATIENCE_MS = 30 * 60_000;

/** What replay.py writes down of each `snapshot.match`. */
interface Answer {
  readonly test: string;
  readonly key: string;
  readonly value: unknown;
  readonly words: readonly string[];
  readonly unordered: readonly string[];
  readonly sorted: boolean;
}

/** Of a test, by the key of each answer: what AWS answered. */
type Recordings = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

export interface LocalStackRun {
  readonly cases: readonly JudgedCase[];
  /** The last line of the tests themselves: how many ran, and how many need what the replay lacks. */
  readonly summary: string;
}

/** Runs LocalStack's own tests against a runtime, and compares each answer with the recorded one of AWS. */
export async function runLocalStack(checkout: string): Promise<LocalStackRun> {
  const folder = resolve(checkout);
  if (!existsSync(join(folder, TESTS[0] ?? ''))) {
    throw new Error(
      `${join(folder, TESTS[0] ?? '')} does not exist; name a checkout of LocalStack.`,
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'stepmill-localstack-'));
  const runtime = spawn(process.execPath, ['test/conformance/start.mjs', '0', String(SPEED)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [endpoint] = (await once(runtime.stdout, 'data')) as [Buffer];
    const answers = join(scratch, 'answers.jsonl');
    const summary = await replay(folder, endpoint.toString().trim(), answers);
    const recordings = readRecordings(folder);
    const lines = existsSync(answers) ? readFileSync(answers, 'utf8').trimEnd().split('\n') : [];
    const cases = lines.map((line) => judge(JSON.parse(line) as Answer, recordings));
    return { cases: cases.filter((each) => each !== undefined), summary };
  } finally {
    runtime.kill('SIGTERM');
    await once(runtime, 'exit');
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function replay(checkout: string, endpoint: string, answers: string): Promise<string> {
  const plugin = resolve('test/conformance/localstack');
  const python = join(await preparePythonPrograms(join(plugin, 'requirements.txt')), 'python');
  const options = ['--noconftest', '--continue-on-collection-errors', '-p', 'no:cacheprovider'];
  const arguments_ = ['-m', 'pytest', '-p', 'replay', ...options, '-q', '--no-header', '--tb=no'];
  return new Promise((done, failed) => {
    execFile(
      python,
      [...arguments_, ...TESTS],
      {
        cwd: checkout,
        timeout: PATIENCE_MS,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          ...process.env,
          PYTHONPATH: plugin,
          PYTHONDONTWRITEBYTECODE: '1',
          STEPMILL_CHECKOUT: checkout,
          STEPMILL_ENDPOINT: endpoint,
          STEPMILL_ANSWERS: answers,
        },
      },
      (error, stdout, stderr) => {
        // pytest exits with 1 where tests failed or lacked a fixture, as some do.
        if (error !== null && error.code !== 1)
          failed(new Error(`${stdout}\n${stderr}`.slice(-2_000)));
        else done(stdout.trimEnd().split('\n').at(-1) ?? '');
      },
    );
  });
}

function readRecordings(checkout: string): Recordings {
  const recordings = new Map<string, Readonly<Record<string, unknown>>>();
  for (const folder of TESTS) {
    for (const file of readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.snapshot.json')) continue;
      const content = JSON.parse(readFileSync(join(checkout, folder, file), 'utf8')) as Readonly<
        Record<string, { readonly 'recorded-content': Readonly<Record<string, unknown>> }>
      >;
      for (const [test, recorded] of Object.entries(content)) {
        recordings.set(test, recorded['recorded-content']);
      }
    }
  }
  return recordings;
}

/** @returns undefined for an answer that was never recorded */
function judge(answer: Answer, recordings: Recordings): JudgedCase | undefined {
  const recorded = recordings.get(answer.test);
  if (recorded === undefined || !Object.hasOwn(recorded, answer.key)) return undefined;
  const expected = comparable(recorded[answer.key]);
  const value = comparable(answer.value);
  const options: MatchOptions = {
    words: [...answer.words.filter((word) => word !== ''), ...REPLACED],
    unordered: answer.unordered,
  };
  const found = differences(expected, value, options);
  const [first] = found;
  const verdict = isHistory(expected)
    ? judgeHistory({ ...answer, value }, expected.events, options)
    : judgeAnswer(expected, value, found.length === 0);
  return {
    group: groupOf(answer.test),
    name: `${answer.test.split('::').slice(1).join('::')} ${answer.key}`,
    verdict,
    difference:
      verdict.L4 === true || first === undefined
        ? undefined
        : `${first.at}: expected ${shorten(first.expected)}, got ${shorten(first.actual)}`,
  };
}

/** Names that LocalStack's recordings have in place of the values themselves. */
const REPLACED = ['RequestId', 'x-amz-crc32'];

/** Headers whose values are others for each request, or depend on the lengths of names. */
const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'Content-Length',
  'Date',
  'X-Amzn-Trace-Id',
  'x-amzn-RequestId',
]);
const HEADER_GROUPS: ReadonlySet<string> = new Set(['AllHttpHeaders', 'HttpHeaders']);

/** An answer without the headers that cannot be compared; those of a task's result are in JSON texts, too. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string' && /^\{.*"AllHttpHeaders"/s.test(value)) {
    return JSON.stringify(comparable(JSON.parse(value)));
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      HEADER_GROUPS.has(key) ? withoutRequestHeaders(member) : comparable(member),
    ]),
  );
}

function withoutRequestHeaders(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !REQUEST_HEADERS.has(name)));
}

function groupOf(test: string): string {
  const [file = ''] = test.split('::');
  const folder = dirname(file).replace(/^tests\/aws\/services\//, '');
  const group = folder.replace(/^stepfunctions\/v2\/?/, 'Step Functions: ');
  if (group === 'Step Functions: ') return 'Step Functions: api';
  return group === 'events' ? 'EventBridge' : group;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

interface History {
  readonly events: readonly RecordedEvent[];
}

function isHistory(value: unknown): value is History {
  const events = (value as { readonly events?: unknown } | null | undefined)?.events;
  return Array.isArray(events) && events.every((event) => typeof event === 'object');
}

function judgeHistory(
  { value, sorted }: Answer,
  expected: readonly RecordedEvent[],
  options: MatchOptions,
): Verdict {
  const actual = isHistory(value) ? value.events : [];
  const last = expected.at(-1);
  const end = actual.at(-1);
  const isConcurrent = expected.some(({ type }) => /^(Map|Parallel)/.test(String(type)));
  const flags = { concurrent: isConcurrent, parallel_sorted: sorted };
  const { types, whole } = compareHistories({ flags }, expected, actual, options);
  const L1 = last?.['type'] === end?.['type'];
  return { L1, L2: L1 && agree(resultOf(last), resultOf(end), options), L3: types, L4: whole };
}

/** Output, error and cause are in the details of the last event. */
function resultOf(event: RecordedEvent | undefined): unknown {
  const entries = Object.entries(event ?? {});
  return entries.find(([key]) => key.endsWith('EventDetails'))?.[1] ?? {};
}

function agree(expected: unknown, actual: unknown, options: MatchOptions): boolean {
  return differences(expected, actual, options).length === 0;
}

function judgeAnswer(expected: unknown, actual: unknown, isWhole: boolean): Verdict {
  const code = codeOf(expected);
  const L1 = (code === undefined) === (codeOf(actual) === undefined);
  return { L1, L2: code === undefined ? undefined : code === codeOf(actual), L4: isWhole };
}

/** The code of an error as boto3 has it, at any of the places where tests put one. */
function codeOf(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { Error: error, exception_message: nested } = answer as {
    readonly Error?: { readonly Code?: unknown };
    readonly exception_message?: unknown;
  };
  return error?.Code ?? codeOf(nested);
}
