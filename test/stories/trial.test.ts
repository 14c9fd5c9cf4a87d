import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAb } from '../../cli/commands/ab.ts';
import { addRollback } from '../../cli/commands/rollback.ts';
import { addStatus } from '../../cli/commands/status.ts';
import { type Stage, storyServing } from '../../cli/stories/stage.ts';
import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { runCommand } from './run-command.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

/** The variants that serve, and their shares of the requests. */
async function weightsOf({ promotions }: Stage): Promise<Record<string, number | undefined>> {
  const { ProductionVariants = [] } = await promotions.endpoint();
  return Object.fromEntries(
    ProductionVariants.map(({ VariantName = '', CurrentWeight }) => [VariantName, CurrentWeight]),
  );
}

/** Approves a package and waits for its trial. */
async function beginTrial(stage: Stage, packageArn: string): Promise<void> {
  const begun = await stage.promotions.end(await stage.promotions.begin(packageArn, 'Approved'));
  expect(begun).toMatchObject({ status: 'SUCCEEDED', error: undefined });
  expect(begun.path.at(-1)).toBe('On trial');
}

/** The execution that ends a trial. */
function clockOf({ project }: Stage, trial = ''): string {
  return `${project.trialStateMachineArn?.replace('stateMachine', 'execution')}:${trial}`;
}

function counted(shown: string, variant: string): number {
  return Number(new RegExp(`${variant} .* (\\d+) requests`).exec(shown)?.[1]);
}

describe('A/B', () => {
  let test: TestStage;
  let stage: Stage;

  beforeAll(async () => {
    test = await setTestStage({
      serving: {
        ...storyServing,
        trial: { type: 'ab', percent: 20, timeLimitHours: 0.35, whenTimeIsUp: 'promote' },
      },
    });
    stage = test.stage;
  });

  beforeEach(() => stage.promotions.quiet());

  afterAll(() => test?.close());

  it('gives a share of the requests to a model on trial, and all of them once it is promoted', async () => {
    const before = await stage.promotions.livePackage();
    const better = await stage.register('better', 'good');
    const load = stage.load(50);

    await beginTrial(stage, better);
    const during = await weightsOf(stage);
    const shown = await stage.promotions.until('requests on trial', async () => {
      const text = await runCommand(stage, addAb, 'ab');
      return counted(text, 'Challenger') > 20 ? text : undefined;
    });
    const status = await runCommand(stage, addStatus, 'status');
    const rolledBack = await runCommand(stage, addRollback, 'rollback').catch(String);
    const champion = await stage.promotions.livePackage();
    const promoted = await runCommand(stage, addAb, 'ab', 'promote');
    const seen = await load.stop();

    expect(during).toEqual({ AllTraffic: 80, Challenger: 20 });
    expect(champion).toBe(before);
    expect(rolledBack).toContain('A model is on trial on abalone');
    expect(status).toContain(`on trial: ${better} see stepmill ab`);
    expect(shown).toMatch(/abalone: version 2 on trial beside version 1, \d+ min .* left/);
    expect(shown).toMatch(/Challenger +version 2 +20 % .* 0 answered 4xx, 0 answered 5xx/);
    expect(shown).toMatch(/AllTraffic +version 1 +80 % .* p50 \d+\.\d ms, p99 \d+\.\d ms/);
    expect(promoted).toContain('Live');
    expect(await stage.promotions.livePackage()).toBe(better);
    expect(await weightsOf(stage)).toEqual({ AllTraffic: 1 });
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
  });

  it('promotes by its clock a model without a decision', async () => {
    const next = await stage.register('patient', 'good');

    await beginTrial(stage, next);
    const { EndpointConfigName: trial } = await stage.promotions.endpoint();
    await stage.promotions.until('the end of the trial', async () =>
      (await stage.promotions.livePackage()) === next ? true : undefined,
    );
    await stage.promotions.quiet();

    expect(await weightsOf(stage)).toEqual({ AllTraffic: 1 });
    expect(await runCommand(stage, addAb, 'ab')).toBe('No model is on trial on abalone.');
    const { events = [] } = await stage.connection.states.send(
      new GetExecutionHistoryCommand({ executionArn: clockOf(stage, trial), maxResults: 1_000 }),
    );
    const states = events.flatMap(({ stateEnteredEventDetails }) => {
      return stateEnteredEventDetails?.name ?? [];
    });
    expect(events.filter(({ type }) => type?.endsWith('Failed'))).toEqual([]);
    expect(states).toContain('Find alarms');
    expect(states.slice(-3)).toEqual(['Decide trial', 'Promote', 'Promoted']);
  });

  it('withdraws by its clock a model whose alarm was in ALARM, even for a short time', async () => {
    const { promotions, connection } = stage;
    const live = await promotions.livePackage();
    const noisy = await stage.register('noisy', 'good');
    await beginTrial(stage, noisy);
    const { EndpointConfigName: trial } = await promotions.endpoint();
    await promotions.until('the first look of the clock', async () =>
      (await promotions.path(clockOf(stage, trial))).includes('Wait for next look')
        ? true
        : undefined,
    );

    for (const StateValue of ['ALARM', 'OK'] as const) {
      await connection.cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName: 'abalone-trial-errors',
          StateValue,
          StateReason: 'by hand',
        }),
      );
    }
    await promotions.until('the end of the trial', async () => {
      const { EndpointStatus, ProductionVariants = [] } = await promotions.endpoint();
      const isAlone = EndpointStatus === 'InService' && ProductionVariants.length === 1;
      return isAlone ? true : undefined;
    });
    await promotions.quiet();

    expect(await promotions.livePackage()).toBe(live);
    expect(await stage.approvalOf(noisy)).toMatchObject({
      status: 'Rejected',
      description: expect.stringMatching(/the trial ended\. In alarm: abalone-trial-errors/),
    });
  });

  it('withdraws a model that fails on trial immediately', async () => {
    const live = await stage.promotions.livePackage();
    const bad = await stage.register('errs', 'errors');

    const promotion = await stage.promotions.end(await stage.promotions.begin(bad, 'Approved'));

    expect(promotion).toMatchObject({ status: 'FAILED', error: 'Rolled back' });
    expect(promotion.path).toContain('Verify challenger');
    expect(await stage.promotions.livePackage()).toBe(live);
    expect(await weightsOf(stage)).toEqual({ AllTraffic: 1 });
  });
});

