import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../local/index.ts';
import { connect } from './connection.ts';
import { findProject } from './project-resources.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:abalone';
const abalone = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  trainingStateMachineArn: arn,
  promotionStateMachineArn: arn,
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:aws:sns:us-east-1:000000000000:abalone',
};
const choice = { environment: 'dev' };

let runtime: Runtime;

beforeAll(async () => {
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  await connect({ endpoint: runtime.endpoint }).ssm.send(
    new PutParameterCommand({
      Name: '/stepmill/dev/abalone',
      Type: 'String',
      Value: JSON.stringify(abalone),
    }),
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await runtime.stop();
});

describe('a project of a runtime', () => {
  it('is found whatever region the environment has', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');

    const found = await findProject(connect({ endpoint: runtime.endpoint }), choice);

    expect(found).toEqual(abalone);
  });

  it('is found in the region of the runtime, and refused in the name of another', async () => {
    const { endpoint } = runtime;

    const found = await findProject(connect({ endpoint, region: 'us-east-1' }), choice);
    const elsewhere = findProject(connect({ endpoint, region: 'eu-west-1' }), choice);

    expect(found).toEqual(abalone);
    await expect(elsewhere).rejects.toThrow(
      'The runtime on this machine is in us-east-1, and --region names eu-west-1; nothing was done.',
    );
  });
});
