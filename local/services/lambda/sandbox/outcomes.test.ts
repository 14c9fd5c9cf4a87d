import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../cloud/service.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import type { FunctionRecord } from '../store.ts';
import { describeOutcome } from './describe-outcome.ts';
import { FunctionLog } from './function-log.ts';
import { OutputLines } from './output-lines.ts';

/** The lines of an output, and the ends of invocations in `<>`. */
async function linesOf(chunks: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const output = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const rest = new OutputLines(output, {
    line: (text) => void lines.push(text),
    end: (requestId) => void lines.push(`<${requestId}>`),
  });
  await new Promise((resolve) => {
    output.on('close', resolve);
  });
  // Its end has done that.
  rest.flush();
  return lines;
}

const LONGEST = 262_144;

describe('the output of a function', () => {
  it.each<[what: string, chunks: readonly string[], lines: readonly string[]]>([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['pieces of lines', ['a', 'b\nc'], ['ab', 'c']],
    ['an empty line', ['a\n\nb\n'], ['a', '', 'b']],
    ['no line', [''], []],
    ['the end of an invocation', ['a\n\0stepmill 1\nb\n'], ['a', '<1>', 'b']],
    ['a line that its end cuts off', ['a\0stepmill 1\n'], ['a', '<1>']],
    ['the longest line', [`${'x'.repeat(LONGEST)}\n`], ['x'.repeat(LONGEST)]],
    ['a longer one', [`${'x'.repeat(LONGEST + 1)}\n`], ['x'.repeat(LONGEST)]],
    ['one without an end', ['x'.repeat(LONGEST), 'x', 'y'], ['x'.repeat(LONGEST), 'y']],
  ])('has %s', async (_, chunks, lines) => {
    expect(await linesOf(chunks)).toEqual(lines);
  });
});

type Outcome = Parameters<typeof describeOutcome>[0];
/** Of each kind of outcome what tells it from the others. */
type Ending<One = Outcome> = One extends unknown ? Omit<One, 'durationMs' | 'memoryMb'> : never;

function described(ending: Ending) {
  return describeOutcome({ durationMs: 1, memoryMb: 1, ...ending }, DESCRIBED);
}

/** As AWS's own sentence has it. */
const SYNCHRONOUS_BYTES = 6_291_556;
const DESCRIBED = { requestId: 'id', record: { timeoutSeconds: 3 } };

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the words are those of recorded answers.
describe('an invocation that', () => {
  it.each<[what: string, outcome: Ending, status: string, payload: unknown, line?: string]>([
    ['answers', { kind: 'answered', payload: Buffer.from('{"a":1}') }, 'success', { a: 1 }],
    ['throws', { kind: 'failed', payload: Buffer.from('{"e":1}') }, 'error', { e: 1 }],
    [
      'takes too long',
      { kind: 'timed-out' },
      'timeout',
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: 'RequestId: id Error: Task timed out after 3.00 seconds',
      },
      'id Task timed out after 3.00 seconds',
    ],
    [
      'exits',
      { kind: 'exited', reason: '' },
      'error',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: id Error: Runtime exited without providing a reason',
      },
      'RequestId: id Error: Runtime exited without providing a reason\rRuntime.ExitError',
    ],
    [
      'exits with a status',
      { kind: 'exited', reason: 'exit status 1' },
      'error',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: id Error: Runtime exited with error: exit status 1',
      },
      'RequestId: id Error: Runtime exited with error: exit status 1\rRuntime.ExitError',
    ],
  ])('%s', (_, outcome, status, payload, line) => {
    const result = described(outcome);

    expect(result).toMatchObject({ status, failed: status !== 'success' });
    expect(JSON.parse(Buffer.from(result.payload).toString())).toEqual(payload);
    if (line === undefined) expect(result.line).toBeUndefined();
    else expect(result.line?.endsWith(line)).toBe(true);
  });

  it.each([
    [SYNCHRONOUS_BYTES, 'success'],
    [SYNCHRONOUS_BYTES + 1, 'error'],
  ])('answers with %i bytes: %s', (bytes, status) => {
    const payload = Buffer.alloc(bytes, ' ');

    expect(described({ kind: 'answered', payload }).status).toBe(status);
  });
});

/** The lines of an invocation, and its tail. */
function logOf(logging: object, report: Parameters<FunctionLog['report']>[1], lines = ['line']) {
  const written: LogLine[] = [];
  const cloud = createTestCloud([
    () => ({
      name: 'logs',
      operations: {},
      accessDenied: () => new Error() as never,
      onLogLine: (line) => void written.push(line),
    }),
  ]);
  const record = { name: 'f', version: '$LATEST', memoryMb: 128, logging };
  const log = new FunctionLog(cloud, record as unknown as FunctionRecord);
  log.start('id');
  for (const line of lines) log.write(line);
  log.report('id', report);
  const tail = Buffer.from(log.tail(), 'base64').toString();
  return { log, tail, messages: written.map(({ message }) => message), again: log.tail() };
}

const REPORT = { durationMs: 1.234_56, memoryMb: 64, initMs: 100.2, status: 'success' } as const;

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
describe('the log of a function', () => {
  it('has the lines of the platform around its own', () => {
    const { log, messages, tail, again } = logOf({}, REPORT);

    expect(log.group).toBe('/aws/lambda/f');
    expect(log.stream).toMatch(/^2026\/01\/01\/\[\$LATEST\][\da-f]{32}$/);
    expect(messages).toEqual([
      'START RequestId: id Version: $LATEST',
      'line',
      'END RequestId: id',
      'REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 100.20 ms\t',
    ]);
    expect(tail).toBe(messages.map((message) => `${message}\n`).join(''));
    expect(again).toBe('');
  });

  it('names the time of the start only for the first invocation', () => {
    const { messages } = logOf({ LogGroup: 'own' }, { ...REPORT, initMs: undefined });

    expect(messages.at(-1)).toBe(
      'REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\t',
    );
  });

  it('is JSON where the function wants that', () => {
    const { log, messages } = logOf({ LogFormat: 'JSON', LogGroup: 'own' }, REPORT, []);

    expect(log.group).toBe('own');
    expect(messages.map((message) => JSON.parse(message) as unknown)).toEqual([
      {
        time: '2026-01-01T00:00:00.000Z',
        type: 'platform.start',
        record: { requestId: 'id', version: '$LATEST' },
      },
      {
        time: '2026-01-01T00:00:00.000Z',
        type: 'platform.report',
        record: {
          requestId: 'id',
          status: 'success',
          metrics: {
            durationMs: 1.235,
            billedDurationMs: 102,
            memorySizeMB: 128,
            maxMemoryUsedMB: 64,
            initDurationMs: 100.2,
          },
        },
      },
    ]);
  });

  it('has a tail of 4 KB', () => {
    const { tail } = logOf({}, REPORT, ['x'.repeat(5_000)]);

    expect(tail).toHaveLength(4_096);
    expect(tail.endsWith('ms\t\n')).toBe(true);
  });
});
