import { Agent, request } from 'node:http';

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly clients: number;
  readonly seconds: number;
  /** The rate of all clients together. @default as fast as they can */
  readonly requestsPerSecond?: number;
  /** Only requests with this answer are measured; others are answers of another model. @default all requests */
  readonly answer?: string;
}

export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  /** The answer of the last measured request. */
  readonly answer: string;
  /** The number of answers that were not measured. */
  readonly others: number;
  /** The CPU time of the server's processes per request, if measured. */
  readonly cpuMs?: number;
}

/** Sends requests one after another from each client, for the given time. */
export async function measure(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const latencies: number[] = [];
  let errors = 0;
  let others = 0;
  let answer = '';
  const began = performance.now();
  const end = began + load.seconds * 1_000;
  await Promise.all(
    Array.from({ length: load.clients }, async (_, client) => {
      const pace = (1_000 * load.clients) / (load.requestsPerSecond ?? Number.POSITIVE_INFINITY);
      for (let beat = began + (pace * client) / load.clients; ; beat += pace) {
        await until(beat);
        const at = performance.now();
        if (at >= end) return;
        const { status, body } = await send(load, agent);
        const latency = performance.now() - at;
        if (status !== 200) errors += 1;
        if (status === 200 && load.answer !== undefined && body !== load.answer) {
          others += 1;
          continue;
        }
        latencies.push(latency);
        if (status === 200) answer = body;
      }
    }),
  );
  const took = performance.now() - began;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    requestsPerSecond: (latencies.length / took) * 1_000,
    p50: quantile(0.5),
    p99: quantile(0.99),
    errors,
    answer,
    others,
  };
}

/** Waits until a beat; returns immediately if it has passed. */
async function until(beat: number): Promise<void> {
  const waitMs = beat - performance.now();
  if (waitMs <= 0) return;
  await new Promise((resolve) => {
    setTimeout(resolve, waitMs);
  });
}

function send(
  load: Load,
  agent: Agent,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(load.url, { method: 'POST', agent, headers: load.headers });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body }));
    });
    outgoing.end(load.body);
  });
}
