import type { Cloud } from '../../cloud/cloud.ts';
import type { Timer } from '../../host/clock.ts';
import type { InvocationQueue } from './invocation/invocation-queue.ts';
import { DEFAULT_EVENT_AGE_SECONDS } from './limits.ts';
import { scheduleTimes } from './schedule-times.ts';
import { keyOf, type ScheduleRecord, type SchedulerStore } from './store.ts';

const MINUTE_MS = 60_000;

/** Invokes the targets of schedules when they are due, on the cloud's clock. */
export class ScheduleTimers {
  readonly #cloud: Cloud;
  readonly #store: SchedulerStore;
  readonly #queue: InvocationQueue;
  readonly #timers = new Map<string, Timer>();

  constructor(cloud: Cloud, store: SchedulerStore, queue: InvocationQueue) {
    this.#cloud = cloud;
    this.#store = store;
    this.#queue = queue;
  }

  /**
   * Sets the timers of all schedules. Of the times that a schedule missed while the runtime was stopped, the last one
   * is invoked now, unless it is older than its retry policy allows.
   */
  start(): void {
    for (const schedule of this.#store.schedules()) {
      if (schedule.state === 'DISABLED') continue;
      const missed = this.#lastMissed(schedule);
      if (missed === undefined) this.#wait({ ...schedule, handledUntil: this.#past(schedule) });
      else this.#due(schedule, missed);
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** Updates the timer of a schedule that was created, changed or deleted. */
  set(groupName: string, name: string): void {
    const key = keyOf(groupName, name);
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    const schedule = this.#store.schedule(groupName, name);
    if (schedule === undefined || schedule.state === 'DISABLED') return;
    const next = scheduleTimes(schedule)?.next(schedule.handledUntil);
    if (next === undefined) return;
    const now = this.#cloud.clock.now();
    const delay = Math.max(0, next + this.#delayInWindow(schedule) - now);
    const timer = this.#cloud.clock.setTimer(delay, () => {
      const current = this.#store.schedule(groupName, name);
      if (current !== undefined) this.#due(current, next);
    });
    this.#timers.set(key, timer);
  }

  /** Deletes a schedule that is complete and asks for that. */
  complete(groupName: string, name: string): void {
    const schedule = this.#store.schedule(groupName, name);
    if (schedule?.actionAfterCompletion !== 'DELETE' || schedule.state === 'DISABLED') return;
    if (scheduleTimes(schedule)?.next(schedule.handledUntil) !== undefined) return;
    this.#store.deleteSchedule(schedule);
    this.set(groupName, name);
  }

  /** The invocation and the time that was handled are stored together. */
  #due(schedule: ScheduleRecord, scheduledTime: number): void {
    this.#store.putSchedule({ ...schedule, handledUntil: scheduledTime });
    this.#queue.add(schedule, scheduledTime);
    this.set(schedule.groupName, schedule.name);
  }

  #wait(schedule: ScheduleRecord): void {
    this.#store.putSchedule(schedule);
    this.set(schedule.groupName, schedule.name);
    this.complete(schedule.groupName, schedule.name);
  }

  /** Times before this are not invoked any more. */
  #past({ handledUntil, target }: ScheduleRecord): number {
    const { MaximumEventAgeInSeconds: age = DEFAULT_EVENT_AGE_SECONDS } = target.RetryPolicy ?? {};
    return Math.max(handledUntil, this.#cloud.clock.now() - age * 1_000);
  }

  #lastMissed(schedule: ScheduleRecord): number | undefined {
    const now = this.#cloud.clock.now();
    const times = scheduleTimes(schedule);
    let missed: number | undefined;
    let next = times?.next(this.#past(schedule));
    // At most one a minute of a day: the age of an event is limited.
    while (next !== undefined && next <= now) {
      missed = next;
      next = times?.next(next);
    }
    return missed;
  }

  /** A flexible window begins at the scheduled time. */
  #delayInWindow({ window }: ScheduleRecord): number {
    if (window.Mode !== 'FLEXIBLE') return 0;
    const minutes = window.MaximumWindowInMinutes ?? 0;
    return Math.floor(this.#cloud.random.next() * minutes * MINUTE_MS);
  }
}
