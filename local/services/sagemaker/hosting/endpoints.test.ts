import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  baking,
  type HostingBench,
  modelArchive,
  namedModel,
  ROLE,
  SKLEARN,
  startHostingBench,
} from '../../../testing/hosting.testing.ts';

let bench: HostingBench;

beforeAll(async () => {
  bench = await startHostingBench();
  await bench.createConfig('blue', namedModel('blue'));
  await bench.createConfig('green', namedModel('green'));
});

afterAll(async () => {
  await bench.close();
});

const arn = (resource: string) => `arn:aws:sagemaker:us-east-1:000000000000:${resource}`;

const canary = (percent = 10, alarms: readonly string[] = []) => ({
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: 'CANARY' as const,
      CanarySize: { Type: 'CAPACITY_PERCENT' as const, Value: percent },
      WaitIntervalInSeconds: 300,
    },
    TerminationWaitInSeconds: 120,
  },
  ...(alarms.length === 0
    ? {}
    : { AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) } }),
});

async function share(endpoint: string, requests: number): Promise<number> {
  let green = 0;
  for (let index = 0; index < requests; index += 1) {
    if ((await bench.invoke(endpoint, 'x')) === 'green') green += 1;
  }
  return green / requests;
}

describe('an endpoint', () => {
  it('is created, serves requests and publishes its states', async () => {
    const created = await bench.createEndpoint('first', 'blue');

    expect(created).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'blue',
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          CurrentWeight: 1,
          DesiredWeight: 1,
          CurrentInstanceCount: 1,
          DesiredInstanceCount: 1,
          DeployedImages: [{ SpecifiedImage: SKLEARN }],
        },
      ],
    });
    expect(await bench.invoke('first', 'x')).toBe('blue');
    const states = bench.events
      .filter((event) => event['detail-type'] === 'SageMaker Endpoint State Change')
      .filter((event) => event.resources[0] === created.EndpointArn)
      .map((event) => (event.detail as { EndpointStatus: string }).EndpointStatus);
    expect(states).toEqual(['CREATING', 'IN_SERVICE']);
  });

  it('shifts all traffic to a new config if there is no deployment config', async () => {
    await bench.createEndpoint('at-once', 'blue');

    await bench.update('at-once', 'green');
    const updated = await bench.until('at-once', (e) => e.EndpointStatus === 'InService');

    expect(updated.EndpointConfigName).toBe('green');
    expect(await share('at-once', 5)).toBe(1);
  });

  it('gives a canary its exact share, then all traffic, and ends the old fleet', async () => {
    await bench.createEndpoint('canary', 'blue');

    await bench.update('canary', 'green', canary(10));
    const onCanary = await bench.until('canary', baking('canary'));
    const canaryShare = await share('canary', 50);
    bench.clock.advance(300_000);
    const onFull = await bench.until('canary', baking('full'));
    const fullShare = await share('canary', 10);
    bench.clock.advance(120_000);
    const done = await bench.until('canary', (e) => e.EndpointStatus === 'InService');

    expect(onCanary).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'blue',
      ProductionVariants: [{ CurrentWeight: 0.9, VariantStatus: [{ Status: 'Baking' }] }],
      PendingDeploymentSummary: {
        EndpointConfigName: 'green',
        ProductionVariants: [{ CurrentWeight: 0.1 }],
      },
    });
    expect(canaryShare).toBe(0.1);
    expect(onFull.PendingDeploymentSummary?.ProductionVariants?.[0]?.VariantStatus).toMatchObject([
      {
        Status: 'Baking',
        StatusMessage:
          'Baking for 120 seconds (TerminationWaitInSeconds) with traffic enabled on full capacity of 1 instance(s).',
      },
    ]);
    expect(fullShare).toBe(1);
    expect(done).toMatchObject({
      EndpointConfigName: 'green',
      LastDeploymentConfig: canary(10),
    });
    expect(done.PendingDeploymentSummary).toBeUndefined();
    const messages = bench.events
      .filter((event) => event['detail-type'] === 'SageMaker Endpoint Deployment State Change')
      .filter((event) => event.resources[0] === done.EndpointArn)
      .map((event) => {
        const { PendingDeploymentSummary: summary } = event.detail as {
          PendingDeploymentSummary: {
            ProductionVariants: { VariantStatus: { Status: string }[] }[];
          };
        };
        return summary.ProductionVariants[0]?.VariantStatus[0]?.Status;
      });
    expect(messages).toEqual([
      'Creating',
      'ActivatingTraffic',
      'Baking',
      'ActivatingTraffic',
      'Baking',
      'Baking',
    ]);
  });

  it('shifts traffic in linear steps', async () => {
    await bench.createEndpoint('linear', 'blue');
    const shares: number[] = [];

    await bench.update('linear', 'green', {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'LINEAR',
          LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 50 },
          WaitIntervalInSeconds: 60,
        },
      },
    });
    await bench.until('linear', baking('partial'));
    shares.push(await share('linear', 20));
    bench.clock.advance(60_000);
    await bench.until('linear', (e) => e.EndpointStatus === 'InService');
    shares.push(await share('linear', 20));

    expect(shares).toEqual([0.5, 1]);
  });

  it('replaces a fleet batch by batch', async () => {
    await bench.createConfig('blue-4', namedModel('blue'), { InitialInstanceCount: 4 });
    await bench.createConfig('green-4', namedModel('green'), { InitialInstanceCount: 4 });
    await bench.createEndpoint('rolling', 'blue-4');

    await bench.update('rolling', 'green-4', {
      RollingUpdatePolicy: {
        MaximumBatchSize: { Type: 'INSTANCE_COUNT', Value: 2 },
        WaitIntervalInSeconds: 60,
      },
    });
    await bench.until('rolling', baking('partial'));
    const half = await share('rolling', 20);
    bench.clock.advance(60_000);
    await bench.until('rolling', baking('full'));
    const full = await share('rolling', 8);
    bench.clock.advance(60_000);
    const done = await bench.until('rolling', (e) => e.EndpointStatus === 'InService');

    expect([half, full]).toEqual([0.5, 1]);
    expect(done).toMatchObject({
      EndpointConfigName: 'green-4',
      ProductionVariants: [{ CurrentInstanceCount: 4 }],
    });
  }, 40_000);

  it('rolls back when an alarm goes into ALARM while it bakes', async () => {
    bench.alarms.set('errors', 'OK');
    await bench.createEndpoint('guarded', 'blue');

    await bench.update('guarded', 'green', canary(10, ['errors']));
    await bench.until('guarded', baking('canary'));
    bench.ring('errors');
    const back = await bench.until('guarded', (e) => e.EndpointStatus === 'InService');

    expect(back).toMatchObject({
      EndpointConfigName: 'blue',
      FailureReason:
        'The deployment was rolled back because the following auto-rollback alarm(s) went into ALARM state: errors.',
    });
    expect(back.PendingDeploymentSummary).toBeUndefined();
    expect(await share('guarded', 10)).toBe(0);
    const statuses = bench.events
      .filter((event) => event['detail-type'] === 'SageMaker Endpoint State Change')
      .filter((event) => event.resources[0] === back.EndpointArn)
      .map(({ detail }) => (detail as { readonly EndpointStatus: string }).EndpointStatus);
    expect(statuses).toEqual(['CREATING', 'IN_SERVICE', 'UPDATING', 'ROLLING_BACK', 'IN_SERVICE']);
  });

  it('rolls back before any traffic shifts if an alarm is already in ALARM', async () => {
    bench.alarms.set('ringing', 'ALARM');
    await bench.createEndpoint('ringing', 'blue');

    await bench.update('ringing', 'green', canary(10, ['ringing']));
    const back = await bench.until('ringing', (e) => e.EndpointStatus === 'InService');

    expect(back.EndpointConfigName).toBe('blue');
    expect(back.FailureReason).toContain('ringing');
  });

  it('rolls back if the new container does not start, with its last lines', async () => {
    await bench.createConfig('broken', 'raise RuntimeError("cannot load libfoo")');
    await bench.createEndpoint('steady', 'blue');

    await bench.update('steady', 'broken', canary());
    const back = await bench.until('steady', (e) => e.EndpointStatus === 'InService');

    expect(back.EndpointConfigName).toBe('blue');
    expect(back.FailureReason).toMatch(
      /^The primary container for production variant AllTraffic did not pass the ping health check\. Please check CloudWatch logs for this endpoint\. .*cannot load libfoo/s,
    );
  });

  it('rolls back a rollout that exceeds its time limit', async () => {
    await bench.createEndpoint('long', 'blue');
    const config = canary();
    await bench.update('long', 'green', {
      BlueGreenUpdatePolicy: {
        ...config.BlueGreenUpdatePolicy,
        MaximumExecutionTimeoutInSeconds: 600,
      },
    });
    await bench.until('long', baking('canary'));
    bench.clock.advance(500_000);
    await bench.until('long', baking('full'));
    bench.clock.advance(100_000);
    const back = await bench.until('long', (e) => e.EndpointStatus === 'InService');

    expect(back).toMatchObject({
      EndpointConfigName: 'blue',
      FailureReason: 'The deployment did not end within MaximumExecutionTimeoutInSeconds (600).',
    });
  });

  it('keeps changed counts and weights if the request retains them', async () => {
    await bench.createEndpoint('retain', 'blue');
    await bench.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'retain',
        DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 }],
      }),
    );
    const scaled = await bench.until('retain', (e) => e.EndpointStatus === 'InService');

    await bench.update('retain', 'green', undefined, { RetainAllVariantProperties: true });
    const updated = await bench.until('retain', (e) => e.EndpointStatus === 'InService');

    expect(scaled.ProductionVariants?.[0]?.CurrentInstanceCount).toBe(2);
    expect(updated).toMatchObject({
      EndpointConfigName: 'green',
      ProductionVariants: [{ CurrentInstanceCount: 2, DesiredInstanceCount: 2 }],
    });
  });

  it('keeps serving after its config and model are deleted', async () => {
    await bench.createConfig('doomed', namedModel('doomed'));
    await bench.createEndpoint('orphan', 'doomed');
    await bench.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'doomed' }));
    await bench.sagemaker.send(new DeleteModelCommand({ ModelName: 'doomed' }));

    await bench.update('orphan', 'green', canary(10, []));
    await bench.until('orphan', baking('canary'));
    const before = await share('orphan', 20);
    bench.clock.advance(300_000);
    await bench.until('orphan', baking('full'));
    bench.clock.advance(120_000);
    const done = await bench.until('orphan', (e) => e.EndpointStatus === 'InService');

    expect(before).toBe(0.1);
    expect(done.EndpointConfigName).toBe('green');
  });

  it('loses no request while it is updated', async () => {
    await bench.createEndpoint('busy', 'blue');
    const failures: unknown[] = [];
    const load = { stop: false, requests: 0 };
    const client = async () => {
      while (!load.stop) {
        load.requests += 1;
        await bench.invoke('busy', 'x').catch((error: unknown) => failures.push(error));
      }
    };
    const clients = Promise.all([client(), client(), client(), client()]);

    await bench.update('busy', 'green', canary(50));
    await bench.until('busy', baking('canary'));
    bench.clock.advance(300_000);
    await bench.until('busy', baking('full'));
    bench.clock.advance(120_000);
    await bench.until('busy', (e) => e.EndpointStatus === 'InService');
    await bench.update('busy', 'blue');
    await bench.until('busy', (e) => e.EndpointStatus === 'InService');
    load.stop = true;
    await clients;

    expect(failures).toEqual([]);
    expect(load.requests).toBeGreaterThan(50);
  });

  it('answers no requests while it is created', async () => {
    await bench.createConfig('slow', `import time\ntime.sleep(1)\n${namedModel('slow')}`);
    await bench.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: 'slow', EndpointConfigName: 'slow' }),
    );

    await expect(bench.invoke('slow', 'x')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint slow of account 000000000000 not found.',
    });
    await bench.until('slow', ({ EndpointStatus }) => EndpointStatus === 'InService');
    expect(await bench.invoke('slow', 'x')).toBe('slow');
  });

  it('does not exist after its deletion', async () => {
    await bench.createEndpoint('gone', 'blue');

    await bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'gone' }));
    const deleted = bench.until('gone', () => false);

    await expect(deleted).rejects.toThrow(
      'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/gone".',
    );
    await expect(bench.invoke('gone', 'x')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint gone of account 000000000000 not found.',
    });
  });
});

