import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiBench, FunctionFailure } from '../../../testing/http-api.testing.ts';

let bench: ApiBench;

beforeEach(() => {
  bench = new ApiBench();
});

afterEach(() => bench.cloud.stop());

const LOG = 'arn:aws:logs:us-east-1:000000000000:log-group:/api/access';

describe('the access log', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  it('has a line a request, in the format of the stage', async () => {
    const Format =
      '{"id":"$context.requestId","m":"$context.httpMethod","p":"$context.path","r":"$context.routeKey","s":$context.status,"n":$context.responseLength,"i":"$context.integrationStatus/$context.integration.status","e":"$context.error.message","agent":"$context.identity.userAgent","c":"$context.authorizer.claims.sub","x":"$context.unknown"}';
    await bench.create(['GET /a'], {
      stage: { AccessLogSettings: { DestinationArn: LOG, Format } },
    });

    await bench.send('/a', { headers: [['user-agent', 'a "quoted"\nline']] });
    await bench.send('/b');

    expect(bench.lines.map(({ logGroup, message }) => [logGroup, JSON.parse(message)])).toEqual([
      [
        '/api/access',
        {
          id: expect.stringMatching(/=$/),
          m: 'GET',
          p: '/a',
          r: 'GET /a',
          s: 200,
          n: 2,
          i: '200/200',
          e: '-',
          agent: 'a "quoted"\nline',
          c: '-',
          x: '-',
        },
      ],
      ['/api/access', expect.objectContaining({ r: '-', s: 404, i: '-/-', e: 'Not Found' })],
    ]);
  });

  it('says what the integration did', async () => {
    const Format = '$context.integrationStatus $context.integrationErrorMessage';
    await bench.create(['GET /'], {
      stage: { AccessLogSettings: { DestinationArn: LOG, Format } },
    });

    bench.answer = () => new FunctionFailure();
    await bench.send('/');
    bench.policy = { Statement: [] };
    await bench.send('/');

    expect(bench.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^200 The function returned an error/),
      expect.stringMatching(/^403 The IAM role configured on the integration or API Gateway/),
    ]);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
describe('the metrics', () => {
  it('count the requests of the API and of the stage', async () => {
    await bench.create(['GET /a']);

    await bench.send('/a');
    await bench.send('/b');
    bench.answer = () => new FunctionFailure();
    await bench.send('/a');

    const ofApi = bench.metrics.filter(({ dimensions }) => !('Stage' in dimensions));
    const sums: Record<string, number> = {};
    for (const { name, value } of ofApi) sums[name] = (sums[name] ?? 0) + value;
    expect(sums).toMatchObject({ Count: 3, '4xx': 1, '5xx': 1 });
    expect(ofApi.filter(({ name }) => name === 'IntegrationLatency')).toHaveLength(2);
    expect(new Set(bench.metrics.map(({ namespace }) => namespace))).toEqual(
      new Set(['AWS/ApiGateway']),
    );
    expect(bench.metrics.filter(({ dimensions }) => 'Stage' in dimensions)).toHaveLength(
      ofApi.length,
    );
  });

  it('are also of the route if the stage has detailed metrics', async () => {
    await bench.create(['GET /a'], {
      stage: { DefaultRouteSettings: { DetailedMetricsEnabled: true } },
    });

    await bench.send('/a');

    expect(bench.metrics.at(-1)?.dimensions).toEqual({
      ApiId: bench.apiId,
      Stage: '$default',
      Method: 'GET',
      Resource: '/a',
    });
  });
});
