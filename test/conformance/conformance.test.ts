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

beforeAll(async () => {
  if (!hasBoto) return;
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  const output = mkdtempSync(join(tmpdir(), 'stepmill-conformance-'));
  const file = join(output, 'results.json');
  const cases = join(folder, 'asl-cases.json');
  const harness = ['run.py', '--endpoint', runtime.endpoint, '--cases', cases, '--json', file];
  await promisify(execFile)('python3', harness, { cwd: folder });
  const read = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly results: Readonly<Record<string, CaseResult>>;
  };
  results = Object.values(read.results);
  rmSync(output, { recursive: true });
});

afterAll(async () => {
  if (hasBoto) await runtime.stop();
});

/** Which share of the cases of a kind that have this level reach it. */
function share(kind: string, level: string): number {
  const having = results.filter((each) => each.kind === kind && level in each.levels);
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
    expect(share(kind, level)).toBeGreaterThanOrEqual(least);
  });
});
