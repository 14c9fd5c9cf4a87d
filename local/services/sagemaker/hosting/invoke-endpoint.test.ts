import {
  type ContainerDefinition,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type HostingBench,
  modelArchive,
  namedModel,
  ROLE,
  SKLEARN,
  startHostingBench,
} from '../../../testing/hosting.testing.ts';

let bench: HostingBench;

const echo = `
import time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    if data == "boom": raise ValueError("boom")
    if data == "die":
        import os
        os._exit(3)
    if data.startswith("bad"):
        from sagemaker_containers.beta.framework import worker
        text = "row 1: field rings: NaN is not a number"
        return worker.Response(text, status=400, mimetype="text/plain")
    if data.startswith("sleep"): time.sleep(float(data.split()[1]))
    return f"{data}|{content_type}|{accept}", "text/csv"
`;

beforeAll(async () => {
  bench = await startHostingBench();
  await bench.createConfig('echo', echo);
  await bench.createEndpoint('echo', 'echo');
});

afterAll(async () => {
  await bench.close();
});

const weighted = (name: string, weight: number) => ({
  VariantName: name,
  ModelName: name,
  InstanceType: 'ml.m5.large' as const,
  InitialInstanceCount: 1,
  InitialVariantWeight: weight,
});

const failure = (body: string) => bench.invoke('echo', body).catch((error: unknown) => error);

const appendsItsName = (step: string) => `
from pathlib import Path
def model_fn(model_dir): return "${step}"
def transform_fn(model, data, content_type, accept):
    if data == f"fail {model}": raise ValueError(model)
    if data == "write": return Path("written").write_text("all of it"), "text/plain"
    return f"{data}>{model}({content_type})", f"text/{model}"
`;

async function createPipeline(
  name: string,
  mode?: 'Direct',
  script = appendsItsName,
): Promise<void> {
  const containers: ContainerDefinition[] = [];
  for (const step of ['first', 'second']) {
    const key = `models/${name}-${step}.tar.gz`;
    await bench.objects.put(
      key,
      modelArchive({
        'code/inference.py': script(step),
      }),
    );
    containers.push({
      Image: SKLEARN,
      ModelDataUrl: `s3://${key}`,
      ...(mode === undefined ? {} : { ContainerHostname: step }),
    });
  }
  await bench.sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: ROLE,
      Containers: containers,
      ...(mode === undefined ? {} : { InferenceExecutionConfig: { Mode: mode } }),
    }),
  );
  await bench.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: name,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
        },
      ],
    }),
  );
  await bench.createEndpoint(name, name);
}

