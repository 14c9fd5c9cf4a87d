import { get } from 'node:http';
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';
import { delayOf } from '../attributes.ts';
import type { BalancerStore, TargetGroupRecord, TargetRecord } from '../store.ts';
import { loadBalancersOf } from '../uses.ts';

/** What is known about a target that is registered. */
interface Watched {
  readonly groupArn: string;
  readonly target: TargetRecord;
  health: TargetHealth;
  /** Checks in a row that ended like the last one. */
  streak: number;
  timer: Timer | undefined;
  eager: NodeJS.Timeout | undefined;
  isEnded: boolean;
}

const INITIAL: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
};
const UNUSED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotInUse',
  Description: 'Target group is not configured to receive traffic from the load balancer',
};
const NOT_REGISTERED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
};
const DRAINING: TargetHealth = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
};
const FAILED: TargetHealth = {
  State: 'unhealthy',
  Reason: 'Target.FailedHealthChecks',
  Description: 'Health checks failed',
};

const MS_PER_SECOND = 1_000;
/** In real time: how often a target is asked that has never been healthy. */
const EAGER_MS = 500;
/** How often the numbers of healthy and unhealthy targets are reported. */
const REPORT_MS = 60_000;

/**
 * The health of all targets, in memory: after a restart each is checked again.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export class TargetHealths {
  readonly #cloud: Cloud;
  readonly #store: BalancerStore;
  readonly #watched = new Map<string, Watched>();
  #report: Timer | undefined;
  #onRemoved: (target: TargetRecord) => void = () => {};
  #isStopped = false;

  constructor(cloud: Cloud, store: BalancerStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  /** Calls back when a target has lost its last request at the end of its deregistration delay. */
  set onRemoved(callback: (target: TargetRecord) => void) {
    this.#onRemoved = callback;
  }

  /** Watches the targets that a former runtime registered. */
  resume(): void {
    for (const group of this.#store.allTargetGroups()) {
      for (const target of group.targets) {
        if (target.deregisteredAt === undefined) this.begin(group.arn, target);
        else {
          const rest = target.deregisteredAt + delayOf(group) - this.#cloud.clock.now();
          this.drain(group.arn, target, Math.max(0, rest));
        }
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#report?.cancel();
    for (const watched of this.#watched.values()) end(watched);
  }

  /** Watches a target that was registered. */
  begin(groupArn: string, target: TargetRecord): void {
    const key = keyOf(groupArn, target);
    const former = this.#watched.get(key);
    if (former !== undefined) end(former);
    const watched: Watched = {
      groupArn,
      target,
      health: INITIAL,
      streak: 0,
      timer: undefined,
      eager: undefined,
      isEnded: false,
    };
    this.#watched.set(key, watched);
    this.#start(watched);
    this.#reportLater();
  }

  /** Sends a target no new requests, and forgets it after the delay. */
  drain(groupArn: string, target: TargetRecord, delayMs: number): void {
    const key = keyOf(groupArn, target);
    const watched = this.#watched.get(key);
    if (watched !== undefined) end(watched);
    const draining: Watched = {
      groupArn,
      target,
      health: DRAINING,
      streak: 0,
      timer: undefined,
      eager: undefined,
      isEnded: false,
    };
    this.#watched.set(key, draining);
    draining.timer = this.#cloud.clock.setTimer(delayMs, () => this.#remove(draining));
  }

  forgetGroup(group: TargetGroupRecord): void {
    for (const target of group.targets) {
      const watched = this.#watched.get(keyOf(group.arn, target));
      if (watched !== undefined) this.#forget(watched);
    }
  }

  /** Starts the checks of groups that came into use. */
  reconsider(): void {
    for (const watched of this.#watched.values()) {
      if (watched.health === UNUSED) this.#start(watched);
    }
  }

  describe(group: TargetGroupRecord, target: TargetRecord): TargetHealth {
    return this.#watched.get(keyOf(group.arn, target))?.health ?? NOT_REGISTERED;
  }

  /** The targets that get requests: the healthy ones, or the unhealthy ones where there are no others. */
  candidates(group: TargetGroupRecord): readonly TargetRecord[] {
    const inState = (state: string) =>
      group.targets.filter((target) => this.describe(group, target).State === state);
    const healthy = inState('healthy');
    return healthy.length > 0 ? healthy : inState('unhealthy');
  }

  /** The number of healthy targets of a group. */
  healthyCount(group: TargetGroupRecord): number {
    return group.targets.filter((target) => this.describe(group, target).State === 'healthy')
      .length;
  }

  #start(watched: Watched): void {
    if (loadBalancersOf(this.#store, watched.groupArn).length === 0) {
      watched.health = UNUSED;
      return;
    }
    watched.health = INITIAL;
    const group = this.#groupOf(watched);
    if (group === undefined) return;
    const { intervalSeconds, unhealthyThreshold } = group.check;
    watched.timer = this.#cloud.clock.setTimer(
      intervalSeconds * unhealthyThreshold * MS_PER_SECOND,
      () => {
        if (watched.health.State === 'initial') void this.#check(watched, true);
      },
    );
    void this.#ask(watched);
  }

  /** Asks a new target until it answers, which takes as long as its process needs. */
  async #ask(watched: Watched): Promise<void> {
    const problem = await this.#problemOf(watched);
    if (watched.isEnded || watched.health.State !== 'initial') return;
    if (problem === undefined) {
      watched.timer?.cancel();
      return this.#settle(watched, undefined);
    }
    watched.eager = setTimeout(() => void this.#ask(watched), EAGER_MS);
    watched.eager.unref();
  }

  async #check(watched: Watched, isFirst = false): Promise<void> {
    const problem = await this.#problemOf(watched);
    const group = this.#groupOf(watched);
    if (watched.isEnded || group === undefined) return;
    if (isFirst && watched.health.State !== 'initial') return;
    const wasHealthy = watched.health.State === 'healthy';
    const isChange = (problem === undefined) !== wasHealthy;
    watched.streak = isChange ? watched.streak + 1 : 0;
    const { healthyThreshold, unhealthyThreshold } = group.check;
    const needed = wasHealthy ? unhealthyThreshold : healthyThreshold;
    if (isFirst || (isChange && watched.streak >= needed)) return this.#settle(watched, problem);
    this.#checkLater(watched);
  }

  #settle(watched: Watched, problem: TargetHealth | undefined): void {
    watched.health = problem ?? { State: 'healthy' };
    watched.streak = 0;
    this.#checkLater(watched);
  }

  #checkLater(watched: Watched): void {
    const group = this.#groupOf(watched);
    if (group === undefined || this.#isStopped) return;
    const delay = group.check.intervalSeconds * MS_PER_SECOND;
    watched.timer = this.#cloud.clock.setTimer(delay, () => void this.#check(watched));
  }

  #groupOf({ groupArn }: Watched): TargetGroupRecord | undefined {
    return this.#store.targetGroups.get(groupArn);
  }

  async #problemOf(watched: Watched): Promise<TargetHealth | undefined> {
    const group = this.#groupOf(watched);
    if (group === undefined) return undefined;
    const { check } = group;
    const port = check.port === 'traffic-port' ? watched.target.port : Number(check.port);
    // A record of a former version can have an address that cannot be asked.
    const status = await statusOf(watched.target.id, port, check).catch(() => FAILED);
    if (typeof status !== 'number') return status;
    if (matches(check.matcher.HttpCode ?? '', status)) return undefined;
    return {
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: `Health checks failed with these codes: [${status}]`,
    };
  }

  #remove(watched: Watched): void {
    const group = this.#groupOf(watched);
    if (this.#isStopped) return;
    if (group !== undefined) {
      const targets = group.targets.filter(
        ({ id, port }) => id !== watched.target.id || port !== watched.target.port,
      );
      this.#store.targetGroups.put(group.arn, { ...group, targets });
    }
    this.#forget(watched);
  }

  #forget(watched: Watched): void {
    end(watched);
    this.#watched.delete(keyOf(watched.groupArn, watched.target));
    this.#onRemoved(watched.target);
  }

  #reportLater(): void {
    if (this.#report !== undefined || this.#isStopped || this.#watched.size === 0) return;
    this.#report = this.#cloud.clock.setTimer(REPORT_MS, () => {
      this.#report = undefined;
      this.#reportCounts();
      this.#reportLater();
    });
  }

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
  #reportCounts(): void {
    for (const group of this.#store.allTargetGroups()) {
      const states = group.targets.map((target) => this.describe(group, target).State);
      if (states.length === 0) continue;
      for (const arn of loadBalancersOf(this.#store, group.arn)) {
        const dimensions = {
          TargetGroup: group.arn.split(':').at(-1) ?? '',
          LoadBalancer: arn.split(':loadbalancer/').at(-1) ?? '',
        };
        const count = (name: string, state: string) =>
          this.#cloud.recordMetric({
            namespace: 'AWS/ApplicationELB',
            name,
            dimensions,
            value: states.filter((one) => one === state).length,
            unit: 'Count',
          });
        count('HealthyHostCount', 'healthy');
        count('UnHealthyHostCount', 'unhealthy');
      }
    }
  }
}

function keyOf(groupArn: string, { id, port }: TargetRecord): string {
  return `${groupArn}|${id}:${port}`;
}

function end(watched: Watched): void {
  watched.isEnded = true;
  watched.timer?.cancel();
  clearTimeout(watched.eager);
}

/** The status of the answer, or why there is none. */
function statusOf(
  host: string,
  port: number,
  { path, timeoutSeconds }: TargetGroupRecord['check'],
): Promise<number | TargetHealth> {
  return new Promise((resolve) => {
    const request = get(
      { host, port, path, agent: false, headers: { 'user-agent': 'ELB-HealthChecker/2.0' } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    const timer = setTimeout(() => {
      resolve({
        State: 'unhealthy',
        Reason: 'Target.Timeout',
        Description: 'Request timed out',
      });
      request.destroy();
    }, timeoutSeconds * MS_PER_SECOND);
    timer.unref();
    request.on('error', () => resolve(FAILED));
    request.on('close', () => clearTimeout(timer));
  });
}

/** `200`, `200,202`, `200-299` */
function matches(codes: string, status: number): boolean {
  return codes.split(',').some((part) => {
    const [from = part, to = from] = part.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
