import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, expect, it } from 'vitest';
import { parseImageName } from './image-name.ts';
import { EcrRegistry } from './image-registry.ts';

const { repository } = parseImageName(
  '222222222222.dkr.ecr.us-east-1.amazonaws.com/abalone/models',
);
const image = { digest: 'sha256:d', mediaType: 'type', tag: 'sha256-d', text: '{}' };

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A registry of ECR that answers with these errors, one after the other; and the tags that it was asked for. */
async function refusing(...errors: readonly string[]) {
  const tags: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const error = errors[tags.length];
      tags.push((JSON.parse(body) as { imageTag?: string }).imageTag);
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: error, message: error }));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = new ECRClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  closers.push(() => {
    client.destroy();
    server.close();
  });
  return { registry: new EcrRegistry(client), tags };
}

it('an image that is there already is no error', async () => {
  const { registry, tags } = await refusing('ImageAlreadyExistsException');

  await registry.putImage(repository, image);

  expect(tags).toEqual(['sha256-d']);
});

// A tag that is immutable is refused to its own image: https://github.com/aws/containers-roadmap/issues/2179
it('nor is one that has its immutable tag already', async () => {
  const { registry, tags } = await refusing(
    'ImageTagAlreadyExistsException',
    'ImageAlreadyExistsException',
  );

  await registry.putImage(repository, image);

  expect(tags).toEqual(['sha256-d', undefined]);
});

it('any other error is', async () => {
  const { registry } = await refusing('ImageTagAlreadyExistsException', 'LayersNotFoundException');

  await expect(registry.putImage(repository, image)).rejects.toThrow('LayersNotFoundException');
});
