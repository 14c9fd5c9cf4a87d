import { beforeAll, describe, expect, it } from 'vitest';
import {
  type MonitoringInput,
  type MonitoringOutput,
  monitoringOutputSchema,
  retrainingInputSchema,
} from '../../events/index.ts';
import {
  type Answer,
  createWorkflowClock,
  executionArnOf,
  packageArn,
  quietWindow,
  runWorkflow,
  TaskError,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import {
  type MonitoringWorld,
  monitoringWorld,
} from '../../infra/testing/monitoring-world.testing.ts';
import { readDefinition } from '../../infra/testing/project-stack.testing.ts';
import {
  promptStack,
  retrainedDefinition,
  watchedDefinition,
} from '../../infra/testing/watched-project.testing.ts';

let definition: string;

beforeAll(() => {
  definition = watchedDefinition('Monitoring');
}, 120_000);

interface Run {
  readonly world?: MonitoringWorld;
  readonly input?: object;
  readonly answers?: Readonly<Record<string, (request: Record<string, unknown>) => unknown>>;
  readonly executionName?: string;
}

function watch({ world = monitoringWorld(definition), input, answers = {}, ...more }: Run = {}) {
  const answer: Answer = (state, request) =>
    (answers[state] ?? world.answer.bind(world, state))(request);
  const run = runWorkflow({
    definition: world.definition,
    input: input ?? world.input,
    answer,
    ...more,
  });
  const argumentsOf = (state: string) =>
    run.tasks.find((task) => task.state === state)?.arguments as
      | Record<string, unknown>
      | undefined;
  return {
    ...run,
    world,
    argumentsOf,
    messageOf: (state: string) => String(argumentsOf(state)?.['Message']),
  };
}

function outputOf({ output }: { readonly output: unknown }): MonitoringOutput {
  return monitoringOutputSchema.parse(output);
}

const drifted = {
  ...quietWindow,
  verdict: 'drifted',
  drifted: ['length'],
  driftedPredictions: ['prediction'],
};

/** Windows one after another, each six hours after the one before. */
function watchInTurn(world: MonitoringWorld, reports: readonly object[]) {
  return reports.map((report, index) => {
    world.finds(report);
    const scheduledTime = new Date(Date.UTC(2026, 10, 18) + index * 6 * 3_600_000).toISOString();
    return watch({
      world,
      input: { eventId: scheduledTime, scheduledTime },
      executionName: `run-${index}`,
    });
  });
}

/** When it asks for the files of its window, if it starts on the first day. */
const gatheredAt = (input: MonitoringInput) => {
  const time = createWorkflowClock();
  const world = monitoringWorld(definition);
  let gathered = 0;
  const answer: Answer = (state, request) => {
    if (state === 'Gather captures') gathered = time.now();
    return world.answer(state, request);
  };
  const execution = new WorkflowExecution({ definition, input, answer }, time);
  while (execution.status === 'RUNNING') time.step();
  return new Date(gathered).toISOString();
};

describe('a monitoring', () => {
  it('judges the window of its schedule against the live package', () => {
    const run = watch();
    const { argumentsOf, path } = run;

    expect(path).toEqual([
      'Set window',
      'Claim window',
      'Look up endpoint',
      'Model live?',
      'Describe live config',
      'Describe live model',
      'Live model registered?',
      'Read live package',
      'Fit window to model',
      'Baseline known?',
      'Live after window?',
      'Labels due?',
      'Wait for captures',
      'Gather captures',
      'Any requests?',
      'Judge window',
      'Read report',
      'Labels counted?',
      'Scheduled window?',
      'Read last verdicts',
      'Verdict kept?',
      'Keep verdict',
      'New alarm?',
      'Verdict?',
      'No drift',
    ]);
    const window = { start: '2026-11-20T06:00:00.000Z', end: '2026-11-20T12:00:00.000Z' };
    expect(argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      captures: 'captured/abalone/abalone/AllTraffic/',
      labels: 'labels/abalone/',
      windowStart: window.start,
      windowEnd: window.end,
      labelHours: 168,
    });
    const job = argumentsOf('Judge window') as {
      AppSpecification: { ContainerArguments: string[]; ContainerEntrypoint: string[] };
      ProcessingInputs: { InputName: string; S3Input: { S3Uri: string; S3DataType: string } }[];
    };
    expect(job.AppSpecification.ContainerEntrypoint).toEqual(['python3', '-m', 'monitor']);
    expect(job.AppSpecification.ContainerArguments.join(' ')).toContain(
      `--window-start ${window.start} --window-end ${window.end} --sampling-percent 10 --minimum-rows 200`,
    );
    expect(
      job.ProcessingInputs.map(({ InputName: name, S3Input: at }) => [name, at.S3DataType]),
    ).toEqual([
      ['code', 'S3Prefix'],
      ['captures', 'ManifestFile'],
      ['baseline', 'S3Prefix'],
      ['evaluation', 'S3Prefix'],
    ]);
    expect(job.ProcessingInputs[2]?.S3Input.S3Uri).toBe(
      's3://bucket/runs/abalone/d1/prepared/baseline/',
    );
    const output = outputOf(run);
    expect(output).toMatchObject({
      outcome: 'No drift',
      verdict: 'ok',
      window,
      drifted: [],
      objections: [],
    });
    expect(output.report).toMatch(
      /^s3:\/\/bucket\/monitoring\/abalone\/2026-11-20T12-00-00-000Z-v1-[0-9a-f]{8}\/$/,
    );
    expect(output.metrics).toEqual([
      { name: 'WindowRows', value: 1_000 },
      { name: 'WindowDrifted', value: 0 },
      { name: 'DriftedColumns', value: 0 },
      { name: 'DriftAlarm', value: 0 },
      { name: 'DriftEffect', value: 0.01, column: 'length' },
      { name: 'DriftEffect', value: 0.02, column: 'sex' },
    ]);
  });

  it('waits for the captures of the last requests, and for none where a person asks', () => {
    const scheduledTime = '2026-11-20T12:00:00Z';

    // "A couple of minutes", says https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
    expect(gatheredAt({ eventId: scheduledTime, scheduledTime })).toBe('2026-11-20T12:05:00.000Z');
    const before = '2026-11-19T18:00:00Z';
    expect(gatheredAt({ eventId: before, scheduledTime: before })).toMatch(/^2026-11-20T00:00:0/);
    expect(gatheredAt({ eventId: 'e' })).toMatch(/^2026-11-20T00:00:0/);
  });

  it('begins a window where the live model went live', () => {
    const world = monitoringWorld(definition);
    world.sagemaker.register(2, 'Approved', {
      promotion: 'Live',
      promotedAt: '2026-11-20T09:30:00.000Z',
    });
    world.sagemaker.deploy(2);

    const { argumentsOf } = watch({ world });

    expect(argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      windowStart: '2026-11-20T09:30:00.000Z',
      windowEnd: '2026-11-20T12:00:00.000Z',
    });
  });

  it('finds no traffic in a window before its model, and starts no job', () => {
    const world = monitoringWorld(definition);
    world.sagemaker.register(2, 'Approved', {
      promotion: 'Live',
      promotedAt: '2026-11-20T12:00:00.000Z',
    });
    world.sagemaker.deploy(2);

    const { path } = watch({ world });

    expect(path).not.toContain('Gather captures');
    expect(path.at(-1)).toBe('No traffic');
  });

  it('costs no job where nothing was asked', () => {
    const world = monitoringWorld(definition);
    world.has({ captureFiles: 0, labelFiles: 0 });

    const run = watch({ world });

    expect(run.path).not.toContain('Judge window');
    expect(outputOf(run)).toMatchObject({ outcome: 'No traffic', verdict: 'no traffic' });
    expect([...world.reports.values()]).toEqual([
      expect.objectContaining({ verdict: 'no traffic', rows: 0, worst: null }),
    ]);
    expect(outputOf(run).metrics.map(({ name }) => name)).toEqual(['WindowRows', 'DriftAlarm']);
  });

  it('judges any window that a person asks for, which makes no alarm', () => {
    const { argumentsOf, path } = watch({
      input: {
        eventId: 'e',
        windowStart: '2026-11-10T00:00:00Z',
        windowEnd: '2026-11-11T00:00:00Z',
      },
    });

    expect(argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      windowStart: '2026-11-10T00:00:00.000Z',
      windowEnd: '2026-11-11T00:00:00.000Z',
    });
    expect(path).not.toContain('Keep verdict');
  });

  it('judges up to now where a person names no window', () => {
    const { argumentsOf } = watch({ input: { eventId: 'e' } });

    expect(argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      windowStart: '2026-11-19T18:00:00.000Z',
      windowEnd: '2026-11-20T00:00:00.000Z',
    });
  });

  it('judges a window of any length', () => {
    const { argumentsOf } = watch({
      input: { eventId: 'e', windowHours: 1.5, windowEnd: '2026-11-11T00:00:00Z' },
    });

    expect(argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      windowStart: '2026-11-10T22:30:00.000Z',
    });
  });

  it('tells the job which files could not be read, in one argument', () => {
    const world = monitoringWorld(definition);
    const examples = Array.from({ length: 5 }, (_, at) => `labels/abalone/${'x'.repeat(60)}${at}`);
    const argumentOf = () => {
      const job = watch({ world }).argumentsOf('Judge window') as {
        AppSpecification: { ContainerArguments: readonly string[] };
      };
      const all = job.AppSpecification.ContainerArguments;
      return all[all.indexOf('--unreadable') + 1];
    };

    expect(argumentOf()).toBe('');
    world.has({ captureFiles: 1, labelFiles: 0, unreadable: { count: 7, examples } });
    expect(argumentOf()).toMatch(/^7 files of captures and labels could not be read: labels/);
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppSpecification.html
    expect(argumentOf()).toHaveLength(256);
  });

  it('gives labels to the job where there are any', () => {
    const world = monitoringWorld(definition);
    world.has({ captureFiles: 3, labelFiles: 2 });

    const inputs = watch({ world }).argumentsOf('Judge window')?.['ProcessingInputs'] as {
      InputName: string;
    }[];

    expect(inputs.map(({ InputName: name }) => name)).toEqual([
      'code',
      'captures',
      'baseline',
      'evaluation',
      'labels',
    ]);
  });

  it('raises the alarm once two of three windows have drifted, and tells once', () => {
    const runs = watchInTurn(monitoringWorld(definition), [
      drifted,
      quietWindow,
      drifted,
      drifted,
      quietWindow,
      quietWindow,
      drifted,
      drifted,
    ]);

    expect(runs.map(({ path }) => path.includes('Announce drift'))).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    const alarms = runs.map(
      (run) => outputOf(run).metrics.find(({ name }) => name === 'DriftAlarm')?.value,
    );
    expect(alarms).toEqual([0, 0, 1, 1, 1, 0, 0, 1]);
    const message = runs[2]?.messageOf('Announce drift');
    expect(message).toContain('Drifted: length, prediction');
    expect(message).toContain('stepmill-drift.json');
  });

  it('does not count windows that say nothing, and forgets those of another model', () => {
    const world = monitoringWorld(definition);
    const little = { ...quietWindow, verdict: 'not enough data' };
    const before = watchInTurn(world, [drifted, little, little]);
    world.sagemaker.register(2, 'Approved', {
      promotion: 'Live',
      promotedAt: '2026-11-01T00:00:00.000Z',
    });
    world.sagemaker.deploy(2);

    const [after] = watchInTurn(world, [drifted]);

    expect(before.map(({ path }) => path.at(-1))).toEqual([
      'Drifted',
      'Not enough data',
      'Not enough data',
    ]);
    expect(after?.path).not.toContain('Announce drift');
    const kept = JSON.parse(world.verdicts.get('verdicts')?.['recent']?.['S'] ?? '') as unknown[];
    expect(kept).toHaveLength(1);
  });

  it('judges a window once, however often the schedule starts it', () => {
    const world = monitoringWorld(definition);
    watch({ world, executionName: 'first' });

    const { output } = watch({
      world,
      executionName: 'second',
      answers: { 'Look up owner of window': () => ({ Status: 'SUCCEEDED' }) },
    });

    expect(output).toEqual({ outcome: 'Duplicate', claimedBy: executionArnOf('first') });
  });

  it('reads the verdicts again where another window was kept in between', () => {
    const world = monitoringWorld(definition);
    let kept = 0;

    const { path } = watch({
      world,
      answers: {
        'Keep verdict': (request) => {
          kept += 1;
          if (kept === 1)
            throw new TaskError(
              'DynamoDB.ConditionalCheckFailedException',
              'The conditional request failed',
            );
          return world.answer('Keep verdict', request);
        },
      },
    });

    expect(path.filter((state) => state === 'Read last verdicts')).toHaveLength(2);
    expect(path.at(-1)).toBe('No drift');
  });

  it.each([
    [
      'No live model',
      (world: MonitoringWorld) => {
        world.sagemaker.endpoint = undefined;
      },
    ],
    [
      'No baseline',
      (world: MonitoringWorld) => {
        world.sagemaker.hasBaselines = false;
      },
    ],
  ])('ends in %s', (outcome, change) => {
    const world = monitoringWorld(definition);
    change(world);

    const run = watch({ world });

    expect(run.path.at(-1)).toBe(outcome);
    expect(outputOf(run)).toMatchObject({
      outcome,
      reason: expect.any(String) as unknown,
      metrics: [],
    });
  });

  it('records and tells a failure', () => {
    const failure = JSON.stringify({ FailureReason: 'AlgorithmError: out of disk' });
    const { argumentsOf, cause, messageOf } = watch({
      answers: {
        'Judge window': () => {
          throw new TaskError('States.TaskFailed', failure);
        },
      },
    });

    expect(cause).toBe('Judge window: AlgorithmError: out of disk');
    expect(argumentsOf('Record failure')?.['Key']).toMatch(/^monitoring\/abalone\/failures\//);
    expect(messageOf('Announce failure')).toContain('The window was not judged.');
  });
});

