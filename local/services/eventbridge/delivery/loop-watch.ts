import type { Logger } from '../../../host/logger.ts';

/** This many events through one rule in a minute of real time are logged, once a minute. */
const MANY_EVENTS = 2_000;
const WINDOW_MS = 60_000;

interface Window {
  readonly startedAt: number;
  count: number;
}

/**
 * Logs rules that may trigger themselves. EventBridge detects loops between buses only: a rule whose target
 * causes the event that it matches runs, and is billed, until the rule is disabled. Here it does, too.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules-best-practices.html
 */
export class LoopWatch {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  /** @param now in real milliseconds: a loop costs real time at any speed of the clock */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  /** Counts an event for a target of this rule. */
  count(ruleArn: string): void {
    const now = this.#now();
    const former = this.#windows.get(ruleArn);
    const window =
      former !== undefined && now - former.startedAt < WINDOW_MS
        ? former
        : { startedAt: now, count: 0 };
    window.count += 1;
    this.#windows.set(ruleArn, window);
    if (window.count !== MANY_EVENTS) return;
    this.#logger.warn(
      { rule: ruleArn, events: MANY_EVENTS, withinSeconds: WINDOW_MS / 1_000 },
      'a rule matches very many events. If its target causes the events that it selects, this is a loop, which AWS would run and bill as well; DisableRule ends it',
    );
  }
}