const update = (config: object) => bench.update('refusing', 'green', config);
const blueGreen = (routing: object, more: object = {}) => ({
  BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: routing, ...more },
});

describe('a refusal', () => {
  beforeAll(async () => {
    await bench.createEndpoint('refusing', 'blue');
  });

  const beyond: readonly (readonly [string, object, string])[] = [
    [
      'a canary above half of the fleet',
      blueGreen({
        Type: 'CANARY',
        WaitIntervalInSeconds: 0,
        CanarySize: { Type: 'CAPACITY_PERCENT', Value: 51 },
      }),
      'CanarySize 51 of type CAPACITY_PERCENT is not allowed',
    ],
    [
      'a canary of one instance out of one',
      blueGreen({
        Type: 'CANARY',
        WaitIntervalInSeconds: 0,
        CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 },
      }),
      'CanarySize 1 of type INSTANCE_COUNT is not allowed for a fleet of 1 instance(s)',
    ],
    [
      'linear steps below a tenth',
      blueGreen({
        Type: 'LINEAR',
        WaitIntervalInSeconds: 0,
        LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 9 },
      }),
      'LinearStepSize 9 of type CAPACITY_PERCENT is not allowed',
    ],
    [
      'a canary without size',
      blueGreen({ Type: 'CANARY', WaitIntervalInSeconds: 0 }),
      'CanarySize must be specified',
    ],
    [
      'a wait above an hour',
      blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 3_601 }),
      "Value '3601' at 'deploymentConfig.blueGreenUpdatePolicy.trafficRoutingConfiguration.waitIntervalInSeconds' failed to satisfy constraint: Member must have value less than or equal to 3600",
    ],
    [
      'more waiting than time',
      blueGreen(
        { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
        { TerminationWaitInSeconds: 900, MaximumExecutionTimeoutInSeconds: 600 },
      ),
      'must be greater than the sum of all waiting times',
    ],
    [
      'both policies',
      {
        ...blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }),
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 50 },
          WaitIntervalInSeconds: 0,
        },
      },
      'not both',
    ],
    [
      'alarms that do not exist',
      {
        ...blueGreen({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 }),
        AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'nowhere' }] },
      },
      'Could not find the CloudWatch alarm(s) nowhere',
    ],
  ];

  it.each(beyond)('meets %s', async (_, config, message) => {
    await expect(update(config)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('applies to changes of an endpoint in progress', async () => {
    await bench.createEndpoint('in-progress', 'blue');
    await bench.update('in-progress', 'green', canary());
    const { EndpointArn: arn } = await bench.until('in-progress', baking('canary'));
    const message = `Cannot update in-progress endpoint "${arn}".`;

    const refusals = await Promise.allSettled([
      bench.update('in-progress', 'blue'),
      bench.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'in-progress' })),
      bench.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'in-progress',
          DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 }],
        }),
      ),
    ]);

    expect(refusals).toMatchObject(
      refusals.map(() => ({
        status: 'rejected',
        reason: { name: 'ValidationException', message },
      })),
    );
  });

  it('applies to existing and missing names, in AWS’s words', async () => {
    const create = (EndpointName: string, EndpointConfigName: string) =>
      bench.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));

    await expect(create('refusing', 'blue')).rejects.toThrow(
      `Cannot create already existing endpoint "${arn('endpoint/refusing')}".`,
    );
    await expect(create('new', 'nowhere')).rejects.toThrow(
      `Could not find endpoint configuration "${arn('endpoint-config/nowhere')}".`,
    );
    await expect(bench.createConfig('blue', '')).rejects.toThrow(
      `Cannot create already existing model "${arn('model/blue')}".`,
    );
    await expect(create('a_b', 'blue')).rejects.toThrow(
      "1 validation error detected: Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must satisfy regular expression pattern",
    );
    await expect(
      bench.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: 'c',
          ProductionVariants: [
            {
              VariantName: 'v',
              ModelName: 'nowhere',
              InstanceType: 'ml.m5.large',
              InitialInstanceCount: 1,
            },
          ],
        }),
      ),
    ).rejects.toThrow(`Could not find model "${arn('model/nowhere')}".`);
    await expect(
      bench.sagemaker.send(
        new CreateModelCommand({
          ModelName: 'no-data',
          ExecutionRoleArn: ROLE,
          PrimaryContainer: { Image: SKLEARN, ModelDataUrl: 's3://models/nowhere.tar.gz' },
        }),
      ),
    ).rejects.toThrow('Could not find model data at s3://models/nowhere.tar.gz.');
  });
});