function whetherTold(runs: readonly { readonly path: readonly string[] }[]): readonly boolean[] {
  return runs.map(({ path }) => path.includes('Announce drift'));
}

/** Windows of the days of a schedule, at first and again when their labels are due. */
describe('labels that arrive late', () => {
  const HOUR = 3_600_000;
  const LABEL_HOURS = 168;
  const bad = { ...quietWindow, labelled: 400, coverage: 0.4, measured: { mse: 7.5 } };
  const good = { ...bad, measured: { mse: 2 } };
  const early = { ...bad, labelled: 60, coverage: 0.06 };

  const start = (world: MonitoringWorld, hour: number, report: object, labelsDue = false) => {
    world.finds(report);
    const scheduledTime = new Date(Date.UTC(2026, 10, 10) + hour * HOUR).toISOString();
    const input = labelsDue
      ? { eventId: `labels-${scheduledTime}`, scheduledTime, labelsDue }
      : { eventId: scheduledTime, scheduledTime };
    return watch({ world, input, executionName: `${labelsDue ? 'labels' : 'window'}-${hour}` });
  };
  const due = (world: MonitoringWorld, hour: number, report: object) =>
    start(world, hour + LABEL_HOURS, report, true);

  it('write the report of their window again, and hold it against the gate', () => {
    const world = monitoringWorld(definition);
    const first = start(world, 0, early);

    const run = due(world, 0, bad);

    const output = outputOf(run);
    expect(output).toMatchObject({
      outcome: 'Quality below the gate',
      isUpdate: true,
      drifted: [],
      window: { start: '2026-11-09T18:00:00.000Z', end: '2026-11-10T00:00:00.000Z' },
      objections: ["mse is 7.5, above the gate's 6"],
      report: outputOf(first).report,
    });
    const folder = output.report?.replace('s3://bucket/', '');
    expect(run.argumentsOf('Record quality')).toMatchObject({
      Key: `${folder}quality.json`,
      Body: { version: 1, objections: ["mse is 7.5, above the gate's 6"] },
    });
    expect([...world.reports.values()]).toEqual([bad]);
    expect(run.argumentsOf('Gather captures')?.['Payload']).toMatchObject({
      windowEnd: '2026-11-10T00:00:00.000Z',
      labelHours: LABEL_HOURS,
    });
    expect(output.metrics).toEqual([
      { name: 'QualityAlarm', value: 0 },
      { name: 'LabelCoverage', value: 0.4 },
      { name: 'Quality.mse', value: 7.5 },
    ]);
  });

  it('alone count for the alarm of quality, which is raised once', () => {
    const world = monitoringWorld(definition);
    const before = [0, 6, 12, 18].map((hour) => start(world, hour, early));

    const after = [
      due(world, 0, bad),
      due(world, 6, bad),
      due(world, 12, bad),
      due(world, 18, good),
    ];

    expect(whetherTold(before)).toEqual([false, false, false, false]);
    expect(whetherTold(after)).toEqual([false, true, false, false]);
    expect(after[1]?.messageOf('Announce drift')).toContain("- mse is 7.5, above the gate's 6");
    expect(after[1]?.argumentsOf('Announce drift')?.['Subject']).toContain('quality is below');
  });

  it('leave the alarm of drift as it is', () => {
    const world = monitoringWorld(definition);
    start(world, 0, drifted);
    start(world, 6, drifted);

    const runs = [due(world, 0, { ...drifted, ...good, verdict: 'drifted' }), due(world, 6, good)];

    expect(runs.map(({ path }) => path.at(-1))).toEqual(['Quality measured', 'Quality measured']);
    expect(runs.map(({ path }) => path.includes('Announce drift'))).toEqual([false, false]);
    expect(world.verdicts.get('verdicts')).toMatchObject({ driftAlarm: { S: 'true' } });
    expect(JSON.parse(world.verdicts.get('verdicts')?.['recent']?.['S'] ?? '')).toHaveLength(2);
  });

  it('do not count where they are too few', () => {
    const world = monitoringWorld(definition);
    start(world, 0, quietWindow);
    due(world, 0, bad);
    due(world, 6, bad);

    const few = due(world, 12, quietWindow);

    expect(few.path.at(-1)).toBe('Not enough labels');
    expect(outputOf(few).metrics).toEqual([{ name: 'QualityAlarm', value: 1 }]);
    expect(few.path).not.toContain('Announce drift');
  });

  it('give a window its first report where it has none', () => {
    const output = outputOf(due(monitoringWorld(definition), 3, good));

    expect(output).toMatchObject({ outcome: 'Quality measured', isUpdate: false });
  });

  it('say nothing of a model that was replaced', () => {
    const world = monitoringWorld(definition);
    start(world, 0, early);
    world.sagemaker.register(2, 'Approved', {
      promotion: 'Live',
      promotedAt: '2026-11-12T00:00:00.000Z',
    });
    world.sagemaker.deploy(2);

    const { path } = due(world, 0, bad);

    expect(path.at(-1)).toBe('Model replaced');
    expect([...world.reports.values()]).toEqual([early]);
  });

  it('are judged with the requests where the project says that they are there', () => {
    const prompt = readDefinition(promptStack(), 'Monitoring');
    const runs = watchInTurn(monitoringWorld(prompt), [bad, bad]);

    expect(runs.map(({ path }) => path.includes('Announce drift'))).toEqual([false, true]);
    expect(runs.map((run) => outputOf(run).outcome)).toEqual([
      'Quality below the gate',
      'Quality below the gate',
    ]);
  });
});

