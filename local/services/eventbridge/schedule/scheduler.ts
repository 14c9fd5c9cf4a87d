import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';
import type { EventBridgeStore, RuleRecord } from '../store.ts';
import { parseSchedule } from './schedule-expression.ts';

/** Fires the rules that have a schedule, on the cloud's clock. */
export class Scheduler {
  readonly #cloud: Cloud;
  readonly #store: EventBridgeStore;
  readonly #fire: (rule: RuleRecord) => void;
  readonly #timers = new Map<string, Timer>();

  constructor(cloud: Cloud, store: EventBridgeStore, fire: (rule: RuleRecord) => void) {
    this.#cloud = cloud;
    this.#store = store;
    this.#fire = fire;
  }

  /** Sets the timers of all schedules. Schedules that were due while the runtime was stopped do not fire. */
  start(): void {
    for (const rule of this.#store.rules()) this.set(rule.busName, rule.name, rule);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** Updates the timer of a rule; `rule` is undefined if the rule was deleted. */
  set(busName: string, name: string, rule: RuleRecord | undefined): void {
    const key = `${busName}|${name}`;
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    if (rule?.scheduleExpression === undefined || rule.state === 'DISABLED') return;
    const now = this.#cloud.clock.now();
    const next = parseSchedule(rule.scheduleExpression)?.next(now, rule.since);
    if (next === undefined) return;
    const timer = this.#cloud.clock.setTimer(next - now, () => this.#due(busName, name));
    this.#timers.set(key, timer);
  }

  #due(busName: string, name: string): void {
    // The rule is read again: its targets may have changed since the timer was set.
    const rule = this.#store.rule(busName, name);
    if (rule !== undefined) this.#fire(rule);
    this.set(busName, name, rule);
  }
}
