import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, it, vi } from 'vitest';
import { removeContainerService } from './container-service.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const names = { cluster: 'c', service: 'abalone', family: 'abalone-serving' };
const revision = (number: number) =>
  `arn:aws:ecs:eu-west-1:1:task-definition/abalone-serving:${number}`;

type Answer = (input: Record<string, unknown>) => object;

/** AWS over the wire, which notes what it was asked. An answer with a `__type` is an error. */
async function serve(answers: Readonly<Record<string, Answer>>) {
  const asked: (readonly [string, Record<string, unknown>])[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    void text(request).then((body) => {
      const input = JSON.parse(body) as Record<string, unknown>;
      asked.push([operation, input]);
      const answer = answers[operation]?.(input) ?? {};
      response.writeHead('__type' in answer ? 400 : 200, {
        'content-type': 'application/x-amz-json-1.1',
      });
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const clients = {
    ecs: new ECSClient(config),
    autoscaling: new ApplicationAutoScalingClient(config),
  };
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    asked,
    remove: () => removeContainerService(clients, names, { signal: new AbortController().signal }),
  };
}

it('removes what scales the service, the service, and the revisions of all pages', async () => {
  const statuses = ['ACTIVE', 'DRAINING', 'INACTIVE'];
  const { asked, remove } = await serve({
    DescribeServices: () => ({ services: [{ status: statuses.shift() }] }),
    ListTaskDefinitions: ({ nextToken }) =>
      nextToken === undefined
        ? { taskDefinitionArns: [revision(1)], nextToken: 'more' }
        : { taskDefinitionArns: [revision(2)] },
  });

  expect(await remove()).toEqual(['abalone', revision(1), revision(2)]);

  expect(asked.map(([operation]) => operation)).toEqual([
    'DeregisterScalableTarget',
    'DescribeServices',
    'DeleteService',
    'DescribeServices',
    'DescribeServices',
    'ListTaskDefinitions',
    'ListTaskDefinitions',
    'DeregisterTaskDefinition',
    'DeregisterTaskDefinition',
  ]);
  expect(asked[0]?.[1]).toEqual({
    ServiceNamespace: 'ecs',
    ResourceId: 'service/c/abalone',
    ScalableDimension: 'ecs:service:DesiredCount',
  });
  expect(asked[2]?.[1]).toEqual({ cluster: 'c', service: 'abalone', force: true });
});

it('accepts that no model ever went live, and that others removed it', async () => {
  const nothing = { DescribeServices: () => ({ services: [], failures: [{ reason: 'MISSING' }] }) };
  const { remove } = await serve({
    ...nothing,
    DeregisterScalableTarget: () => ({ __type: 'ObjectNotFoundException', message: 'No target' }),
  });
  expect(await remove()).toEqual([]);

  const gone = await serve({
    DescribeServices: () => ({ __type: 'ClusterNotFoundException', message: 'Cluster not found.' }),
  });
  expect(await gone.remove()).toEqual([]);
});

it('does not treat other errors so', async () => {
  const { remove } = await serve({
    DescribeServices: () => ({ __type: 'AccessDeniedException', message: 'not authorized' }),
  });

  await expect(remove()).rejects.toThrow(/not authorized/);
});
