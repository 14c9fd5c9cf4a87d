import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storyServing } from '../../cli/stories/stage.ts';
import { stories } from '../../cli/stories/stories.ts';
import { packageArn, type WorkflowExecution } from '../../infra/simulation/index.ts';
import { createStack, readDefinition } from '../../infra/testing/project-stack.testing.ts';
import { PromotionWorld } from '../../infra/testing/promotion-world.testing.ts';
import type { Fault } from '../../infra/testing/simulated-alarms.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';
import {
  giveBack,
  goLive,
  letGo,
  look,
  takeLock,
  takeOverLock,
  withoutQueueing,
  withoutWaiting,
  withoutWaitingForOthers,
} from './state-paths.ts';

const wholePath = [...takeLock, ...look, ...goLive];
const [lookUp = '', whatIsItDoing = '', ...restOfLook] = look;

let definition: string;
let world: PromotionWorld;

beforeAll(() => {
  const { stack } = createStack(abalone, { serving: { abalone: storyServing } });
  definition = readDefinition(stack, 'Promotion');
});

beforeEach(() => {
  world = new PromotionWorld(definition);
});

/** The stories of `npm run demo -- --story`, played with the same definition on a virtual clock. */
const simulated: Readonly<Record<string, () => void>> = {
  'good-model'() {
    world.register(2, 1);

    const promotion = world.approve(2);
    world.untilAllEnded();

    expect(withoutQueueing(promotion.path)).toEqual(wholePath);
    expect(world.endpoint.clientsOfCanary.requests).toBe(180 * 60);
    expect(world.endpoint.clients.unlucky).toBe(0);
    expectLive(2);
  },

  'erring-model': () => takesBack('errors', /abalone-rollback-errors/),
  'slow-model': () => takesBack('slow', /abalone-rollback-latency/),
  'nonsense-model': () => takesBack('nonsense', /wrong-answers.*row 1: answered 1000000/),

  'three-approvals'() {
    for (const version of [2, 3, 4]) world.register(version, 1);

    const [first, ...others] = [2, 3, 4].map((version) => world.approve(version));
    world.untilAllEnded();

    expect(first?.path.at(-1)).toBe('Live');
    for (const { path } of others) {
      expect(withoutQueueing(path)).toEqual([...takeLock, ...look, ...letGo, 'Already live']);
    }
    expect(world.endpoint.updates).toBe(1);
    expectLive(4);
  },

  'approval-during-update'() {
    world.register(2, 1);
    world.register(3, 2);
    world.register(4, 3);
    const early = world.approve(2);
    untilBaking(early);
    const late = world.approve(3);
    world.untilAllEnded();
    const live = world.endpoint.endpoint?.config ?? '';
    world.endpoint.configs.set('made-by-hand', world.endpoint.configs.get(live) ?? '');
    world.endpoint.updateEndpoint({ EndpointConfigName: 'made-by-hand' });

    const last = world.approve(4);
    world.untilAllEnded();

    expect(withoutQueueing(early.path)).toEqual(wholePath);
    expect(late.path).toContain('Wait for claim on endpoint');
    expect(withoutQueueing(late.path)).toEqual(wholePath);
    expect(withoutWaitingForOthers(last.path)).toEqual([
      ...takeLock,
      ...[lookUp, whatIsItDoing, 'Wait for endpoint update'],
      ...[lookUp, whatIsItDoing, ...restOfLook],
      ...goLive,
    ]);
    expectLive(4);
  },

  'killed-runtime'() {
    world.register(2, 1);
    const promotion = world.approve(2);
    untilBaking(promotion);

    promotion.crash();
    world.untilAllEnded();

    expect(withoutQueueing(promotion.path)).toEqual(wholePath);
    expect(world.endpoint.updates).toBe(1);
    expectLive(2);
  },

  'rejected-model'() {
    world.register(2, 1);
    world.approve(2);
    world.untilAllEnded();

    const promotion = world.reject(2);
    world.untilAllEnded();

    expect(withoutQueueing(promotion.path)).toEqual(wholePath);
    expectLive(1);
  },

  'dead-owner'() {
    world.register(2, 1);
    world.register(3, 1);
    const doomed = world.approve(2);
    world.until(() => doomed.path.includes('Gather approvals'));
    doomed.abort();

    const promotion = world.approve(3);
    world.untilAllEnded();

    expect(doomed.status).toBe('ABORTED');
    expect(withoutWaiting(promotion.path)).toEqual([...takeOverLock, ...look, ...goLive]);
    expectLive(3);
  },

  'deleted-config'() {
    world.register(2, 1);
    world.register(3, 2);
    const during = world.approve(2);
    untilBaking(during);
    world.endpoint.configs.clear();
    world.untilAllEnded();
    expectLive(2);

    const after = world.approve(3);
    world.untilAllEnded();

    expect(withoutQueueing(during.path)).toEqual(wholePath);
    expect(withoutQueueing(after.path)).toEqual([
      ...takeLock,
      ...look.map((state) =>
        state === 'Describe live model' ? 'Config or model deleted?' : state,
      ),
      ...goLive,
    ]);
    expectLive(3);
  },

  'erring-live-model'() {
    world.register(2, 1, 'errors');
    world.register(3, 2);
    world.endpoint.approve(2);
    world.endpoint.goBad(2);

    const approved = world.approve(3);
    world.untilAllEnded();

    expect(withoutQueueing(approved.path)).toEqual(wholePath);
    expect(approved.ended.output).toMatchObject({
      reason: expect.stringContaining('abalone-rollback-errors') as unknown,
    });
    expectLive(3);

    world.endpoint.goBad(2);
    const back = world.reject(2);
    world.untilAllEnded();

    expect(withoutQueueing(back.path)).toEqual(wholePath);
    expectLive(3);
  },
};

function takesBack(fault: Fault, reason: RegExp): void {
  world.register(2, 1, fault);

  const promotion = world.approve(2);
  world.untilAllEnded();

  const { error, cause } = promotion.ended;
  expect(error).toBe('Rolled back');
  expect(cause).toMatch(reason);
  expect(withoutQueueing(promotion.path)).toEqual([...takeLock, ...look, ...giveBack]);
  const { clients, clientsOfCanary } = world.endpoint;
  expect(clients.unlucky).toBeGreaterThan(0);
  expect(clients.unlucky).toBe(clientsOfCanary.unlucky);
  expect(clientsOfCanary.unlucky).toBeCloseTo(clientsOfCanary.requests * 0.1);
  // The decision that withdraws the approval changes nothing.
  expect(world.executions.at(-1)?.path.at(-1)).toBe('Nothing changed');
  expect(world.endpoint.packages[1]).toMatchObject({ status: 'Rejected' });
  expectLive(1);
}

function untilBaking({ path }: WorkflowExecution): void {
  world.until(() => path.includes('Send test rows'));
}

function expectLive(version: number): void {
  expect(world.endpoint.livePackage).toBe(packageArn(version));
  expect(world.endpoint.endpoint?.status).toBe('InService');
  expect(world.claims.ownerOf('endpoint#abalone')).toBeUndefined();
}

describe('In virtual time', () => {
  it.each(stories.map(({ name, title }, index) => [index + 1, title, name] as const))(
    '(%i) %s',
    (_number, _title, name) => {
      expect(simulated).toHaveProperty([name]);
      simulated[name]?.();
    },
  );
});
