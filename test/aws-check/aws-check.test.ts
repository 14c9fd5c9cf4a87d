import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStack } from '../../infra/testing/project-stack.testing.ts';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';

/** `npm run aws:check` against the local AWS, which does not implement some of the operations. */
const PROGRAM = 'dist/infra/aws-check.js';

const run = promisify(execFile);

let folder: string;
let template: string;
let runtime: Runtime;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-aws-check-'));
  await build({
    entryPoints: ['infra/aws-check/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: PROGRAM,
    logLevel: 'warning',
  });
  const { app, stack } = createStack();
  template = readFileSync(join(app.synth().directory, `${stack.artifactId}.template.json`), 'utf8');
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
});

afterAll(async () => {
  await runtime?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Checked {
  readonly code: number;
  readonly output: string;
  readonly findings: readonly string[];
}

/** Runs the check as a user does, on the given template. */
async function check(text: string): Promise<Checked> {
  const assembly = mkdtempSync(join(folder, 'assembly-'));
  mkdirSync(assembly, { recursive: true });
  writeFileSync(join(assembly, 'stepmill-dev-abalone.template.json'), text);
  const args = [PROGRAM, '--region', 'us-east-1', '--assembly', assembly];
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: runtime.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const { code, stdout } = await run(process.execPath, args, { env }).then(
    (done) => ({ code: 0, stdout: done.stdout }),
    (error: { readonly code: number; readonly stdout: string }) => error,
  );
  const findings = stdout.split('\n').filter((line) => line.startsWith('FINDING'));
  return { code, output: stdout, findings };
}

/** Keeps only the resources whose ids match, so that the check of one is fast. */
function only(text: string, ids: RegExp): string {
  const parsed = JSON.parse(text) as { readonly Resources: object };
  const kept = Object.entries(parsed.Resources).filter(([id]) => ids.test(id));
  return JSON.stringify({ ...parsed, Resources: Object.fromEntries(kept) });
}

describe('aws:check', () => {
  it('finds no problem in the app, and lists the operations that the local AWS does not have', async () => {
    const { code, findings, output } = await check(template);

    expect(findings).toEqual([]);
    expect(code).toBe(0);
    expect(output).toMatch(/^Lets AWS check .* the only calls are sts:GetCallerIdentity, /);
    expect(output).toContain('endpoint does not have it: SimulateCustomPolicy.');
    for (const subject of [
      'ValidateStateMachineDefinition  abalone-training',
      'TestState                       abalone-training / Train model > Evaluate model',
      'TestState                       abalone-promotion / Update endpoint > ',
      'TestEventPattern                abalone-upload takes an upload below the prefix',
      'TestEventPattern                abalone-approval leaves a change of metadata',
    ]) {
      expect(output).toContain(`ok            ${subject}`);
    }
    expect(output).toContain('look          Service Quotas                  ml.m5.large');
  }, 600_000);

  it('finds a definition that Step Functions refuses', async () => {
    const machine = only(template, /^(UnclaimedUploads|Storage)/);
    const broken = machine.replace('\\"StartAt\\":\\"', '$&No ');
    expect(broken).not.toBe(machine);

    const { code, findings } = await check(broken);

    expect(code).toBe(1);
    expect(findings.join('\n')).toMatch(
      /ValidateStateMachineDefinition +abalone-unclaimed-uploads: .*No Record/,
    );
  });

  it('finds a pattern that does not match an event it should match', async () => {
    const rules = only(template, /^(Rules|Parameter|Storage)/);
    const broken = rules.replace('"key":[{"prefix":"incoming/', '"key":[{"prefix":"incomming/');
    expect(broken).not.toBe(rules);

    const { code, findings } = await check(broken);

    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.stringMatching(
        /TestEventPattern +abalone-upload takes an upload below the prefix: the answer is false$/,
      ),
    ]);
  });
});
