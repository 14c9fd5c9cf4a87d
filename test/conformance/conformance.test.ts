import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';

/**
 * What AWS answered, replayed against a running runtime by the recordings' own harness. What still
 * differs is listed in docs/conformance.md.
 */
const folder = join(import.meta.dirname, '../../../shared/conformance');
const hasCases = existsSync(join(folder, 'run.py'));
const hasBoto = hasCases && spawnSync('python3', ['-c', 'import boto3']).status === 0;

interface CaseResult {
  readonly kind: string;
  readonly levels: Readonly<Record<string, boolean>>;
}

let runtime: Runtime;
let results: readonly CaseResult[];
let extended: readonly CaseResult[];

/** What `extended.py` makes for the cases that need more than Step Functions. */
const needs = 'sfn,sqs,sns,s3,events,activity,callback,lambda,logs,clock';

beforeAll(async () => {
  if (!hasBoto) return;
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  results = Object.values(await replay(['run.py']));
  const all = await replay([
    join(import.meta.dirname, 'extended.py'),
    ...['--harness', join(folder, 'run.py')],
    ...['--kind', 'execution,api,test_state', '--needs', needs, '--timeout', '60'],
  ]);
  extended = Object.entries(all)
    .filter(([id]) => !selfContained.has(id))
    .map(([, result]) => result);
}, 180_000);

const selfContained: ReadonlySet<string> = new Set(
  hasCases
    ? (
        JSON.parse(readFileSync(join(folder, 'asl-cases.json'), 'utf8')) as readonly {
          readonly id: string;
          readonly needs: readonly string[];
        }[]
      ).flatMap((each) => (each.needs.length === 0 ? [each.id] : []))
    : [],
);

async function replay(harness: readonly string[]): Promise<Readonly<Record<string, CaseResult>>> {
  const output = mkdtempSync(join(tmpdir(), 'stepmill-conformance-'));
  const file = join(output, 'results.json');
  const cases = join(folder, 'asl-cases.json');
  const options = ['--endpoint', runtime.endpoint, '--cases', cases, '--json', file];
  await promisify(execFile)('python3', [...harness, ...options], { cwd: folder });
  const { results: found } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly results: Readonly<Record<string, CaseResult>>;
  };
  rmSync(output, { recursive: true });
  return found;
}

afterAll(async () => {
  if (hasBoto) await runtime.stop();
});

/** Which share of the cases that have this level reach it. */
function share(all: readonly CaseResult[], level: string): number {
  const having = all.filter((each) => level in each.levels);
  return having.filter(({ levels }) => levels[level] === true).length / having.length;
}

describe.skipIf(!hasBoto)('the recorded cases of Step Functions', () => {
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
    expect(extended.length).toBeGreaterThan(160);
    expect(share(extended, level)).toBeGreaterThanOrEqual(0.95);
  });
});
