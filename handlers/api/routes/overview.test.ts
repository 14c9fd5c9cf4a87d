import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, awsError, facts, liveOn, NOW, packageArn, resources } from '../api.testing.ts';

/** Only the first project is deployed. */
const one: Answers = {
  GetParameter: ({ Name }: { readonly Name: string }) => {
    if (Name === '/stepmill/dev/abalone')
      return { Parameter: { Value: JSON.stringify(resources) } };
    throw awsError('ParameterNotFound');
  },
};

const start = new Date('2026-11-29T19:00:00Z');
const stop = new Date('2026-11-29T19:30:00Z');
const windowEnd = '2026-11-29T06:00:00Z';
const nothing = {
  project: 'abalone',
  description: 'Predicts rings',
  problem: 'regression',
  trial: false,
  live: null,
  endpoint: { type: 'instances', name: 'abalone', status: 'None' },
  running: 0,
  lastTraining: null,
  lastPromotion: null,
  alarms: [],
  drift: null,
  needs: [],
};

/** Executions by the name of their workflow. */
const executions = (of: Readonly<Record<string, readonly object[]>>): Answers => ({
  ListExecutions: ({ stateMachineArn }: { readonly stateMachineArn: string }) => ({
    executions: (of[stateMachineArn.split('-').at(-1) ?? ''] ?? []).map((each, index) => ({
      name: `e${index}`,
      executionArn: `arn:e${index}`,
      startDate: start,
      ...each,
    })),
  }),
});

const look = async (answers: Answers) => {
  const api = apiBefore({ ...one, ...answers });
  const { body, headers } = await api.call('getOverview');
  const { projects } = body as { readonly projects: readonly (typeof nothing)[] };
  return { api, projects, pollAfter: headers['poll-after'], body };
};

