import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { type ApiRuntime, startApi } from '../api/api-runtime.ts';
import { personIn } from '../api/call-api.ts';
import type { Order, Timed } from './api/client.ts';
import { countProcessorTime, type ProcessorTime } from './api/processor-time.ts';

/**
 * Entry of `npm run bench:api`: the dashboard's answer with 5,000 executions, 200 times a second while a
 * training runs; and what a prediction by the API takes beyond InvokeEndpoint. Times depend on what else the machine
 * does, processor times hardly. With BENCH_PROFILES, the runtime's profiles are written to this folder.
 */

/** The bundle of `api/client.ts` that `run.mjs` makes. */
const CLIENT = resolve('node_modules/.cache/stepmill-bench/api-client.mjs');
const WARM_UP = 50;
/** The runtime takes any credentials. */
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=none';
const EXECUTIONS = 5_000;
const AT_ONCE = 50;
const REQUESTS_PER_SECOND = 200;
const SECONDS = 15;
const PREDICTIONS = 300;
const ROWS = 1_200;

const record = {
  sex: 'M',
  length: 0.455,
  diameter: 0.365,
  height: 0.095,
  whole_weight: 0.514,
  shucked_weight: 0.2245,
  viscera_weight: 0.101,
  shell_weight: 0.15,
};

const everybody = personIn('everybody', 'viewer', 'operator', 'approver');

const api = await startApi({
  ...abalone,
  serving: {
    ...abalone.serving,
    rollout: { type: 'all-at-once', bakeSeconds: 0, executionTimeoutSeconds: 3_600 },
  },
});
try {
  await makeLive(api);
  await measurePredictions(api);
  await fill(api);
  await measureDashboard(api);
} finally {
  await api.close();
}

async function makeLive({ slice, call, settled }: ApiRuntime): Promise<void> {
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const path = '/api/v1/models/abalone:1/approve';
  await call({ method: 'POST', path, person: everybody, body: {} });
  await settled(1);
}

/** Executions that end at once, because their input is not one of the workflow. */
async function fill({ slice }: ApiRuntime): Promise<void> {
  const { trainingStateMachineArn: stateMachineArn } = slice.project;
  for (let begun = 0; begun < EXECUTIONS; begun += AT_ONCE) {
    const starts = Array.from({ length: AT_ONCE }, () =>
      slice.connection.states.send(new StartExecutionCommand({ stateMachineArn, input: '{}' })),
    );
    await Promise.all(starts);
  }
}

async function measureDashboard({ slice, site, tokensOf }: ApiRuntime): Promise<void> {
  const { access_token: token } = await tokensOf(everybody);
  const order = {
    url: `${site}/api/v1/overview`,
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  };
  await measure('dashboard, one after the other', { ...order, count: PREDICTIONS });
  const training = slice
    .upload('more.csv', generateAbaloneSample(2, ROWS))
    .then((upload) => slice.trained(upload));
  await measure(`dashboard, ${REQUESTS_PER_SECOND} a second beside a training`, {
    ...order,
    count: REQUESTS_PER_SECOND * SECONDS,
    perSecond: REQUESTS_PER_SECOND,
  });
  console.log(`the training: ${(await training).output?.outcome}`);
}

async function measurePredictions({ endpoint, site, slice, tokensOf }: ApiRuntime) {
  const { access_token: token } = await tokensOf(everybody);
  const json = { 'content-type': 'application/json' };
  await measure('InvokeEndpoint', {
    url: `${endpoint}/endpoints/${slice.project.endpointName}/invocations`,
    method: 'POST',
    headers: { ...json, authorization: SIGNED },
    body: JSON.stringify({ rows: [record], include: ['confidence', 'riskFactors'] }),
    count: PREDICTIONS,
  });
  await measure('POST /inference/predict', {
    url: `${site}/api/v1/inference/predict`,
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${token}` },
    body: JSON.stringify({ modelName: 'abalone', records: [record] }),
    count: PREDICTIONS,
  });
}

/** Sends requests twice, because the first ones compile the code. */
async function measure(what: string, order: Order): Promise<void> {
  const { perSecond: _rate, ...slowly } = order;
  await sendAll({ ...slowly, count: WARM_UP });
  const since = countProcessorTime();
  const measured = await profiled(what, () => sendAll(order));
  const spent = since();
  const sorted = measured
    .map(({ milliseconds }) => milliseconds)
    .toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  const each = (part: keyof ProcessorTime) => (spent[part] / measured.length).toFixed(1);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${countOutcomes(measured)} (load ${load}); ` +
      `processor time each: runtime ${each('runtime')} ms, functions ${each('functions')} ms, models and jobs ${each('others')} ms`,
  );
}

/** `2990 × 200, 10 × 429` */
function countOutcomes(measured: readonly Timed[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of measured) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} × ${outcome}`).join(', ');
}

/** Resolves when the client has ended, so that its processor time counts no more. */
async function sendAll(order: Order): Promise<readonly Timed[]> {
  const child = spawn(process.execPath, [CLIENT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(JSON.stringify(order));
  const measured = (await json(child.stdout)) as readonly Timed[];
  await ended;
  return measured;
}

/** Writes a processor profile of the runtime into the folder BENCH_PROFILES, if there is one. */
async function profiled<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const folder = process.env['BENCH_PROFILES'];
  if (folder === undefined) return work();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const result = await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const name = what.replaceAll(/\W+/g, '-');
  await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  return result;
}
