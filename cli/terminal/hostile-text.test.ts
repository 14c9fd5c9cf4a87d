import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderTrial } from '../commands/ab.ts';
import { printProject } from '../commands/status.ts';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { demoDataset } from '../demo/dataset.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfPromotion } from '../follow/promotion-outcome.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import { renderRollout } from '../rollout/rollout-lines.ts';
import { explain } from './explain-error.ts';
import { bold, createTerminal, dim, red, terminalText } from './terminal.ts';
import { UserError } from './user-error.ts';
import { writtenTerminal } from './written-terminal.testing.ts';

const CLI = join(import.meta.dirname, '..');

/** Clears the screen, rings, overwrites its line, is read backwards, and begins a line of its own. */
const HOSTILE =
  'a\u001b[2J\u001b]0;title\u0007b\rc\u009b31md\u202ee\u0000f\u2028g\u200bh\n✓ forged';

/** Our own styles only: no other control character is left. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what it is about
const OWN_STYLE = /\u001b\[(?:0|1|2|31|32|33)m/g;

/** What a terminal would obey of these lines, and what it must show. */
function judge(lines: readonly string[]): object {
  const text = lines.join('\n');
  const plain = text.replaceAll(OWN_STYLE, '').replaceAll('\n', '');
  return {
    obeyed: plain.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u),
    isShown: text.includes(String.raw`\u{1b}[2J`),
    isForged: /^✓ forged/m.test(stripVTControlCharacters(text)),
  };
}

const HARMLESS = { obeyed: null, isShown: true, isForged: false };

const project: ProjectResources = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:training',
  promotionStateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:promotion',
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:aws:sns:us-east-1:000000000000:abalone',
};

const at = new Date(Date.UTC(2026, 10, 21));

