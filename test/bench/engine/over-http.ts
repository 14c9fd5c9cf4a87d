import { StatesClient } from './client.ts';
import { CONCURRENT_EXECUTIONS, OPEN_EXECUTIONS, type Workload, workloads } from './definitions.ts';
import type { Round } from './rate.ts';
import type { Server } from './servers.ts';

/** The options for measuring one server. */
export interface HttpOptions {
  /** The server needs minutes for the full input, so only a part is measured. */
  readonly slow: boolean;
}

export interface HttpMeasure {
  round(workload: Workload): Promise<Round>;
  concurrentRound(): Promise<Round>;
  latencies(): Promise<Latencies>;
  bytesAnOpenExecution(): Promise<number | undefined>;
  close(): void;
}

/** Milliseconds, at the 50th and 99th percentile. */
export interface Latencies {
  readonly start: readonly [p50: number, p99: number];
  readonly describe: readonly [p50: number, p99: number];
  /** DescribeExecution while an execution of 25,000 events runs. */
  readonly beside: readonly [p50: number, p99: number];
}

export function measureOverHttp(server: Server, { slow }: HttpOptions): HttpMeasure {
  const client = new StatesClient(server.endpoint);
  let machines = 0;
  const create = (definition: object) => {
    machines += 1;
    return client.createStateMachine(`bench-${machines}`, definition);
  };

  return {
    async round(workload) {
      const arn = await create(workload.definition);
      const input = workload.input(slow);
      return async () => {
        await client.execute(arn, input);
        return workload.entries(slow);
      };
    },

    async concurrentRound() {
      const { definition, entries, input } = workloads.short;
      const count = slow ? CONCURRENT_EXECUTIONS / 50 : CONCURRENT_EXECUTIONS;
      const arn = await create(definition);
      return async () => {
        const starts = Array.from({ length: count }, () => client.start(arn, input()));
        for (const executionArn of await Promise.all(starts)) await client.untilEnded(executionArn);
        return count * entries();
      };
    },

    async latencies() {
      const { definition, input } = workloads.short;
      const arn = await create(definition);
      const start: number[] = [];
      const describe: number[] = [];
      await Promise.all(
        Array.from({ length: CONCURRENT_EXECUTIONS }, async () => {
          const started = await client.timed('StartExecution', {
            stateMachineArn: arn,
            input: JSON.stringify(input()),
          });
          start.push(started.ms);
          const executionArn = String(started.output['executionArn']);
          describe.push((await client.timed('DescribeExecution', { executionArn })).ms);
          await client.untilEnded(executionArn);
        }),
      );
      return {
        start: quantiles(start),
        describe: quantiles(describe),
        beside: quantiles(await besideLongExecutions(client, create)),
      };
    },

    async bytesAnOpenExecution() {
      const arn = await create(workloads.waiting.definition);
      const before = await server.memory();
      if (before === undefined) return undefined;
      const starts = Array.from({ length: OPEN_EXECUTIONS }, () => client.start(arn, {}));
      const executions = await Promise.all(starts);
      const bytes = ((await server.memory()) ?? before) - before;
      await Promise.all(
        executions.map((executionArn) => client.call('StopExecution', { executionArn })),
      );
      return bytes / OPEN_EXECUTIONS;
    },

    close: () => client.close(),
  };
}

const LONG_EXECUTIONS = 20;
/** An iteration of Pass and Choice writes four events; AWS ends an execution at 25,000. */
const LONG_ITERATIONS = 6_200;

async function besideLongExecutions(
  client: StatesClient,
  create: (definition: object) => Promise<string>,
): Promise<readonly number[]> {
  const text = JSON.stringify(workloads.pathLoop.definition);
  const definition = JSON.parse(
    text.replace('"NumericLessThan":1000', `"NumericLessThan":${LONG_ITERATIONS}`),
  );
  const stateMachineArn = await create(definition);
  const beside: number[] = [];
  for (let count = 0; count < LONG_EXECUTIONS; count += 1) {
    const executionArn = await client.start(stateMachineArn, { n: 0 });
    let status: unknown = 'RUNNING';
    while (status === 'RUNNING') {
      const described = await client.timed('DescribeExecution', { executionArn });
      beside.push(described.ms);
      ({ status } = described.output);
    }
  }
  return beside;
}

function quantiles(figures: readonly number[]): readonly [number, number] {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return [at(0.5), at(0.99)];
}
