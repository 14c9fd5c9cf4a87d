import { beforeAll, describe, expect, it } from 'vitest';
import { type RetrainingInput, retrainingDecisionSchema } from '../../events/index.ts';
import {
  type Answer,
  createWorkflowClock,
  executionArnOf,
  packageArn,
  runWorkflow,
  TaskError,
  WorkflowExecution,
} from '../../infra/simulation/index.ts';
import { sharedDefinition } from '../../infra/testing/project-stack.testing.ts';
import {
  type RetrainingWorld,
  retrainingWorld,
} from '../../infra/testing/retraining-world.testing.ts';
import {
  retrainedDefinition,
  retrainedFolders,
} from '../../infra/testing/watched-project.testing.ts';

let definition: string;

beforeAll(() => {
  definition = retrainedDefinition('Retraining');
}, 120_000);

interface Run {
  readonly world?: RetrainingWorld;
  readonly input?: Partial<RetrainingInput>;
  readonly answers?: Readonly<Record<string, (request: Record<string, unknown>) => unknown>>;
  readonly executionName?: string;
}

function ask({ world = retrainingWorld(definition), input, answers = {}, ...more }: Run = {}) {
  const answer: Answer = (state, request) =>
    (answers[state] ?? world.answer.bind(world, state))(request);
  const run = runWorkflow({
    definition: world.definition,
    input: { ...world.input, ...input },
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

const verdict = {
  model: packageArn(1),
  start: '2026-11-19T18:00:00.000Z',
  end: '2026-11-20T00:00:00.000Z',
  drifted: ['length'],
  misses: false,
};
const drift: Partial<RetrainingInput> = { trigger: 'drift', verdict };

describe('a decision to train again', () => {
  it('uploads the rows of the live model and the new ones, and says why', () => {
    const run = ask({ input: drift });
    const { argumentsOf, path, world } = run;

    expect(path).toEqual([
      'Set request',
      'New labels?',
      'Claim request',
      'Look up endpoint',
      'Model live?',
      'Describe live config',
      'Describe live model',
      'Live model registered?',
      'Read live package',
      'Read last verdict',
      'Read past decisions',
      'Decision kept?',
      'Trained before?',
      'Weigh guards',
      'Worth counting rows?',
      'Count new rows',
      'Weigh new rows',
      'Keep decision',
      'Train again?',
      'Upload dataset',
      'Note training',
      'Record decision',
      'News?',
      'Announce decision',
      'Decision?',
      'Training started',
    ]);
    const { decision } = run.output as { readonly decision: string };
    expect(decision).toMatch(/^20261120T000000Z-[0-9a-f]{12}$/);
    expect(argumentsOf('Count new rows')?.['Payload']).toMatchObject({
      project: 'abalone',
      bucket: 'bucket',
      decisionId: decision,
      liveModelPackageArn: packageArn(1),
      since: '2026-11-01T00:00:00.000Z',
      until: '2026-11-20T00:00:00.000Z',
      // Labels are due a week after windows of six hours.
      requestsSince: '2026-10-24T18:00:00.000Z',
      minimumNewRows: 200,
      contract: { label: 'rings' },
    });
    expect(argumentsOf('Upload dataset')?.['Payload']).toEqual({
      bucket: 'bucket',
      sources: [
        'runs/abalone/d1/dataset/data.csv',
        `runs/abalone/retraining/${decision}/dataset.csv`,
      ],
      target: `incoming/abalone/retraining/${decision}.csv`,
      header: false,
    });
    expect(world.items.get(`retraining#${decision}`)).toMatchObject({
      datasetId: { S: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown },
      trigger: { S: 'drift' },
      labelledUntil: { S: '2026-11-20T00:00:00.000Z' },
    });
    expect(world.decisions().map((record) => retrainingDecisionSchema.parse(record))).toEqual([
      expect.objectContaining({
        outcome: 'Training started',
        reason: '500 labelled rows are new since the live model; drift of length.',
        trigger: 'drift',
        verdict,
        rows: expect.objectContaining({ newRows: 500, requests: 1_000 }) as unknown,
        dataset: expect.objectContaining({
          key: `incoming/abalone/retraining/${decision}.csv`,
        }) as unknown,
      }),
    ]);
    expect(run.output).toMatchObject({
      outcome: 'Training started',
      metrics: [
        { name: 'RetrainingDecisions', value: 1 },
        { name: 'RetrainingsStarted', value: 1 },
        { name: 'NewLabelledRows', value: 500 },
      ],
    });
    expect(run.messageOf('Announce decision')).toContain('Drifted: length');
  });

  it('uploads a folder where datasets are folders, with a column for labels that are derived', () => {
    const ofFolders = sharedDefinition(retrainedFolders, 'Retraining');
    const id = 'f'.repeat(32);
    const { argumentsOf, output, world } = ask({
      world: retrainingWorld(ofFolders),
      answers: {
        'Upload dataset': ({ Payload }) => {
          const { target } = Payload as { readonly target: string };
          const key = target.slice(0, target.lastIndexOf('/') + 1);
          return { Payload: { key, sizeBytes: 1, versionId: 'v-marker', datasetId: id } };
        },
      },
    });

    const { decision } = output as { readonly decision: string };
    const folder = `incoming/abalone/retraining-${decision}/`;
    expect(argumentsOf('Count new rows')?.['Payload']).toMatchObject({
      contract: { label: 'shrinks', labelColumn: 'last' },
    });
    expect(argumentsOf('Upload dataset')?.['Payload']).toEqual({
      bucket: 'bucket',
      files: 'runs/abalone/d1/files.json',
      sources: [`runs/abalone/retraining/${decision}/dataset.csv`],
      target: `${folder}rows.csv`,
      header: false,
      marker: '_SUCCESS',
      labelColumn: { name: 'shrinks', columns: 9, delimiter: ',' },
    });
    expect(world.items.get(`retraining#${decision}`)).toMatchObject({ datasetId: { S: id } });
    expect(world.decisions()[0]?.dataset).toEqual({ key: folder, versionId: 'v-marker', id });
  });

  it('counts from where the labelled rows of the live model end', () => {
    const world = retrainingWorld(definition);
    world.sagemaker.register(2, 'Approved', { labelledUntil: '2026-10-20T10:00:00.000Z' });
    world.sagemaker.deploy(2);

    const { argumentsOf } = ask({ world });

    expect(argumentsOf('Count new rows')?.['Payload']).toMatchObject({
      since: '2026-10-20T10:00:00.000Z',
      requestsSince: '2026-10-13T04:00:00.000Z',
    });
  });

  it('trains on nothing where too little is new, records it, and tells it once', () => {
    const world = retrainingWorld(definition);
    world.has(40);

    const [first, second] = ['first', 'second'].map((executionName) =>
      ask({ world, executionName, input: { ...drift, eventId: executionName } }),
    );

    expect(first?.path).not.toContain('Upload dataset');
    expect(first?.output).toMatchObject({
      outcome: 'Not enough new rows',
      reason: '40 labelled rows are new since the live model, and 200 are needed.',
      dataset: null,
    });
    expect(first?.messageOf('Announce decision')).toContain('Nothing was trained');
    expect(second?.path.at(-1)).toBe('Not enough new rows');
    expect(second?.path).not.toContain('Announce decision');
    expect(world.decisions()).toHaveLength(2);
  });

  it('names files that could not be read', () => {
    const world = retrainingWorld(definition);
    const key = 'labels/abalone/2026/11/20/00/l.jsonl (InvalidObjectState)';
    const unreadable = { count: 2, examples: [key] };
    const counted = (newRows: number) => ({
      Payload: {
        newRows,
        until: '2026-11-20T00:00:00.000Z',
        dataset: { key: 'd', rows: newRows },
        unreadable,
      },
    });
    const [few, enough] = [40, 400].map((rows) =>
      ask({
        world,
        executionName: `${rows}`,
        input: { ...drift, eventId: `${rows}` },
        answers: { 'Count new rows': () => counted(rows) },
      }),
    );

    for (const run of [few, enough]) {
      expect(run?.messageOf('Announce decision')).toContain(
        `. 2 files of captures and labels could not be read, such as ${key}.`,
      );
    }
    expect(world.decisions()[0]?.rows).toMatchObject({ unreadable });
  });

  it('does not count rows where a guard forbids a training', () => {
    const world = retrainingWorld(definition);
    ask({ world, executionName: 'first' });

    const { path } = ask({ world, executionName: 'second', input: { eventId: 'second' } });

    expect(path.at(-1)).toBe('Cooling down');
    expect(path).not.toContain('Count new rows');
  });

  it('finds the drift itself where labels or the clock ask', () => {
    const world = retrainingWorld(definition);
    world.items.set('verdicts#monitoring', { judged: { S: JSON.stringify(verdict) } });

    const { output, world: after } = ask({ world });

    expect(output).toMatchObject({ outcome: 'Training started' });
    expect(after.decisions()[0]).toMatchObject({ trigger: 'schedule', verdict });
  });

  it('keeps no verdict where no window has had one yet', () => {
    const world = retrainingWorld(definition);
    world.items.set('verdicts#monitoring', { judged: { S: '{}' } });

    const { world: after } = ask({ world });

    expect(after.decisions()[0]).toMatchObject({ trigger: 'schedule', verdict: null });
  });

  it('is about no model where none is live', () => {
    const world = retrainingWorld(definition);
    world.sagemaker.endpoint = undefined;

    const { path, output } = ask({ world });

    expect(path).not.toContain('Count new rows');
    expect(output).toMatchObject({ outcome: 'No live model', modelPackage: '' });
    expect(world.decisions()).toHaveLength(1);
  });

  it('is made once of an event that comes twice', () => {
    const world = retrainingWorld(definition);
    ask({ world, executionName: 'first' });

    const { output } = ask({
      world,
      executionName: 'second',
      answers: { 'Look up owner of request': () => ({ Status: 'SUCCEEDED' }) },
    });

    expect(output).toEqual({ outcome: 'Duplicate', claimedBy: executionArnOf('first') });
  });

  it('remembers how the last training ended', () => {
    const world = retrainingWorld(definition);
    ask({ world, executionName: 'first' });
    const [record] = world.decisions();
    const place = `runs/abalone/${record?.dataset?.id}/decision.json`;
    const next = (executionName: string) =>
      ask({ world, executionName, input: { eventId: executionName } }).path;

    expect(next('none')).not.toContain('Read last package');
    world.objects.set(place, { registered: false });
    expect(next('below')).not.toContain('Read last package');
    world.sagemaker.register(2, 'PendingManualApproval');
    world.objects.set(place, { registered: true, modelPackage: packageArn(2) });
    expect(next('waiting')).toContain('Read last package');
  });

  it('records and tells a failure', () => {
    const { argumentsOf, cause, messageOf } = ask({
      answers: {
        'Count new rows': () => {
          throw new TaskError('TooManyLabels', '{"errorMessage":"too many labels"}');
        },
      },
    });

    expect(cause).toContain('Count new rows: ');
    expect(argumentsOf('Record failure')?.['Key']).toMatch(
      /^monitoring\/abalone\/retraining\/failures\//,
    );
    expect(messageOf('Announce failure')).toContain('No training was started by this decision');
  });
});

/** Executions beside each other on one clock. */
class Together {
  readonly time = createWorkflowClock();
  readonly #world: RetrainingWorld;
  readonly #executions: WorkflowExecution[] = [];

  constructor(world: RetrainingWorld) {
    this.#world = world;
  }

  get now(): number {
    return this.time.now();
  }

  start(input: RetrainingInput): WorkflowExecution {
    const execution = new WorkflowExecution(
      {
        definition,
        input,
        answer: this.#world.answer,
        executionName: `run-${this.#executions.length}`,
      },
      this.time,
    );
    this.#executions.push(execution);
    return execution;
  }

  end(): readonly string[] {
    while (this.#executions.some(({ status }) => status === 'RUNNING')) {
      if (!this.time.step()) throw new Error('stuck');
    }
    return this.#executions.map(({ path }) => path.at(-1) ?? '');
  }
}

describe('labels that arrive', () => {
  it('are counted once, however many they are', () => {
    const world = retrainingWorld(definition);
    const together = new Together(world);
    for (let label = 0; label < 300; label += 1) {
      together.time.setTimer(label * 1_000, () => {
        together.start({ eventId: `label ${label}`, trigger: 'labels' });
      });
    }
    while (together.now < Date.UTC(2026, 10, 20, 0, 5)) together.time.step();

    const ends = together.end();

    expect(ends.filter((end) => end === 'Training started')).toHaveLength(1);
    expect(ends.filter((end) => end === 'Gathered by another')).toHaveLength(299);
    expect(world.decisions()).toHaveLength(1);
    // The first one waits for a quarter of an hour, and counts what has arrived by then.
    expect(world.decisions()[0]?.decidedAt).toMatch(/^2026-11-20T00:15:0/);
    expect(world.decisions()[0]?.rows?.until).toBe('2026-11-20T00:15:00.000Z');
  });

  it('are decided on after a request that came while they waited, and are listed so', () => {
    const world = retrainingWorld(definition);
    world.has(100);
    const together = new Together(world);
    together.start({ eventId: 'label', trigger: 'labels' });
    together.time.setTimer(5 * 60_000, () => {
      together.start({ eventId: 'request', trigger: 'request' });
    });
    while (together.now < Date.UTC(2026, 10, 20, 0, 6)) together.time.step();

    together.end();

    expect(world.decisions().map(({ trigger }) => trigger)).toEqual(['labels', 'request']);
  });

  it('are counted again when they come after the wait', () => {
    const world = retrainingWorld(definition);
    world.has(100);
    const together = new Together(world);
    for (const minutes of [0, 14, 16]) {
      together.time.setTimer(minutes * 60_000, () => {
        together.start({ eventId: `${minutes}`, trigger: 'labels' });
      });
    }
    while (together.now < Date.UTC(2026, 10, 20, 0, 17)) together.time.step();

    expect(together.end()).toEqual([
      'Not enough new rows',
      'Gathered by another',
      'Not enough new rows',
    ]);
  });
});

describe('a decision that fails after it was kept', () => {
  const after = ['Upload dataset', 'Note training'] as const;

  it.each(after)('at %s spends a place of the budget only if its dataset was uploaded', (state) => {
    const world = retrainingWorld(definition);
    const failed = ask({
      world,
      executionName: 'failed',
      answers: {
        [state]: () => {
          throw new TaskError('DatasetTooLarge', '{"errorMessage":"too large"}');
        },
      },
    });
    const next = (executionName: string, trigger: RetrainingInput['trigger']) =>
      ask({ world, executionName, input: { eventId: executionName, trigger } });

    const asked = next('asked', 'schedule');
    const decided = next('decided', 'request');

    const isUploaded = state === 'Note training';
    expect(failed.status).toBe('FAILED');
    expect(asked.path.at(-1)).toBe('Cooling down');
    expect(asked.path.includes('Give place back')).toBe(!isUploaded);
    expect(decided.path.at(-1)).toBe(isUploaded ? 'Not enough new rows' : 'Training started');
    expect(world.uploads).toHaveLength(1);
    const kept = JSON.parse(world.items.get('decisions#retraining')?.['memory']?.['S'] ?? '') as {
      readonly trainings: readonly string[];
    };
    expect(kept.trainings).toHaveLength(1);
  });

  it('spends its place while it may be continued', () => {
    for (const status of ['RUNNING', 'PENDING_REDRIVE', 'FAILED']) {
      const world = retrainingWorld(definition);
      world.statusOf = () => status;
      ask({
        world,
        executionName: 'first',
        answers: {
          'Upload dataset': () => {
            throw new TaskError('DatasetTooLarge', '{"errorMessage":"too large"}');
          },
        },
      });

      const { path } = ask({
        world,
        executionName: 'second',
        input: { trigger: 'request', eventId: 's' },
      });

      expect(path.at(-1)).toBe(status === 'FAILED' ? 'Training started' : 'Not enough new rows');
    }
  });
});

describe('two executions at once', () => {
  it('start one training, at whichever task the other one comes between', () => {
    const whole = ask().tasks.length;
    for (let cut = 1; cut <= whole; cut += 1) {
      const world = retrainingWorld(definition);
      let calls = 0;
      const { path } = ask({
        world,
        executionName: 'one',
        answers: Object.fromEntries(
          [...new Set(ask().tasks.map(({ state }) => state))].map((state) => [
            state,
            (request: Record<string, unknown>) => {
              calls += 1;
              if (calls === cut) {
                world.statusOf = () => 'RUNNING';
                ask({ world, executionName: 'other', input: { eventId: 'other' } });
              }
              return world.answer(state, request);
            },
          ]),
        ),
      });

      expect({ cut, uploads: world.uploads.length }).toEqual({ cut, uploads: 1 });
      expect(['Training started', 'Cooling down']).toContain(path.at(-1));
    }
  });
});