/** An AWS in which everybody who can write a text has written a hostile one. */
const connection = scriptedConnection({
  ListExecutions: () => ({
    executions: [{ executionArn: 'arn:run', name: HOSTILE, status: 'SUCCEEDED', startDate: at }],
  }),
  DescribeExecution: () => ({
    status: 'FAILED',
    startDate: at,
    stopDate: at,
    error: 'Failed',
    cause: JSON.stringify({ FailureReason: HOSTILE }),
    output: JSON.stringify({ outcome: HOSTILE, reason: HOSTILE }),
  }),
  GetExecutionHistory: () => ({
    events: [
      {
        id: 1,
        timestamp: at,
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          resourceType: 'sagemaker',
          resource: 'createTrainingJob.sync',
          region: 'us-east-1',
          parameters: '{"TrainingJobName":"job-1"}',
        },
      },
      {
        id: 2,
        timestamp: at,
        type: 'TaskFailed',
        taskFailedEventDetails: {
          resourceType: 'sagemaker',
          resource: 'createTrainingJob.sync',
          error: 'Failed',
          cause: HOSTILE,
        },
      },
    ],
  }),
  FilterLogEvents: () => ({ events: [{ eventId: 'e-1', message: HOSTILE }] }),
  ListModelPackages: () => ({
    ModelPackageSummaryList: [
      { ModelPackageVersion: 1, ModelPackageArn: 'arn:p', ModelApprovalStatus: 'Rejected' },
    ],
  }),
  DescribeModelPackage: () => ({ ModelApprovalStatus: 'Rejected', ApprovalDescription: HOSTILE }),
  DescribeEndpoint: () => {
    throw new Error('Could not find endpoint "abalone".');
  },
  DescribeAlarms: () => ({}),
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what others wrote is spelled out', () => {
  it('by status: approval descriptions, names, outcomes', async () => {
    const terminal = writtenTerminal();

    await printProject(connection, project, { limit: 5 }, terminal);

    expect(judge(terminal.lines)).toEqual(HARMLESS);
  });

  it('while an execution is followed, with the logs of its jobs', async () => {
    const terminal = writtenTerminal();

    await followExecution(connection, 'arn:run', terminal, { logs: true });

    expect(judge(terminal.lines)).toEqual(HARMLESS);
  });

  it('by the end of a promotion and of a training', async () => {
    const terminal = writtenTerminal();
    const ended = {
      status: 'SUCCEEDED',
      output: JSON.stringify({ outcome: 'Rolled back', reason: HOSTILE }),
    } as never;

    printOutcome(await outcomeOfPromotion(connection, project, ended), terminal);
    printOutcome(
      {
        outcome: 'Rejected',
        reasons: [HOSTILE],
        advice: undefined,
        isGood: false,
        isWanted: false,
      },
      terminal,
    );

    expect(judge(terminal.lines)).toEqual(HARMLESS);
  });

  it('by a rollout: messages of phases, reasons of alarms and failures', () => {
    const terminal = writtenTerminal();
    const rollout = {
      status: 'RollingBack',
      failureReason: HOSTILE,
      fleets: [
        {
          variant: 'AllTraffic',
          percent: 100,
          instances: 1,
          endpointConfig: 'abalone-v1',
          phases: [{ status: 'Baking', since: at, message: HOSTILE }],
        },
      ],
      alarms: [{ name: HOSTILE, state: 'ALARM', reason: HOSTILE }],
    } as never;

    for (const line of renderRollout(rollout, true)) terminal.print(line);

    expect(judge(terminal.lines)).toEqual(HARMLESS);
  });

  it('by ab: terms, variants, packages', () => {
    const variant = { name: HOSTILE, packageArn: HOSTILE, version: undefined, percent: 10 };
    const metrics = { invocations: 1, clientErrors: 0, serverErrors: 0 } as never;
    const trial = {
      type: 'ab',
      endpointName: 'abalone',
      config: 'abalone-v2',
      champion: variant,
      challenger: variant,
      startedAt: at,
      endsAt: undefined,
      leftMs: undefined,
      terms: HOSTILE,
      captureUri: undefined,
    } as const;

    const lines = renderTrial(trial, [{ variant, metrics }], undefined);

    expect(judge(lines.map((line) => terminalText(line)))).toEqual(HARMLESS);
  });

  it('by upload and demo: names of files', async () => {
    const refusals = await Promise.all([
      uploadFile(connection, project, HOSTILE).then(() => '', explain),
      demoDataset(HOSTILE, 'folder', writtenTerminal()).then(() => '', explain),
    ]);

    expect(judge(refusals.map((line) => terminalText(line)))).toEqual(HARMLESS);
  });

  it('by what a service answered with', () => {
    const refusal = Object.assign(new Error(HOSTILE), { $metadata: { httpStatusCode: 400 } });

    expect(judge([terminalText(explain(refusal))])).toEqual(HARMLESS);
  });

  it('by every command, because only the terminal writes', () => {
    const files = readdirSync(CLI, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.(?:test|testing)\.ts$/.test(file),
    );
    const writers = files.filter((file) =>
      /console\.(?:log|error|warn|info|debug|table)|process\.(?:stdout|stderr)\.write\((?!visibleText)/.test(
        readFileSync(join(CLI, file), 'utf8'),
      ),
    );
    expect(files).toContain(join('commands', 'ab.ts'));
    expect(writers).toEqual([join('terminal', 'terminal.ts')]);
  });

  it('by the message of an error', () => {
    expect(judge([terminalText(explain(new UserError(HOSTILE.replaceAll('\n', ' '))))])).toEqual(
      HARMLESS,
    );
  });

  it('by the terminal itself, on both of its streams', async () => {
    const written: string[] = [];
    const keep = (text: unknown) => written.push(String(text)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const terminal = createTerminal();
    const line = HOSTILE.replaceAll('\n', ' ');

    terminal.print(line);
    terminal.note(line);

    vi.restoreAllMocks();
    expect(judge(written)).toEqual(HARMLESS);
  });
});

describe('our own styles', () => {
  it('become escape sequences, nested too, and end with their line', () => {
    expect(terminalText(bold(`a${red('b')}c`))).toBe(
      '\u001b[1ma\u001b[31mb\u001b[0m\u001b[1mc\u001b[0m',
    );
    expect(terminalText(`${dim('a').split('a')[0]}a`)).toBe('\u001b[2ma\u001b[0m');
    expect(terminalText('a\ufdd5')).toBe(String.raw`a\u{fdd5}`);
  });
});
