import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../definition/index.ts';
import { abalone as abaloneProject } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { until } from '../slice/until.ts';
import { type ApiRuntime, startApi } from './api-runtime.ts';
import { createAsk } from './ask.testing.ts';
import { personIn } from './call-api.ts';

const ROWS = 1_200;
const PERCENT = 50;
const record = {
  sex: 'M',
  length: 0.455,
  diameter: 0.365,
  height: 0.095,
  whole_weight: 0.514,
  shucked_weight: 0.2245,
  viscera_weight: 0.101,
  shell_weight: 0.15,
};

const viewer = personIn('vera', 'viewer');
const operator = personIn('olga', 'operator');
const approver = personIn('ada', 'approver');
const abalone = { project: 'abalone' };

/** Every model passes, and a new one gets half of the requests until a person decides. */
const project: Project = {
  ...abaloneProject,
  gate: { bounds: abaloneProject.gate.bounds, suspicious: abaloneProject.gate.suspicious },
  serving: {
    ...abaloneProject.serving,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
    trial: { type: 'ab', percent: PERCENT, timeLimitHours: 168, whenTimeIsUp: 'withdraw' },
  },
};

let api: ApiRuntime;
const ask = createAsk(() => api, viewer);

interface Trial {
  readonly champion: TrialVariant;
  readonly challenger: TrialVariant;
}

interface TrialVariant {
  readonly invocations: number;
}

beforeAll(async () => {
  api = await startApi(project);
  const { slice } = api;
  const upload = await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS));
  await slice.trained(upload);
  await approve(1);
  await api.settled(1);
  for (const max_depth of [3, 4]) await train(upload.key, max_depth);
});

afterAll(() => api?.close());

async function train(key: string, max_depth: number): Promise<void> {
  const { body } = await ask('startTraining', {
    person: operator,
    body: {
      modelName: 'abalone',
      datasetUri: `s3://${api.slice.project.bucket}/${key}`,
      hyperparameters: { max_depth },
    },
  });
  const path = { ...abalone, workflow: 'training', execution: body['execution'] as string };
  const ended = await until('The training', async () => {
    const { body: one } = await ask('getExecution', { path });
    return (one as { status: string }).status === 'RUNNING' ? undefined : one;
  });
  expect(ended).toMatchObject({ status: 'SUCCEEDED', outcome: 'Registered' });
}

function approve(version: number) {
  const path = { version: `abalone:${version}` };
  return ask('approveModel', { path, person: approver, body: { reason: 'Looks good' } });
}

/** Approves a version and waits until it is on trial. */
async function beginTrial(version: number): Promise<Trial> {
  await approve(version);
  return until(`Version ${version} is on trial`, async () => {
    const { body } = await ask('getTrial', { path: abalone });
    return (body as { trial: Trial | null }).trial ?? undefined;
  });
}

const hasNone = () =>
  until(
    'The trial has ended',
    async () => {
      const { body } = await ask('getTrial', { path: abalone });
      return (body as { trial: unknown }).trial === null || undefined;
    },
    async () => JSON.stringify((await ask('getEndpoint', { path: abalone })).body),
  );

/** Asks until both variants have answered. @returns the variant and the model of each kind of answer */
async function askBoth(): Promise<readonly string[]> {
  const seen = new Set<string>();
  await until('Both variants answer', async () => {
    const { body } = await ask('predict', { body: { modelName: 'abalone', records: [record] } });
    const { model, variant } = body as { model: string; variant: string };
    seen.add(`${variant} ${model}`);
    return seen.size >= 2 || undefined;
  });
  return [...seen].toSorted();
}

const REQUESTS = 400;
const PER_SECOND = 200;

describe('the dashboard', () => {
  it('answers each of 200 requests a second while a training runs', async () => {
    const { slice } = api;
    const upload = await slice.upload('more.csv', generateAbaloneSample(2, ROWS));
    const training = slice.trained(upload);
    const asked: Promise<number>[] = [];
    const began = performance.now();
    while (asked.length < REQUESTS) {
      const due = Math.ceil(((performance.now() - began) / 1_000) * PER_SECOND);
      while (asked.length < Math.min(due, REQUESTS)) {
        asked.push(ask('getOverview', {}).then(({ status }) => status));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    await training;
  });
});

describe('a model on trial', () => {
  it('answers its share of the requests, and is named where it answers', async () => {
    const trial = await beginTrial(2);
    expect(trial).toMatchObject({
      type: 'ab',
      champion: { variant: 'AllTraffic', model: 'abalone:1', percent: 100 - PERCENT },
      challenger: { variant: 'Challenger', model: 'abalone:2', percent: PERCENT },
    });
    expect(await askBoth()).toEqual(['AllTraffic abalone:1', 'Challenger abalone:2']);
  });

  it('is shown with what it has answered', async () => {
    const counted = await until('The metrics', async () => {
      const { body } = await ask('getTrial', { path: abalone });
      const { champion, challenger } = (body as { trial: Trial }).trial;
      return (champion.invocations > 0 && challenger.invocations > 0 && challenger) || undefined;
    });
    expect(counted).toMatchObject({
      clientErrors: 0,
      serverErrors: 0,
      p50Milliseconds: expect.any(Number),
    });
  });

  it('is neither promoted nor withdrawn by an operator', async () => {
    for (const id of ['promoteTrial', 'withdrawTrial'] as const) {
      const body = { reason: 'I may not' };
      expect((await ask(id, { path: abalone, person: operator, body })).status).toBe(403);
    }
  });

  it('becomes the live one for all requests, once for one idempotency key', async () => {
    const request = {
      path: abalone,
      person: approver,
      headers: { 'idempotency-key': 'promote-trial-2' },
      body: { reason: 'Fewer errors' },
    };
    const first = await ask('promoteTrial', request);
    const again = await ask('promoteTrial', request);
    expect(first.body).toMatchObject({ project: 'abalone', workflow: 'promotion' });
    expect(again.body).toEqual(first.body);
    await api.settled(2);
    await hasNone();
    const { body } = await ask('predict', { body: { modelName: 'abalone', records: [record] } });
    expect(body).toMatchObject({ model: 'abalone:2', variant: 'AllTraffic' });
  });

  it('is taken away and rejected', async () => {
    await beginTrial(3);
    // A decision within five seconds of the last one of a version is refused.
    const withdrawn = await until('The withdrawal', async () => {
      const request = { path: abalone, person: approver, body: { reason: 'Slower' } };
      const answer = await ask('withdrawTrial', request);
      return answer.status === 200 ? answer : undefined;
    });
    await hasNone();
    const rejected = await ask('getModel', { path: { version: 'abalone:3' } });
    const live = await ask('getEndpoint', { path: abalone });
    expect(withdrawn.body).toMatchObject({ status: 'Rejected' });
    expect(rejected.body).toMatchObject({ status: 'Rejected', isLive: false });
    expect(live.body).toMatchObject({ live: 'abalone:2' });
  });

  it('leaves who decided in the audit', async () => {
    const who = expect.objectContaining({ name: 'ada' });
    const { body } = await ask('listAudit', { path: abalone });
    expect((body as { entries: unknown[] }).entries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'promoteTrial', subject: 'abalone:2', who }),
        expect.objectContaining({ action: 'withdrawTrial', subject: 'abalone:3', who }),
      ]),
    );
  });
});