describe('the overview', () => {
  it('shows each deployed project, also one in which nothing has happened', async () => {
    const { api, body, pollAfter } = await look({});
    expect(body).toEqual({ environment: 'dev', delivery: false, projects: [nothing] });
    expect(pollAfter).toBe('15');
    expect(api.sent('ListModelPackages')).toEqual([
      {
        ModelPackageGroupName: 'Abalone',
        ModelApprovalStatus: 'PendingManualApproval',
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        MaxResults: 10,
      },
    ]);
    expect(api.sent('ListExecutions')).toEqual([
      { stateMachineArn: resources.trainingStateMachineArn, maxResults: 10 },
      { stateMachineArn: resources.promotionStateMachineArn, maxResults: 10 },
    ]);
  });

  it('shows what is live, what runs, and what needs a person', async () => {
    const { projects, pollAfter } = await look({
      ...liveOn(2),
      ...executions({
        training: [{ status: 'RUNNING' }, { status: 'FAILED' }],
        promotion: [{ status: 'TIMED_OUT', stopDate: stop }, { status: 'RUNNING' }],
      }),
      DescribeAlarms: () => ({
        MetricAlarms: [
          { AlarmName: 'quiet', StateValue: 'OK' },
          { AlarmName: 'loud', StateValue: 'ALARM' },
        ],
      }),
      ListModelPackages: () => ({
        ModelPackageSummaryList: [{ ModelPackageArn: packageArn(3), CreationTime: start }],
      }),
    });
    const [project] = projects;
    expect(project).toMatchObject({
      live: 'abalone:2',
      endpoint: { name: 'abalone', status: 'InService' },
      trial: false,
      running: 2,
      lastTraining: { execution: 'e0', workflow: 'training', status: 'RUNNING' },
      lastPromotion: { execution: 'e0', workflow: 'promotion', status: 'TIMED_OUT' },
      alarms: [
        { name: 'quiet', state: 'OK' },
        { name: 'loud', state: 'ALARM' },
      ],
    });
    expect(project?.needs).toEqual([
      {
        kind: 'approval',
        text: 'abalone:3 waits for approval',
        since: start.toISOString(),
        model: 'abalone:3',
      },
      { kind: 'alarm', text: 'loud is in ALARM', alarm: 'loud' },
      {
        kind: 'failed-run',
        text: 'The last promotion ended as TIMED_OUT',
        workflow: 'promotion',
        execution: 'e0',
        since: stop.toISOString(),
      },
    ]);
    expect(pollAfter).toBe('1');
  });

  it('names data that was refused', async () => {
    const dataset = 'd'.repeat(32);
    const { projects } = await look({
      ...executions({ training: [{ status: 'SUCCEEDED' }] }),
      DescribeExecution: () => ({
        output: JSON.stringify({ outcome: 'Dataset rejected', datasetId: dataset }),
      }),
    });
    expect(projects[0]?.needs).toEqual([
      {
        kind: 'refused-data',
        text: 'The last upload was refused',
        workflow: 'training',
        execution: 'e0',
        dataset,
        since: start.toISOString(),
      },
    ]);
  });

  it.each([
    ['FAILED', 1],
    ['TIMED_OUT', 1],
    ['ABORTED', 0],
    ['SUCCEEDED', 0],
    ['RUNNING', 0],
    ['PENDING_REDRIVE', 0],
  ])('of a training that is %s names %i needs', async (status, count) => {
    const { projects } = await look({
      ...executions({ training: [{ status }] }),
      DescribeExecution: () => ({ output: '{"outcome":"Registered"}' }),
    });
    expect(projects[0]?.needs).toHaveLength(count);
  });

  it.each([
    ['one model', [{}], false],
    ['two models', [{}, {}], true],
  ])('of an endpoint with %s', async (_name, ProductionVariants, trial) => {
    const { projects } = await look({
      ...liveOn(2),
      DescribeEndpoint: () => ({ EndpointConfigName: 'config', ProductionVariants }),
    });
    expect(projects[0]?.trial).toBe(trial);
  });

  it.each([
    ['Creating', '1'],
    ['Updating', '1'],
    ['InService', '15'],
  ])(
    'of an endpoint that is %s is asked for again in %s seconds',
    async (EndpointStatus, seconds) => {
      const { pollAfter } = await look({
        ...liveOn(2),
        DescribeEndpoint: () => ({ EndpointConfigName: 'config', EndpointStatus }),
      });
      expect(pollAfter).toBe(seconds);
    },
  );

  it.each([
    ['drifted', [{ kind: 'drift', text: 'length drifted', report: 'e2', since: windowEnd }]],
    ['ok', []],
  ])('names the last verdict of the monitoring: %s', async (verdict, needs) => {
    const monitoring = {
      stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:abalone-monitoring',
      labelsPrefix: 'labels/abalone/',
      reportsPrefix: 'monitoring/abalone/',
    };
    const window = { start: '2026-11-29T00:00:00Z', end: windowEnd };
    let described = 0;
    const { projects } = await look({
      GetParameter: ({ Name }: { readonly Name: string }) => {
        if (Name !== '/stepmill/dev/abalone') throw awsError('ParameterNotFound');
        return { Parameter: { Value: JSON.stringify({ ...resources, monitoring }) } };
      },
      ...executions({
        monitoring: [
          { status: 'RUNNING' },
          { status: 'SUCCEEDED' },
          { status: 'SUCCEEDED' },
          { status: 'SUCCEEDED' },
        ],
      }),
      DescribeExecution: () => {
        described += 1;
        // A window of days ago whose labels were due says nothing of today.
        const late = { verdict: 'not enough data', labelsDue: true };
        return {
          status: 'SUCCEEDED',
          output: JSON.stringify({
            outcome: 'O',
            verdict,
            window,
            drifted: ['length'],
            ...(described === 1 ? late : {}),
          }),
        };
      },
    });
    const [project] = projects as unknown as readonly { drift: object; needs: object[] }[];
    expect(project?.drift).toEqual({ verdict, report: 'e2', at: windowEnd, drifted: ['length'] });
    expect(project?.needs).toEqual(needs);
  });

  it('is that of the last second', async () => {
    let now = NOW;
    const api = apiBefore(one, { now: () => now });
    for (const milliseconds of [0, 999, 1]) {
      now += milliseconds;
      await api.call('getOverview');
    }
    expect(api.sent('DescribeAlarms')).toHaveLength(2);
  });

  it.each([
    ['3 projects', 3, 1, 2_500],
    ['3 projects that all train', 3, 3, 2_500],
    ['10 projects', 10, 1, 2_500],
    ['10 projects of which 3 train', 10, 3, 2_500],
    // More would be refused: an account lists executions five times a second.
    ['10 projects that all train', 10, 10, 4_500],
  ])(
    'of %s shows what runs soon, and lists five times a second at most',
    async (_, count, running, withinMs) => {
      const { ages, listsPerSecond } = await watch(count, running);
      expect(ages.length).toBeGreaterThan(10);
      expect(Math.max(...ages)).toBeLessThanOrEqual(withinMs);
      expect(listsPerSecond).toBeLessThanOrEqual(5);
    },
  );

  it('shows what came of a run together with its end', async () => {
    let now = 0;
    let hasEnded = false;
    const api = apiBefore(
      {
        ...one,
        ListExecutions: ({ stateMachineArn }: Listing) => ({
          executions: stateMachineArn.endsWith('-training')
            ? [
                {
                  executionArn: 'arn:e',
                  name: 'e',
                  startDate: start,
                  status: hasEnded ? 'SUCCEEDED' : 'RUNNING',
                },
              ]
            : [],
        }),
        DescribeExecution: () => ({ output: '{"outcome":"Registered"}' }),
        ListModelPackages: () => ({
          ModelPackageSummaryList: hasEnded
            ? [{ ModelPackageArn: packageArn(3), CreationTime: start }]
            : [],
        }),
      },
      { now: () => now },
    );
    await api.call('getOverview');
    hasEnded = true;
    now = 1_000;
    const { body, headers } = await api.call('getOverview');
    expect(headers['poll-after']).toBe('15');
    expect(body).toMatchObject({
      projects: [{ running: 0, needs: [{ text: 'abalone:3 waits for approval' }] }],
    });
  });
});

