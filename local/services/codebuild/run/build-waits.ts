import type { Cloud } from '../../../cloud/cloud.ts';
import type { WebRequest, WebResponse } from '../../../cloud/web.ts';

/** No bucket can have this name. */
const PATH = '/_codebuild/waits/';
/** Shorter than any client waits for an answer. */
const LONGEST_SECONDS = 60;

/** The hold of a build on the clock, which the build gives up while it only waits. */
export interface HeldClock {
  wait(seconds: number): Promise<void>;
  release(): void;
}

/**
 * Where commands of builds say that they only wait: `POST <address>/<seconds>` answers when that time has passed on the
 * runtime's clock. A build holds the clock, so without it a command that watches something for fifteen minutes would
 * take fifteen minutes at every speed.
 */
export class BuildWaits {
  readonly #cloud: Cloud;
  readonly #open = new Map<string, HeldClock>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Holds the clock for a build. */
  hold(): { readonly clock: HeldClock; readonly address: string } {
    const { clock, endpoint, random } = this.#cloud;
    const id = random.uuid();
    let release = clock.hold();
    let waiting = 0;
    let isOver = false;
    const held: HeldClock = {
      wait: async (seconds) => {
        release();
        waiting += 1;
        await new Promise<void>((resolve) => void clock.setTimer(seconds * 1_000, resolve));
        waiting -= 1;
        if (waiting === 0 && !isOver) release = clock.hold();
      },
      release: () => {
        isOver = true;
        this.#open.delete(id);
        release();
      },
    };
    this.#open.set(id, held);
    return { clock: held, address: `${endpoint}${PATH}${id}` };
  }

  web({ method, path }: WebRequest): Promise<WebResponse> | undefined {
    if (!path.startsWith(PATH)) return undefined;
    const [id = '', seconds = ''] = path.slice(PATH.length).split('/');
    const held = this.#open.get(id);
    if (held === undefined) {
      const isHome = this.#cloud.directory.home === this.#cloud;
      return isHome ? answer(404, 'No build with this address runs.') : undefined;
    }
    const isTime = /^\d{1,2}$/.test(seconds) && Number(seconds) <= LONGEST_SECONDS;
    if (method !== 'POST' || !isTime) {
      return answer(400, `Send POST with 0 to ${LONGEST_SECONDS} seconds at the end of the path.`);
    }
    return held.wait(Number(seconds)).then(() => ({ status: 204, headers: [] }));
  }
}

async function answer(status: number, message: string): Promise<WebResponse> {
  return { status, headers: [['content-type', 'text/plain']], body: message };
}
