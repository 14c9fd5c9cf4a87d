import type { Cloud } from '../../cloud/cloud.ts';
import type { Timer } from '../../host/clock.ts';
import type { InvocationQueue } from './invocation/invocation-queue.ts';
import { DEFAULT_EVENT_AGE_SECONDS } from './limits.ts';
import { scheduleTimes } from './schedule-times.ts';
import { keyOf, type ScheduleRecord, type SchedulerStore } from './store.ts';

const MINUTE_MS = 60_000;
/** The last one is the maximum age of an event. */
const LOOK_BACK_MS = [MINUTE_MS, 60 * MINUTE_MS, DEFAULT_EVENT_AGE_SECONDS * 1_000];

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

  /** Looks back a little first: a schedule of each minute has many times in a day. */
  #lastMissed(schedule: ScheduleRecord): number | undefined {
    const now = this.#cloud.clock.now();
    const past = this.#past(schedule);
    const times = scheduleTimes(schedule);
    for (const lookBackMs of LOOK_BACK_MS) {
      let next = times?.next(Math.max(past, now - lookBackMs));
      let missed: number | undefined;
      while (next !== undefined && next <= now) {
        missed = next;
        next = times?.next(next);
      }
      if (missed !== undefined) return missed;
    }
    return undefined;
  }

  /** A flexible window begins at the scheduled time. */
  #delayInWindow({ window }: ScheduleRecord): number {
    if (window.Mode !== 'FLEXIBLE') return 0;
    const minutes = window.MaximumWindowInMinutes ?? 0;
    return Math.floor(this.#cloud.random.next() * minutes * MINUTE_MS);
  }
}
