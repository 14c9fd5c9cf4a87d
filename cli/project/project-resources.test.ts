import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../connection/connection.ts';
import { findProject } from './project-resources.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:abalone';
const abalone = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: arn,
  promotionStateMachineArn: arn,
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:aws:sns:us-east-1:000000000000:abalone',
};
const choice = { environment: 'dev' };

/** Parameter Store of us-east-1, which answers for any region that a request is signed for. */
const parameters = createServer((request, response) => {
  const parameter = {
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/stepmill/dev/abalone',
    Name: '/stepmill/dev/abalone',
    Value: JSON.stringify(abalone),
  };
  const titanic = {
    ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/stepmill/two/titanic',
    Name: '/stepmill/two/titanic',
    Value: JSON.stringify({ ...abalone, project: 'titanic' }),
  };
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () =>
    response.end(
      JSON.stringify({
        Parameters: body.includes('/two/') ? [parameter, titanic] : [parameter],
      }),
    ),
  );
});
let endpoint: string;

beforeAll(async () => {
  await new Promise<void>((listening) => {
    parameters.listen(0, '127.0.0.1', listening);
  });
  endpoint = `http://127.0.0.1:${(parameters.address() as AddressInfo).port}`;
});

afterAll(() => {
  vi.unstubAllEnvs();
  parameters.close();
  parameters.closeAllConnections();
});

describe('a project of a runtime', () => {
  it('is found in any region of the environment', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');

    expect(await findProject(connect({ endpoint }), choice)).toEqual(abalone);
  });

  it('is found in the region of the runtime, and refused in the name of another', async () => {
    const found = await findProject(connect({ endpoint, region: 'us-east-1' }), choice);
    const elsewhere = findProject(connect({ endpoint, region: 'eu-west-1' }), choice);

    expect(found).toEqual(abalone);
    await expect(elsewhere).rejects.toThrow(
      'The runtime on this machine is in us-east-1, and --region names eu-west-1; nothing was done.',
    );
  });

  describe('among several', () => {
    const several = { environment: 'two' };

    it('is the one that is named', async () => {
      const found = await findProject(connect({ endpoint }), { ...several, project: 'titanic' });

      expect(found.project).toBe('titanic');
    });

    it('is the one that has the name of the data file', async () => {
      const found = await findProject(connect({ endpoint }), {
        ...several,
        file: 'downloads/titanic.csv',
      });

      expect(found.project).toBe('titanic');
    });

    it('is asked for otherwise', async () => {
      await expect(
        findProject(connect({ endpoint }), { ...several, file: 'data.csv' }),
      ).rejects.toThrow(
        'There are several projects: abalone, titanic. Name one with --project, or in the variable STEPMILL_PROJECT.',
      );
    });
  });
});
