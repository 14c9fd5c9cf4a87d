import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { visibleLine } from '../../local/index.ts';
import { type Bake, findBake, type Rollout, readRollout } from '../../operations/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import {
  renderAlarm,
  renderBake,
  renderRolloutLine,
  renderTraffic,
} from '../rollout/rollout-lines.ts';
import { dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';
import { followExecution } from './execution-progress.ts';

export interface FollowPromotionOptions {
  /** What else to show beside the endpoint, such as what clients see. @default nothing */
  readonly aside?: () => string;
  /** What was printed about the endpoint before. @default nothing */
  readonly news?: RolloutNews;
  /** How many times as fast as the wall the runtime's clock goes. @default 1 */
  readonly speed?: number;
  /** Show every state. @default states that do work */
  readonly verbose?: boolean;
  /** Called at every look at the endpoint, with when it began by `performance.now`. */
  readonly onLook?: (rollout: Rollout, askedAt: number) => void;
}

/**
 * Shows a promotion until it ends: its states, and what happens to the endpoint in that time (traffic,
 * bake, alarms).
 */
export async function followPromotion(
  connection: Connection,
  project: ProjectResources,
  executionArn: string,
  terminal: Terminal,
  options: FollowPromotionOptions = {},
): Promise<DescribeExecutionCommandOutput> {
  const {
    aside = () => '',
    news = new RolloutNews(terminal, aside),
    speed = 1,
    verbose = false,
    onLook,
  } = options;
  const part = terminal.live(`Promotion on ${project.endpointName}`);
  try {
    return await followExecution(connection, executionArn, terminal, {
      verbose,
      speed,
      onLook: async (now) => {
        const askedAt = performance.now();
        const rollout = await readRollout(connection, project);
        if (rollout === undefined) return;
        onLook?.(rollout, askedAt);
        news.tell(rollout, now);
        part.update(
          [renderRolloutLine(rollout, now), aside()].filter((part) => part !== '').join(' · '),
        );
      },
    });
  } finally {
    part.end();
  }
}

/** Says in a line what has changed at an endpoint since the last look. */
export class RolloutNews {
  readonly #terminal: Terminal;
  readonly #aside: () => string;
  #traffic = '';
  #bake = '';
  #status = '';
  readonly #alarms = new Map<string, string>();

  constructor(terminal: Terminal, aside: () => string = () => '') {
    this.#terminal = terminal;
    this.#aside = aside;
  }

  /** @param now the newest time known of AWS or of the runtime, if any */
  tell(rollout: Rollout, now?: Date): void {
    const traffic = renderTraffic(rollout);
    if (traffic !== this.#traffic) this.#note(`traffic  ${traffic}`);
    this.#traffic = traffic;
    const bake = findBake(rollout);
    const step = bake === undefined ? '' : `${bake.since.getTime()} ${wholeMinutes(bake, now)}`;
    if (bake !== undefined && step !== this.#bake) this.#note(`bake     ${renderBake(bake, now)}`);
    this.#bake = step;
    for (const alarm of rollout.alarms) {
      const before = this.#alarms.get(alarm.name) ?? 'OK';
      if (alarm.state !== before) this.#note(`alarm    ${renderAlarm(alarm)}`);
      this.#alarms.set(alarm.name, alarm.state);
    }
    if (rollout.status !== this.#status) {
      this.#note(`endpoint ${paintStatus(rollout)}`);
      this.#status = rollout.status;
    }
  }

  #note(line: string): void {
    const aside = this.#aside();
    this.#terminal.note(`      ${line}${aside === '' ? '' : dim(`  (${aside})`)}`);
  }
}

/** A bake is reported once a minute. */
function wholeMinutes({ since }: Bake, now: Date | undefined): number {
  return now === undefined ? 0 : Math.floor((now.getTime() - since.getTime()) / MINUTE_MS);
}

const MINUTE_MS = 60_000;

function paintStatus({ status, failureReason }: Rollout): string {
  const paint = status === 'InService' ? green : status === 'Updating' ? yellow : red;
  return failureReason === undefined
    ? paint(status)
    : `${paint(status)}: ${visibleLine(failureReason)}`;
}
