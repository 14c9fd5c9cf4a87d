import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../cloud/principal.ts';
import { publishImages } from '../provision/images.ts';
import { createEcrService } from '../services/ecr/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { createImageRecords } from '../testing/image-records.testing.ts';
import { makeContext } from './recipe/context.testing.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const REGISTRY = '000000000000.dkr.ecr.us-east-1.amazonaws.com';

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-images-'));
  runtime = await startTestRuntime([createEcrService], { pythonFolder: folder });
  await createImageRecords(runtime.cloud);
});

afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function publish(imageTag: string, dockerfile: string): Promise<string> {
  await publishImages(runtime.cloud, [
    {
      folder: makeContext(dockerfile, {
        'run.sh': '#!/bin/sh\necho "$0 says $WORD to $1"; exit 3\n',
      }),
      id: imageTag,
      repositoryName: 'images',
      imageTag,
      recipe: { dockerfile: 'Dockerfile', buildArguments: { WORD: 'hello' } },
    },
  ]);
  return `${REGISTRY}/images:${imageTag}`;
}

const SCRIPT =
  'FROM scratch\nARG WORD\nENV WORD=$WORD\nCOPY --chmod=755 run.sh /app/\nENTRYPOINT ["/app/run.sh"]\nCMD ["someone"]';

const pull = (uri: string) => runtime.cloud.containers.pull(uri, { principal: ROOT });

describe('the name of an image that is not in ECR', () => {
  it.each([
    'scratch\nENTRYPOINT ["/bin/sh", "-c", "echo taken"]',
    'scratch AS other',
    '--platform=linux/amd64',
    '${IMAGE}',
    '../scratch',
    '',
  ])('is used only as a name: %j', async (uri) => {
    await expect(pull(uri)).rejects.toMatchObject({
      name: 'ImageNotPulled',
      problem: 'NotBuilt',
      message: expect.stringContaining('invalid reference format'),
    });
  });

  it.each([
    `example.com/${'a/'.repeat(110)}image:1`,
    '210987654321.dkr.ecr.us-east-1.amazonaws.com/images:1',
    'example.com/images:1',
  ])('may be one that this machine does not have: %s', async (uri) => {
    const pulled = pull(uri);
    await expect(pulled).rejects.toMatchObject({ name: 'ImageNotPulled', problem: 'NotBuilt' });
    await expect(pulled).rejects.toThrow('FROM');
  });
});

describe('an image in ECR', () => {
  it('is built from its recipe and starts with what the image and the caller say', async () => {
    const image = await runtime.cloud.containers.pull(await publish('script', SCRIPT), {
      principal: ROOT,
    });
    let output = '';
    const container = await image.start({
      command: ['you'],
      onOutput: (chunk) => {
        output += chunk.toString();
      },
    });

    expect(await container.exited).toEqual({ code: 3, signal: undefined });
    expect(output).toBe('/app/run.sh says hello to you\n');
    expect(image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.settings).toMatchObject({ command: ['someone'], entrypoint: ['/app/run.sh'] });
    expect(readdirSync(join(runtime.cloud.stateFolder, 'containers'))).toEqual([]);
  });

  it('is the one of its digest after its tag has moved', async () => {
    const uri = await publish('moved', SCRIPT);
    const { digest } = await runtime.cloud.containers.pull(uri, { principal: ROOT });

    const pinned = await runtime.cloud.containers.pull(`${REGISTRY}/images@${digest}`, {
      principal: ROOT,
    });

    expect(pinned.digest).toBe(digest);
  });

  it('is missing by name', async () => {
    await publish('script', SCRIPT);
    const missing = (uri: string) =>
      runtime.cloud.containers.pull(`${REGISTRY}/${uri}`, { principal: ROOT });

    await expect(missing('images:none')).rejects.toMatchObject({
      problem: 'Missing',
      message: `${REGISTRY}/images:none: not found`,
    });
    await expect(missing('nothing:none')).rejects.toMatchObject({ problem: 'Missing' });
  });

  it('is not read by a role without the permissions', async () => {
    const arn = 'arn:aws:sts::000000000000:assumed-role/none/session';
    const principal: Principal = {
      kind: 'role',
      roleArn: 'arn:aws:iam::000000000000:role/none',
      sessionName: 'session',
      arn,
    };

    await expect(
      runtime.cloud.containers.pull(`${REGISTRY}/images:script`, { principal }),
    ).rejects.toMatchObject({
      problem: 'AccessDenied',
      message: expect.stringContaining('ecr:GetAuthorizationToken'),
    });
  });

  it('that was pushed as layers is refused', async () => {
    await expect(
      runtime.cloud.containers.pull(`${REGISTRY}/images:one`, { principal: ROOT }),
    ).rejects.toMatchObject({
      problem: 'NotBuilt',
      message: expect.stringContaining('images:one was pushed as layers'),
    });
  });
});

describe('an image of another registry', () => {
  it('runs where this machine can stand for it', async () => {
    const image = await runtime.cloud.containers.pull('public.ecr.aws/docker/library/python:3.12', {
      principal: ROOT,
    });
    let output = '';
    const container = await image.start({
      command: ['python3', '-c', 'print(1 + 1)'],
      onOutput: (chunk) => {
        output += chunk.toString();
      },
    });

    expect(await container.exited).toMatchObject({ code: 0 });
    expect(output).toBe('2\n');
  });

  it('is refused with what to do otherwise', async () => {
    await expect(
      runtime.cloud.containers.pull('nginx:1.27', { principal: ROOT }),
    ).rejects.toMatchObject({ problem: 'NotBuilt', message: expect.stringContaining('nginx') });
  });
});

it('kills a container above its memory', async () => {
  const image = await runtime.cloud.containers.pull('python:3.12', { principal: ROOT });
  const container = await image.start({
    command: ['python3', '-c', 'import time; a = bytearray(200_000_000); time.sleep(60)'],
    memoryBytes: 100_000_000,
    onOutput: () => {},
  });

  expect(await container.exited).toEqual({ code: 137, signal: 'SIGKILL', isOutOfMemory: true });
});
