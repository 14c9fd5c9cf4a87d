/**
 * node test/bench/run.mjs hostile: how long each hostile input keeps the runtime from its other clients.
 *
 * Every input is sent while the event loop is watched; what is shown is the longest time in which
 * nothing else could be answered. Judge it on a machine that does nothing else.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { zipSync } from 'fflate';
import { parse } from '../../engine/index.ts';
import { execute } from '../../engine/testing/index.ts';
import { serviceFactories } from '../../local/services/index.ts';
import { startTestRuntime } from '../../local/testing.ts';

const BOUND_MS = 100;
const RESOLUTION_MS = 2;

const runtime = await startTestRuntime(serviceFactories);

async function send(service: string, target: string, body: string | Uint8Array, path = '/') {
  const isForm = target === '';
  const answer = await fetch(`${runtime.endpoint}${path}`, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1',
      ...(isForm ? {} : { 'x-amz-target': target }),
    },
    body,
  });
  return `${answer.status} ${(await answer.text()).replaceAll(/\s+/g, ' ').slice(0, 60)}`;
}

const json = (service: string, target: string, input: object) =>
  send(service, target, JSON.stringify(input));

const metric = (Expression: string) =>
  json('monitoring', 'GraniteServiceVersion20100801.GetMetricData', {
    StartTime: 0,
    EndTime: 4_102_444_800,
    MetricDataQueries: [
      {
        Id: 'm1',
        MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 60, Stat: 'Sum' },
      },
      { Id: 'e1', Expression },
    ],
  });

function run(state: object, input: unknown): string {
  const { machine } = parse(
    JSON.stringify({ StartAt: 'S', States: { S: { ...state, End: true } } }),
  );
  if (machine === undefined) return 'refused';
  const { status, cause } = execute(machine, input as never);
  return `${status} ${(cause ?? '').slice(-60)}`;
}

let nested: unknown = 1;
for (let level = 0; level < 400; level += 1) nested = { a: nested };
const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
const numbers = Array.from({ length: 60_000 }, (_, index) => index);

const inputs: Readonly<Record<string, () => Promise<string> | string>> = {
  'SSM AllowedPattern ^(a+)+$': () =>
    json('ssm', 'AmazonSSM.PutParameter', {
      Name: 'p',
      Type: 'String',
      AllowedPattern: '^(a+)+$',
      Value: `${'a'.repeat(40)}b`,
    }),
  'JSONPath filter =~ /(a+)+$/': () =>
    run({ Type: 'Pass', Parameters: { 'a.$': '$[?(@.n =~ /(a+)+$/)]' } }, [
      { n: `${'a'.repeat(40)}b` },
    ]),
  'JSONPath $..a..a..a..a': () =>
    run({ Type: 'Pass', Parameters: { 'a.$': '$..a..a..a..a' } }, nested),
  'JSONPath $[?(@ in $)]': () =>
    run(
      { Type: 'Pass', Parameters: { 'a.$': '$.l[?(@ in $.l)]' } },
      { l: numbers.slice(0, 30_000) },
    ),
  'JSONata $match': () =>
    run(
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $match($states.input, /(a+)+b/) %}' },
      'a'.repeat(60),
    ),
  'JSONata busy loop': () =>
    run(
      {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Output: '{% $sum($map([1..1000000], function($i) { $i })) %}',
      },
      1,
    ),
  'metric math FILL 1970-2100': () => metric('FILL(m1,0)'),
  'metric math 900 parentheses': () => metric(`${'('.repeat(900)}m1${')'.repeat(900)}`),
  'event detail 5,000 deep': () =>
    json('events', 'AWSEvents.PutEvents', {
      Entries: [{ Source: 'a', DetailType: 'b', Detail: deep }],
    }),
  'a million members': () =>
    send(
      'events',
      'AWSEvents.PutEvents',
      `{${numbers.map((n) => `"k${n}":1`).join()},${'"x":1,'.repeat(900_000)}"y":1}`,
    ),
  'CBOR number of 1 MB': () => {
    const body = new Uint8Array(1_000_005).fill(0xff);
    body.set([0xc2, 0x5a, 0x00, 0x0f, 0x42, 0x40]);
    return send(
      'monitoring',
      'x',
      body,
      '/service/GraniteServiceVersion20100801/operation/ListMetrics',
    );
  },
  'wildcards of an event pattern': () =>
    json('events', 'AWSEvents.PutRule', {
      Name: 'r',
      EventPattern: JSON.stringify({
        a: Array.from({ length: 30 }, (_, i) => ({ wildcard: `${'ab*'.repeat(20)}${i}` })),
      }),
    }),
  'zip of 240 MB': () =>
    send(
      'lambda',
      'x',
      JSON.stringify({
        FunctionName: 'f',
        Role: 'arn:aws:iam::000000000000:role/r',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Code: {
          ZipFile: Buffer.from(
            zipSync(
              Object.fromEntries(
                Array.from({ length: 800 }, (_, i) => [`f${i}`, new Uint8Array(300_000)]),
              ),
            ),
          ).toString('base64'),
        },
      }),
      '/2015-03-31/functions',
    ),
};

for (const [name, judge] of Object.entries(inputs)) {
  await send('ssm', 'AmazonSSM.GetParameter', '{"Name":"none"}');
  const watch = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  await new Promise((done) => setTimeout(done, 50));
  watch.enable();
  await new Promise((done) => setTimeout(done, 20));
  watch.reset();
  const begun = performance.now();
  const judged = judge();
  const synchronousMs = performance.now() - begun;
  const result = await judged;
  await new Promise((done) => setTimeout(done, 20));
  watch.disable();
  const longestMs = Math.max(watch.max / 1e6 - RESOLUTION_MS, synchronousMs);
  const mark = longestMs > BOUND_MS ? '!' : ' ';
  process.stdout.write(
    `${mark} ${longestMs.toFixed(0).padStart(5)} ms  ${name.padEnd(34)} ${result}\n`,
  );
}
await runtime.stop();
