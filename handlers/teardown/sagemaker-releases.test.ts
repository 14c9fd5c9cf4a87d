import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterEach, expect, it } from 'vitest';
import { SageMakerReleases } from './sagemaker-releases.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Answer = (input: Record<string, unknown>) => object | Error;

/** A SageMaker that answers over the wire, and notes what it was asked. */
async function serve(
  answers: Readonly<Record<string, Answer>>,
  more: { readonly scoringPrefix?: string } = {},
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('SageMaker.', '');
    void text(request).then((body) => {
      asked.push(operation);
      const answer = answers[operation]?.(JSON.parse(body) as Record<string, unknown>) ?? {};
      const failed = answer instanceof Error;
      response.writeHead(failed ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(
          failed ? { __type: 'ValidationException', message: answer.message } : answer,
        ),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new SageMakerClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  closers.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const names = {
    endpoint: 'abalone',
    releasePrefix: 'abalone-v',
    modelPackageGroup: 'Group',
    ...more,
  };
  return { asked, releases: new SageMakerReleases(client, names, AbortSignal.abort()) };
}

// SageMaker's messages for resources that do not exist.
const missing = {
  DescribeEndpoint: () => new Error('Could not find endpoint "arn".'),
  DeleteEndpointConfig: () => new Error('Could not find endpoint configuration "arn".'),
  DeleteModel: () => new Error('Could not find model "arn".'),
  DeleteModelPackage: () => new Error('Model Package arn does not exist'),
  ListModelPackages: () => new Error('Model Package Group arn does not exist'),
};

const refuse = () => new Error('User is not authorized to perform: sagemaker:DeleteModel');
/** Two pages; names that merely contain ours are on the first. */
const pages = (list: string, name: string) => (input: Record<string, unknown>) =>
  input['NextToken'] === undefined
    ? { [list]: [{ [name]: 'big-abalone-v1' }], NextToken: 'more' }
    : { [list]: [{ [name]: 'abalone-v1' }] };

it('treats resources that do not exist as removed, as after a creation that failed', async () => {
  const { releases } = await serve(missing);

  await releases.deleteEndpoint();
  await releases.deleteEndpointConfig('c');
  await releases.deleteModel('m');
  await releases.deleteModelPackage('p');

  expect(await releases.listModelPackages()).toEqual([]);
});

it('does not treat other errors so', async () => {
  const { releases } = await serve({ DeleteModel: refuse });

  await expect(releases.deleteModel('m')).rejects.toThrow(/not authorized/);
});

it('lists to the last page, and only names that begin as ours do', async () => {
  const { releases } = await serve({
    ListEndpointConfigs: pages('EndpointConfigs', 'EndpointConfigName'),
    ListModels: pages('Models', 'ModelName'),
    ListModelPackages: pages('ModelPackageSummaryList', 'ModelPackageArn'),
  });

  expect(await releases.listEndpointConfigs()).toEqual(['abalone-v1']);
  expect(await releases.listModels()).toEqual(['abalone-v1']);
  expect(await releases.listModelPackages()).toEqual(['big-abalone-v1', 'abalone-v1']);
});

it('lists models that an aborted scoring left', async () => {
  const models = ['abalone-v1', 'abalone-score-0123456789ab', 'big-abalone-score-1'];
  const list: Answer = ({ NameContains: part }) => ({
    Models: models
      .filter((name) => name.includes(String(part)))
      .map((name) => ({ ModelName: name })),
  });
  const { releases } = await serve({ ListModels: list }, { scoringPrefix: 'abalone-score-' });

  expect(await releases.listModels()).toEqual(['abalone-v1', 'abalone-score-0123456789ab']);
});

it.each([
  ['InService', ['DescribeEndpoint', 'DeleteEndpoint']],
  ['Failed', ['DescribeEndpoint', 'DeleteEndpoint']],
  ['Updating', ['DescribeEndpoint']],
  ['Deleting', ['DescribeEndpoint']],
])('stops waiting for an endpoint that is %s when it must', async (status, requests) => {
  const { asked, releases } = await serve({ DescribeEndpoint: () => ({ EndpointStatus: status }) });

  await expect(releases.deleteEndpoint()).rejects.toThrow(/aborted/);

  expect(asked).toEqual(requests);
});
