import { Agent, request } from 'node:http';

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly clients: number;
  readonly seconds: number;
}

export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  readonly answer: string;
  /** CPU time of the runtime's process for each request, where it was taken. */
  readonly ownCpuMs?: number;
}

/** Sends requests one after another from each of the clients, for that long. */
export async function measure(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const latencies: number[] = [];
  let errors = 0;
  let answer = '';
  const began = performance.now();
  const end = began + load.seconds * 1_000;
  await Promise.all(
    Array.from({ length: load.clients }, async () => {
      while (performance.now() < end) {
        const at = performance.now();
        const { status, body } = await send(load, agent);
        latencies.push(performance.now() - at);
        if (status === 200) answer = body;
        else errors += 1;
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
  };
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
