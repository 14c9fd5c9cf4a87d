import { text } from 'node:stream/consumers';

/**
 * The client of `npm run bench:api`, in a process of its own, so that its work is not counted as the runtime's. Reads an
 * `Order` from standard input and writes a list of `Timed` to standard output.
 */

/** Requests to send, all alike. */
export interface Order {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly count: number;
  /** @default one after the other */
  readonly perSecond?: number;
}

/** One request. */
export interface Timed {
  readonly milliseconds: number;
  /** The status of the answer, or the error where there was none: a measurement does not end with it. */
  readonly outcome: string;
}

const order = JSON.parse(await text(process.stdin)) as Order;
process.stdout.write(JSON.stringify(await send(order)));

async function send({ count, perSecond, ...request }: Order): Promise<readonly Timed[]> {
  const sent: Promise<Timed>[] = [];
  const begun = performance.now();
  while (sent.length < count) {
    if (perSecond === undefined) {
      sent.push(timed(request));
      await sent.at(-1);
      continue;
    }
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    while (sent.length < Math.min(due, count)) sent.push(timed(request));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Promise.all(sent);
}

async function timed({ url, ...request }: Omit<Order, 'count' | 'perSecond'>): Promise<Timed> {
  const begun = performance.now();
  const outcome = await fetch(url, request)
    .then(async (answer) => {
      await answer.arrayBuffer();
      return String(answer.status);
    })
    .catch(nameError);
  return { milliseconds: performance.now() - begun, outcome };
}

/** `fetch failed: ECONNRESET`: the reason is in the cause. */
function nameError(error: unknown): string {
  const { message, cause } = error as Error & { readonly cause?: Partial<NodeJS.ErrnoException> };
  return [message, cause?.code ?? cause?.message].filter(Boolean).join(': ');
}