const retrained = () => retrainedDefinition('Monitoring');

/** Four windows of its schedule. */
const drifts = (world: MonitoringWorld) =>
  [drifted, drifted, quietWindow, drifted].map((report, index) => {
    world.finds(report);
    const scheduledTime = new Date(Date.UTC(2026, 10, 18) + index * 6 * 3_600_000).toISOString();
    return runWorkflow({
      definition: retrained(),
      input: { eventId: scheduledTime, scheduledTime },
      answer: world.answer,
      executionName: `run-${index}`,
    });
  });

describe('a monitoring of a project that is retrained automatically', () => {
  it('asks with each drifted window that keeps the alarm up, and with no other', () => {
    const runs = drifts(monitoringWorld(retrained()));

    expect(runs.map(({ path }) => path.includes('Ask to train again'))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    const asked = runs[1]?.tasks.find(({ state }) => state === 'Ask to train again')?.arguments as {
      readonly Name: string;
      readonly Input: string;
    };
    expect(asked.Name).toMatch(/^window-[0-9a-f]{12}$/);
    expect(retrainingInputSchema.parse(JSON.parse(asked.Input))).toEqual({
      eventId: executionArnOf('run-1'),
      trigger: 'drift',
      verdict: {
        model: packageArn(1),
        start: '2026-11-18T00:00:00.000Z',
        end: '2026-11-18T06:00:00.000Z',
        drifted: ['length', 'prediction'],
        misses: false,
      },
    });
  });

  it('asks once, however often its answer is lost', () => {
    const world = monitoringWorld(retrained());
    drifts(world);
    world.finds(drifted);

    const { path, status } = runWorkflow({
      definition: retrained(),
      input: { eventId: 'again', scheduledTime: '2026-11-20T00:00:00Z' },
      executionName: 'again',
      answer: (state, request) => {
        if (state !== 'Ask to train again') return world.answer(state, request);
        throw new TaskError(
          'Sfn.ExecutionAlreadyExistsException',
          'Execution Already Exists (Service: Sfn, Status Code: 400, Request ID: R)',
        );
      },
    });

    expect(path.slice(-3)).toEqual(['Ask to train again', 'Verdict?', 'Drifted']);
    expect(status).toBe('SUCCEEDED');
  });
});