async function fails(name: string, archive: Uint8Array | undefined, image = SKLEARN) {
  const key = `models/${name}.tar.gz`;
  await bench.objects.put(key, archive ?? new Uint8Array());
  await bench.sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image: image, ModelDataUrl: `s3://${key}` },
    }),
  );
  if (archive === undefined) await bench.objects.delete(key);
  await bench.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'v',
          ModelName: name,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
        },
      ],
    }),
  );
  const endpoint = await bench.createEndpoint(name, name);
  return endpoint.EndpointStatus === 'Failed' ? endpoint.FailureReason : undefined;
}

describe('a fleet that cannot be started', () => {
  it('reports that the image does not exist', async () => {
    const archive = modelArchive({ 'code/inference.py': namedModel('x') });

    const reason = await fails(
      'no-image',
      archive,
      '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:99.0-0',
    );

    expect(reason).toMatch(
      /^Please make sure all images included in the model for the production variant v exist, and that the execution role used to create the model has permissions to access them\./,
    );
  });

  it('reports that the model is missing, truncated or has paths outside its folder', async () => {
    const whole = modelArchive({ 'code/inference.py': namedModel('x') });

    const missing = await fails('missing', undefined);
    const truncated = await fails('truncated', whole.subarray(0, whole.length - 8));
    const traversal = await fails('traversal', modelArchive({ '../../evil.py': 'x' }));

    expect(missing).toMatch(
      /^Failed to download model data for container "container_1" from URL: "s3:\/\/models\/missing\.tar\.gz"\. Please ensure that there is an object located at the URL/,
    );
    expect(truncated).toMatch(
      /^Failed to extract model data archive for container "container_1" from URL "s3:\/\/models\/truncated\.tar\.gz"\. Please ensure that the object located at the URL is a valid tar\.gz archive\./,
    );
    expect(traversal).toContain('the entry ../../evil.py leads out');
  });

  it('fails immediately with the last lines of a container that ends', async () => {
    const archive = modelArchive({
      'code/inference.py': 'def model_fn(model_dir): raise OSError("model.joblib is missing")',
    });

    const reason = await fails('no-model', archive);

    expect(reason).toMatch(
      /^The primary container for production variant v did not pass the ping health check\..*OSError: model\.joblib is missing/s,
    );
  });
});
