import { loadavg } from 'node:os';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { type ApiRuntime, startApi } from '../api/api-runtime.ts';
import { callApi, personIn } from '../api/call-api.ts';

/**
 * Entry of `npm run bench:api`: the dashboard's answer with 5,000 executions, 200 times a second while a
 * training runs; and what a prediction by the API takes beyond InvokeEndpoint.
 */

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
  const ask = () => timed(() => callApi(site, { path: '/api/v1/overview' }, token));
  const alone = [];
  for (let count = 0; count < PREDICTIONS; count += 1) alone.push(await ask());
  report('dashboard, one after the other', alone);

  const training = slice
    .upload('more.csv', generateAbaloneSample(2, ROWS))
    .then((upload) => slice.trained(upload));
  const begun = performance.now();
  const asked: ReturnType<typeof ask>[] = [];
  while (performance.now() - begun < SECONDS * 1_000) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * REQUESTS_PER_SECOND);
    while (asked.length < due) asked.push(ask());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  report(`dashboard, ${REQUESTS_PER_SECOND} a second beside a training`, await Promise.all(asked));
  console.log(`the training: ${(await training).output?.outcome}`);
}

async function measurePredictions({ clientConfig, site, slice, tokensOf }: ApiRuntime) {
  const { access_token: token } = await tokensOf(everybody);
  const runtime = new SageMakerRuntimeClient(clientConfig);
  const body = { modelName: 'abalone', records: [record] };
  const path = '/api/v1/inference/predict';
  const direct = new InvokeEndpointCommand({
    EndpointName: slice.project.endpointName,
    ContentType: 'application/json',
    Body: JSON.stringify({ rows: [record], include: ['confidence', 'riskFactors'] }),
  });
  const pairs = [];
  for (let count = 0; count < PREDICTIONS; count += 1) {
    const invoked = await timed(async () => ({
      status: (await runtime.send(direct)).$metadata.httpStatusCode ?? 0,
    }));
    pairs.push({
      invoked,
      asked: await timed(() => callApi(site, { method: 'POST', path, body }, token)),
    });
  }
  report(
    'InvokeEndpoint',
    pairs.map(({ invoked }) => invoked),
  );
  report(
    'POST /inference/predict',
    pairs.map(({ asked }) => asked),
  );
}

interface Timed {
  readonly milliseconds: number;
  readonly status: number;
}

async function timed(ask: () => Promise<{ readonly status: number }>): Promise<Timed> {
  const begun = performance.now();
  const { status } = await ask();
  return { milliseconds: performance.now() - begun, status };
}

function report(what: string, measured: readonly Timed[]): void {
  const sorted = measured
    .map(({ milliseconds }) => milliseconds)
    .toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  const failed = measured.filter(({ status }) => status !== 200).length;
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${failed} of ${measured.length} failed (load ${load})`,
  );
}