describe('A shadow', () => {
  let test: TestStage;
  let stage: Stage;

  beforeAll(async () => {
    test = await setTestStage({
      project: inOneContainer({}),
      serving: {
        ...storyServing,
        trial: { type: 'shadow', timeLimitHours: 2, whenTimeIsUp: 'withdraw' },
      },
    });
    stage = test.stage;
  });

  afterAll(() => test?.close());

  it('never answers; its captured answers are compared, and it is withdrawn', async () => {
    const before = await stage.promotions.livePackage();
    const odd = await stage.register('odd', 'nonsense');
    const load = stage.load(20);

    await beginTrial(stage, odd);
    const shown = await stage.promotions.until('captured answers of both', async () => {
      const text = await runCommand(stage, addAb, 'ab');
      return text.includes(' answers to ') ? text : undefined;
    });
    const withdrawn = await runCommand(stage, addAb, 'ab', 'withdraw', '-m', 'Nonsense');
    const seen = await load.stop();

    expect(shown).toMatch(/version 2 on trial in the shadow of version 1/);
    expect(shown).toMatch(/100\.0 % differ; mean absolute difference 1\.000e\+6/);
    expect(counted(shown, 'Challenger')).toBeGreaterThan(0);
    expect(withdrawn).toContain('Live');
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    expect(await stage.promotions.livePackage()).toBe(before);
    expect((await stage.promotions.endpoint()).ShadowProductionVariants).toBeUndefined();
    expect(await stage.approvalOf(odd)).toMatchObject({
      status: 'Rejected',
      description: 'Nonsense',
    });
  });
});

describe('A serverless endpoint', () => {
  let test: TestStage;
  let stage: Stage;

  beforeAll(async () => {
    test = await setTestStage({
      project: inOneContainer({
        serving: {
          type: 'serverless',
          memoryMb: 2048,
          maxConcurrency: 20,
          gatherSeconds: 60,
          pollSeconds: 30,
        },
      }),
      serving: {},
    });
    stage = test.stage;
  });

  beforeEach(() => stage.promotions.quiet());

  afterAll(() => test?.close());

  it('deploys the next model, and rolls back one with wrong answers', async () => {
    const better = await stage.register('better', 'good');
    const load = stage.load(20);
    const promoted = await stage.promotions.end(await stage.promotions.begin(better, 'Approved'));
    const seen = await load.stop();
    const odd = await stage.register('odd', 'nonsense');
    const taken = await stage.promotions.end(await stage.promotions.begin(odd, 'Approved'));

    expect(promoted).toMatchObject({ status: 'SUCCEEDED', error: undefined });
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    expect(taken).toMatchObject({ status: 'FAILED', error: 'Rolled back' });
    expect(taken.cause).toMatch(/row \d+: answered 1000000, expected/);
    expect(await stage.promotions.livePackage()).toBe(better);
    const { ProductionVariants } = await stage.promotions.endpoint();
    expect(ProductionVariants).toMatchObject([
      { CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 20 } },
    ]);
  });
});

/** Abalone with the preprocessor in the model's container. */
function inOneContainer(changes: Partial<ProjectInput>): Project {
  const registry = { ...abalone.registry, packaging: 'single-container' } as const;
  return defineProject({ ...(abalone as ProjectInput), registry, ...changes });
}
