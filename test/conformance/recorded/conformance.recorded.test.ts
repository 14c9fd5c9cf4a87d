import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../../local/index.ts';
import { findFurtherData } from '../../further-data.ts';
import { preparePythonPrograms } from '../../python-programs.ts';

/**
 * What AWS answered, replayed against a running runtime by the recordings' own harness. What still
 * differs is listed in docs/conformance.md.
 */
const found = findFurtherData('conformance/');
const folder = found === undefined ? '' : fileURLToPath(found);
const hasCases = found !== undefined;
/** The recorded error answers of S3, SNS and SQS. */
const serviceErrors = join(folder, 'service_errors.py');

interface CaseResult {
  readonly id: string;
  readonly kind: string;
  readonly levels: Readonly<Record<string, boolean>>;
}

let runtime: Runtime;
/** With the boto3 that the clients' tests pin. */
let python: string;
let results: readonly CaseResult[];
let extended: readonly CaseResult[];

/** What `extended.py` makes for the cases that need more than Step Functions. */
const RUN_NEEDS = 'sfn,sqs,sns,s3,events,activity,callback,lambda,logs,clock,dynamodb';

beforeAll(async () => {
  if (!hasCases) return;
  python = join(await preparePythonPrograms(resolve('test/clients/requirements.txt')), 'python');
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  results = Object.entries(await replay(['run.py'])).map(([id, result]) => ({ ...result, id }));
  const all = await replay([
    join(import.meta.dirname, 'extended.py'),
    ...['--harness', join(folder, 'run.py')],
    ...['--kind', 'execution,api,test_state', '--needs', RUN_NEEDS, '--timeout', '60'],
  ]);
  extended = Object.entries(all)
    .filter(([id]) => !selfContained.has(id))
    .map(([id, result]) => ({ ...result, id }));
}, 600_000);

const selfContained = idsOf((needs) => needs.length === 0);
const needsDynamoDb = idsOf((needs) => needs.includes('dynamodb'));

/** The recorded cases with such needs. */
function idsOf(matches: (needs: readonly string[]) => boolean): ReadonlySet<string> {
  if (!hasCases) return new Set();
  const cases = JSON.parse(readFileSync(join(folder, 'asl-cases.json'), 'utf8')) as readonly {
    readonly id: string;
    readonly needs: readonly string[];
  }[];
  return new Set(cases.filter((each) => matches(each.needs)).map(({ id }) => id));
}

async function replay(
  harness: readonly string[],
): Promise<Readonly<Record<string, Omit<CaseResult, 'id'>>>> {
  const output = mkdtempSync(join(tmpdir(), 'stepmill-conformance-'));
  const file = join(output, 'results.json');
  const cases = join(folder, 'asl-cases.json');
  const options = ['--endpoint', runtime.endpoint, '--cases', cases, '--json', file];
  await promisify(execFile)(python, [...harness, ...options], { cwd: folder });
  const { results: found } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly results: Readonly<Record<string, Omit<CaseResult, 'id'>>>;
  };
  rmSync(output, { recursive: true });
  return found;
}

afterAll(async () => {
  if (hasCases) await runtime.stop();
});

/** Which share of the cases that have this level reach it. */
function share(all: readonly CaseResult[], level: string): number {
  const having = all.filter((each) => level in each.levels);
  return having.filter(({ levels }) => levels[level] === true).length / having.length;
}

describe.skipIf(!hasCases)('the recorded cases of Step Functions', () => {
  // Level 4 of executions: docs/conformance.md tells of the recordings that AWS has left behind.
  it.each([
    ['execution', 'L1', 1],
    ['execution', 'L2', 1],
    ['execution', 'L3', 1],
    ['execution', 'L4', 0.95],
    ['create_error', 'L4', 1],
    ['validate', 'L4', 1],
    ['test_state', 'L4', 0.97],
    ['api', 'L4', 0.97],
  ])('of the kind %s agree on %s in at least %d of all', (kind, level, least) => {
    const ofKind = results.filter((each) => each.kind === kind);
    expect(share(ofKind, level)).toBeGreaterThanOrEqual(least);
  });

  it.each(['L1', 'L2', 'L3'])('that need other services agree on %s in at least 0.95', (level) => {
    expect(extended.length).toBeGreaterThan(170);
    expect(share(extended, level)).toBeGreaterThanOrEqual(0.95);
  });

  it.each(['L1', 'L2', 'L3', 'L4'])('that need DynamoDB agree on %s, all of them', (level) => {
    const found = extended.filter(({ id }) => needsDynamoDb.has(id));
    expect(found).toHaveLength(7);
    expect(share(found, level)).toBe(1);
  });
});

describe.skipIf(!existsSync(serviceErrors))('the recorded error answers of S3, SNS and SQS', () => {
  it('agree in status, code and words, all of them', async () => {
    const { stdout } = await promisify(execFile)(python, [
      serviceErrors,
      ...['--endpoint', runtime.endpoint],
    ]);

    // Each that differs stands on a line of its own before the last.
    expect(stdout).toMatch(/^same \d+ differ 0\n$/);
    expect(Number(/^same (\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(59);
  }, 60_000);
});