describe('InvokeEndpoint', () => {
  it('answers with body, content type and the variant', async () => {
    const answer = await bench.client.send(
      new InvokeEndpointCommand({
        EndpointName: 'echo',
        Body: 'hello',
        ContentType: 'text/csv',
        Accept: 'text/csv',
      }),
    );

    expect(answer).toMatchObject({
      ContentType: 'text/csv; charset=utf-8',
      InvokedProductionVariant: 'AllTraffic',
    });
    expect(Buffer.from(answer.Body).toString()).toBe('hello|text/csv|text/csv');
  });

  it('sends a request through all containers of a pipeline', async () => {
    await createPipeline('pipeline');

    const body = await bench.invoke('pipeline', 'x');

    // The image appends the character set, and the next container reads a body of such a type as bytes.
    expect(body).toBe("b'x>first(text/csv)'>second(text/first; charset=utf-8)");
    await expect(bench.invoke('pipeline', 'fail first')).rejects.toThrow(
      /^Received server error \(500\) from container-1 with message "<!doctype html>/,
    );
  });

  it('gives each container of a pipeline its own process once a script needs one', async () => {
    const announcements = () =>
      bench.logLines.filter(
        ({ logGroup, message }) =>
          logGroup === '/aws/sagemaker/Endpoints/shared' && message.startsWith('Serving on'),
      );
    await createPipeline('shared');
    const together = await bench.invoke('shared', 'x');
    // The log comes by a pipe of its own.
    await expect.poll(() => announcements().length).toBe(1);

    const failure = await bench.invoke('shared', 'write').catch((error: unknown) => error);

    // The script's answer is a number, which the image refuses: the error is the first container's own.
    expect(failure).toMatchObject({
      message: expect.stringContaining('server error (500) from container-1'),
    });
    await expect.poll(() => announcements().length).toBe(3);
    expect(await bench.invoke('shared', 'x')).toBe(together);
  });

  it('invokes the container that the client names in Direct mode', async () => {
    await createPipeline('direct', 'Direct');

    const body = await bench.invoke('direct', 'x', { TargetContainerHostname: 'second' });

    expect(body).toBe('x>second(text/csv)');
    await expect(bench.invoke('direct', 'x')).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(
      bench.invoke('echo', 'x', { TargetContainerHostname: 'second' }),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('reports the container’s own errors as AWS does', async () => {
    const client = await failure('bad');
    const server = await failure('boom');

    expect(client).toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: 400,
      OriginalMessage: 'row 1: field rings: NaN is not a number',
      message:
        'Received client error (400) from primary with message "row 1: field rings: NaN is not a number". See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/echo in account 000000000000 for more information.',
    });
    expect(server).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 500,
      message: expect.stringMatching(
        /^Received server error \(500\) from primary with message "<!doctype html>/,
      ),
    });
  });

  it('replaces a container that ended and reports it to the client', async () => {
    await bench.createEndpoint('mortal', 'echo');

    await expect(bench.invoke('mortal', 'die')).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 0,
    });
    const answer = await eventually(() => bench.invoke('mortal', 'again').catch(() => undefined));

    expect(answer).toMatch(/^again/);
  });

  it('rejects a body over the limit', async () => {
    const body = Buffer.alloc(25 * 1024 * 1024 + 1);

    const refusal = bench.client.send(
      new InvokeEndpointCommand({ EndpointName: 'echo', Body: body }),
    );

    await expect(refusal).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
  });

  it('names unsupported features', async () => {
    await expect(bench.invoke('echo', 'x', { TargetModel: 'm.tar.gz' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
      message: expect.stringContaining('TargetModel'),
    });
  });

  it('records metrics of each request by variant and by config', async () => {
    await bench.createEndpoint('measured', 'echo');
    bench.metrics.length = 0;

    await bench.invoke('measured', 'x');
    await bench.invoke('measured', 'boom').catch(() => {});
    await bench.invoke('measured', 'bad').catch(() => {});
    const mine = bench.metrics.filter((datum) => datum.dimensions['EndpointName'] === 'measured');

    const variant = { EndpointName: 'measured', VariantName: 'AllTraffic' };
    const values = (name: string, dimensions: object) =>
      mine
        .filter((datum) => datum.name === name)
        .filter((datum) => JSON.stringify(datum.dimensions) === JSON.stringify(dimensions))
        .map((datum) => datum.value);
    for (const dimensions of [variant, { ...variant, EndpointConfigName: 'echo' }]) {
      expect(values('Invocations', dimensions)).toEqual([1, 1, 1]);
      expect(values('Invocation5XXErrors', dimensions)).toEqual([0, 1, 0]);
      expect(values('Invocation4XXErrors', dimensions)).toEqual([0, 0, 1]);
      expect(values('InvocationModelErrors', dimensions)).toEqual([0, 1, 1]);
      expect(values('ModelLatency', dimensions).every((value) => value > 50)).toBe(true);
    }
    expect(new Set(mine.map((datum) => datum.namespace))).toEqual(new Set(['AWS/SageMaker']));
    expect(mine.find((datum) => datum.name === 'OverheadLatency')?.unit).toBe('Microseconds');
  });

  it('writes the containers’ output to the endpoint’s log', async () => {
    await bench.invoke('echo', 'boom').catch(() => {});

    const lines = bench.logLines.filter(
      (line) => line.logGroup === '/aws/sagemaker/Endpoints/echo' && line.message.includes('boom'),
    );

    expect(lines[0]?.logStream).toMatch(/^AllTraffic\/i-[0-9a-f]{17}$/);
  });

  it('divides traffic by the current weights, or sends it to the named variant', async () => {
    await bench.createConfig('a', namedModel('a'));
    await bench.createConfig('b', namedModel('b'));
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'ab',
        ProductionVariants: [weighted('a', 3), weighted('b', 1)],
      }),
    );
    await bench.createEndpoint('ab', 'ab');
    const count = async () => {
      const answers: string[] = [];
      for (let index = 0; index < 8; index += 1) answers.push(await bench.invoke('ab', 'x'));
      return answers.filter((answer) => answer === 'b').length;
    };

    const before = await count();
    await bench.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'ab',
        DesiredWeightsAndCapacities: [{ VariantName: 'b', DesiredWeight: 3 }],
      }),
    );
    await bench.until('ab', (e) => e.EndpointStatus === 'InService');
    const after = await count();
    const targeted = await bench.invoke('ab', 'x', { TargetVariant: 'b' });

    expect([before, after, targeted]).toEqual([2, 4, 'b']);
    await expect(bench.invoke('ab', 'x', { TargetVariant: 'c' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('captures data in SageMaker’s format', async () => {
    await bench.createConfig(
      'captured',
      echo,
      {},
      {
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 50,
          DestinationS3Uri: 's3://captures/here',
          CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
        },
      },
    );
    await bench.createEndpoint('captured', 'captured');

    for (const body of ['1', '2', '3', '4']) {
      await bench.invoke('captured', body, { InferenceId: `id-${body}` });
    }
    bench.clock.advance(60_000);
    const key = await eventually(async () => {
      return (await bench.objects.list('captures')).find((name) => name.startsWith('here/'));
    });
    const lines = (await bench.objects.read(`captures/${key}`)).trim().split('\n');

    expect(key).toMatch(
      /^here\/captured\/AllTraffic\/2026\/01\/01\/\d\d\/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$/,
    );
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      captureData: {
        endpointInput: {
          observedContentType: 'text/csv',
          mode: 'INPUT',
          data: '2',
          encoding: 'CSV',
        },
        endpointOutput: {
          observedContentType: 'text/csv; charset=utf-8',
          mode: 'OUTPUT',
          data: '2|text/csv|application/json',
          encoding: 'CSV',
        },
      },
      eventMetadata: {
        eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        inferenceId: 'id-2',
        inferenceTime: expect.stringMatching(/^2026-01-01T\d\d:\d\d:\d\dZ$/),
      },
      eventVersion: '0',
    });
  });

  it('sends a copy to the shadow variant and ignores its failures', async () => {
    await bench.createConfig(
      'shadowing',
      echo,
      {},
      {
        ShadowProductionVariants: [
          {
            VariantName: 'Shadow',
            ModelName: 'echo',
            InstanceType: 'ml.m5.large',
            InitialInstanceCount: 1,
            InitialVariantWeight: 0.5,
          },
        ],
      },
    );
    await bench.createEndpoint('shadowing', 'shadowing');
    bench.metrics.length = 0;
    const counted = (variant: string) =>
      bench.metrics.filter(
        (datum) =>
          datum.name === 'Invocations' &&
          datum.dimensions['VariantName'] === variant &&
          datum.dimensions['EndpointConfigName'] === undefined,
      ).length;

    for (let index = 0; index < 6; index += 1) await bench.invoke('shadowing', 'x');
    await eventually(() => (counted('Shadow') === 3 ? true : undefined));

    expect([counted('AllTraffic'), counted('Shadow')]).toEqual([6, 3]);
  });

  it('sends the shadow variant a copy of a failed request with the same event id', async () => {
    await bench.createConfig(
      'twins',
      echo,
      {},
      {
        ShadowProductionVariants: [{ ...weighted('Shadow', 1), ModelName: 'echo' }],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 50,
          DestinationS3Uri: 's3://captures/twins',
          CaptureOptions: [{ CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
        },
      },
    );
    await bench.createEndpoint('twins', 'twins');
    const counted = (variant: string, name: string) =>
      bench.metrics.filter(
        (datum) =>
          datum.name === name &&
          datum.value === 1 &&
          datum.dimensions['VariantName'] === variant &&
          datum.dimensions['EndpointConfigName'] === undefined,
      ).length;
    bench.metrics.length = 0;

    await bench.invoke('twins', 'boom').catch(() => undefined);
    for (const row of ['1', '2', '3', '4']) await bench.invoke('twins', row);
    await eventually(() => (counted('Shadow', 'Invocations') === 5 ? true : undefined));

    expect(counted('Shadow', 'Invocation5XXErrors')).toBe(1);
    bench.clock.advance(60_000);
    const keys = await eventually(async () => {
      const found = (await bench.objects.list('captures')).filter((key) => key.startsWith('twins'));
      return found.length === 2 ? found : undefined;
    });
    const idsOf = async (variant: string) => {
      const key = keys.find((name) => name.includes(`/${variant}/`));
      const text = await bench.objects.read(`captures/${key}`);
      return text.match(/(?<="eventId":")[0-9a-f-]{36}/g);
    };
    const ids = await idsOf('AllTraffic');
    expect(ids).toHaveLength(2);
    expect(await idsOf('Shadow')).toEqual(ids);
  });

  it('rejects the name of a shadow variant', async () => {
    const asked = bench.client.send(
      new InvokeEndpointCommand({
        EndpointName: 'shadowing',
        TargetVariant: 'Shadow',
        Body: 'x',
        ContentType: 'text/csv',
      }),
    );

    await expect(asked).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Variant Shadow not found for Endpoint shadowing.',
    });
  });

  it('throttles a serverless variant at its concurrency', async () => {
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'serverless',
        ProductionVariants: [
          {
            VariantName: 'AllTraffic',
            ModelName: 'echo',
            ServerlessConfig: { MemorySizeInMB: 2_048, MaxConcurrency: 2 },
          },
        ],
      }),
    );
    await bench.createEndpoint('serverless', 'serverless');

    const answers = await Promise.allSettled([
      bench.invoke('serverless', 'sleep 0.3'),
      bench.invoke('serverless', 'sleep 0.3'),
      bench.invoke('serverless', 'sleep 0.3'),
    ]);

    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toMatchObject([
      { reason: { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } } },
    ]);
    const measured = bench.metrics.filter(({ dimensions }) => {
      return dimensions['EndpointName'] === 'serverless' && !('EndpointConfigName' in dimensions);
    });
    expect([...new Set(measured.map(({ name }) => name))].sort()).toEqual([
      'Invocation4XXErrors',
      'Invocation5XXErrors',
      'Invocations',
      'ModelLatency',
      'OverheadLatency',
      'ServerlessConcurrentExecutionsUtilization',
    ]);
    // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html: the share of the maximum.
    const shares = measured.filter(({ name }) => name.endsWith('Utilization'));
    expect(new Set(shares.map(({ value }) => value))).toEqual(new Set([0.5, 1]));
  });

  it('queues or rejects 1,000 concurrent clients, and keeps serving', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, index) => bench.invoke('echo', String(index))),
    );

    const failures = answers.filter((answer) => answer.status === 'rejected');
    const names = new Set(failures.map((failure) => (failure.reason as Error).name));
    expect([...names].filter((name) => name !== 'ServiceUnavailable')).toEqual([]);
    expect(await bench.invoke('echo', 'still')).toMatch(/^still/);
  });
});

async function eventually<Value>(
  find: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const end = performance.now() + 30_000;
  for (;;) {
    const value = await find();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