interface Listing {
  readonly stateMachineArn: string;
}

const WATCHED_MS = 300_000;
/** As often as the console asks while something runs. */
const ASKED_EVERY_MS = 1_000;
/** How long a training stands as it is; never with the same distance to what is asked. */
const CHANGES_EVERY_MS = 4_100;

/**
 * Watches the overview of so many projects for five minutes, of which some train all the time, one training after
 * another.
 *
 * @returns how long after its start each training was shown, in milliseconds
 */
async function watch(count: number, running: number) {
  let now = 0;
  const runOf = (project: number) => Math.floor((now + project * 370) / CHANGES_EVERY_MS);
  const api = apiBefore(
    {
      GetParameter: ({ Name }: { readonly Name: string }) => {
        const project = Name.split('/').at(-1) ?? '';
        const machineOf = (workflow: string) =>
          `arn:aws:states:us-east-1:1:stateMachine:${project}-${workflow}`;
        const machines = {
          trainingStateMachineArn: machineOf('training'),
          promotionStateMachineArn: machineOf('promotion'),
        };
        return { Parameter: { Value: JSON.stringify({ ...resources, project, ...machines }) } };
      },
      ListExecutions: ({ stateMachineArn }: Listing) => {
        const [, project = '', workflow = ''] = /:p(\d+)-(\w+)$/.exec(stateMachineArn) ?? [];
        if (workflow !== 'training' || Number(project) >= running) return { executions: [] };
        const name = `r${runOf(Number(project))}`;
        return { executions: [{ executionArn: name, name, status: 'RUNNING', startDate: start }] };
      },
    },
    {
      now: () => now,
      projects: Array.from({ length: count }, (_, i) => ({ ...facts, project: `p${i}` })),
    },
  );
  const ages: number[] = [];
  const seen = new Map<string, string>();
  for (; now < WATCHED_MS; now += ASKED_EVERY_MS) {
    const { body } = await api.call('getOverview');
    const { projects } = body as { readonly projects: readonly ShownProject[] };
    for (const { project, lastTraining } of projects) {
      const run = lastTraining?.execution;
      if (run === undefined || seen.get(project) === run) continue;
      const begunAt = Number(run.slice(1)) * CHANGES_EVERY_MS - Number(project.slice(1)) * 370;
      if (seen.has(project)) ages.push(now - begunAt);
      seen.set(project, run);
    }
  }
  // The first answer takes what an account has saved.
  const lists = api.sent('ListExecutions').length - 2 * count;
  const listsPerSecond = lists / (WATCHED_MS / 1_000);
  return { ages, listsPerSecond };
}

interface ShownProject {
  readonly project: string;
  readonly lastTraining: { readonly execution: string } | null;
}
