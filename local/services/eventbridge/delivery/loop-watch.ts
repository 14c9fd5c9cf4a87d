import type { Logger } from '../../../host/logger.ts';

/** So many events through one rule in a real minute are named in the log, once a minute. */
const MANY_EVENTS = 2_000;
const WINDOW_MS = 60_000;

interface Window {
  readonly startedAt: number;
  count: number;
}

/**
 * Names rules that may feed themselves. EventBridge detects no loops beyond those of buses: a rule whose
 * target causes the event it selects runs, and is billed, until the rule is disabled, here as on AWS.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules-best-practices.html
 */
export class LoopWatch {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  /** @param now real milliseconds: the loop costs real time, however fast the clock goes */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  /** One more event for a target of this rule. */
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
