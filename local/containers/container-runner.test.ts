import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContainerMode, ContainerRunner } from './container-runner.ts';
import { findEngine } from './engine/index.ts';
import { makeContext, makeFolder } from './recipe/context.testing.ts';

/** Stands in for a container engine: records its calls and plays a container. */
const STAND_IN = `#!/bin/sh
printf '%s\\n' "$*" >> "$DOCKER_RECORDS"
case "$1" in
  version) echo "Stand-in 1.0"; exit "\${DOCKER_VERSION_CODE:-0}" ;;
  build) echo "step 1"; [ -z "$DOCKER_BUILD_FAILS" ] || { echo "no such base" >&2; exit 1; }
    echo sha256:${'ab'.repeat(32)} ;;
  run) echo "A=$A key=$AWS_SECRET_ACCESS_KEY"; trap 'exit 143' TERM; [ -z "$WAITS" ] && exit 7; touch "$DOCKER_RECORDS.up"; while :; do sleep 0.05; done ;;
  stop) kill -TERM $(cat "$DOCKER_RECORDS.pid"); exit 0 ;;
  exec) exit 4 ;;
esac
`;

let folder: string;
let records: string;
const before = { ...process.env };

beforeEach(() => {
  folder = makeFolder();
  records = join(folder, 'records.txt');
  install('podman');
  process.env['PATH'] = [folder, '/usr/bin', '/bin'].join(delimiter);
  process.env['DOCKER_RECORDS'] = records;
});

afterEach(() => {
  process.env = { ...before };
});

function install(name: string): void {
  const path = join(folder, name);
  writeFileSync(path, STAND_IN);
  chmodSync(path, 0o755);
}

const calls = () =>
  existsSync(records) ? readFileSync(records, 'utf8').trimEnd().split('\n') : [];

const NEEDS_ENGINE = 'FROM scratch\nRUN apt-get install x\nCMD ["a"]';

function prepare(mode: ContainerMode, dockerfile: string) {
  const context = makeContext(dockerfile);
  const runner = new ContainerRunner({ mode });
  const build = {
    context,
    folder: makeFolder(),
    pythonFolder: '',
    buildArguments: { V: '1' },
    target: '0',
  };
  return { context, runner, image: runner.prepare(build) };
}

describe('how an image runs', () => {
  it.each<[ContainerMode, string, string]>([
    ['auto', 'FROM scratch', 'process'],
    ['auto', NEEDS_ENGINE, 'engine'],
    ['process', 'FROM scratch', 'process'],
    ['engine', 'FROM scratch', 'engine'],
  ])('%s: %j runs as %s', async (mode, dockerfile, expected) => {
    expect((await prepare(mode, dockerfile).image).kind).toBe(expected);
  });

  it('is refused by its lines where only an engine could run it', async () => {
    await expect(prepare('process', NEEDS_ENGINE).image).rejects.toThrow('line 2: RUN apt-get');
    process.env['DOCKER_VERSION_CODE'] = '1';
    await expect(prepare('auto', NEEDS_ENGINE).image).rejects.toThrow('line 2: RUN apt-get');
    await expect(prepare('engine', 'FROM scratch').image).rejects.toThrow(
      'Neither docker, podman, finch nor nerdctl answers',
    );
  });
});

describe('a container engine', () => {
  it('is the first that answers', async () => {
    expect(await findEngine()).toEqual({ name: 'podman', version: 'Stand-in 1.0' });
    install('docker');
    expect((await findEngine())?.name).toBe('docker');
  });

  it('builds an image with its arguments and target', async () => {
    const { context, image } = prepare('engine', 'FROM scratch');

    expect((await image).image).toMatchObject({ id: `sha256:${'ab'.repeat(32)}` });
    expect(calls()).toEqual([
      'version',
      `build --quiet --file=${context}/Dockerfile --target=0 --build-arg=V=1 ${context}`,
    ]);
  });

  it('says why it did not build', async () => {
    process.env['DOCKER_BUILD_FAILS'] = '1';

    await expect(prepare('engine', 'FROM scratch').image).rejects.toThrow(
      /^podman did not build the image of [\s\S]*It said:\nstep 1\nno such base$/,
    );
  });

  it('runs a container without values in its arguments, and reports how it ended', async () => {
    const { image, runner } = prepare('engine', 'FROM scratch');
    const output: string[] = [];
    const container = await runner.start(await image, {
      folder: join(makeFolder(), 'container'),
      entrypoint: ['python', '-m'],
      command: ['app'],
      environment: { A: '1' },
      workingFolder: '/w',
      mounts: [{ source: '/in', target: '/opt/ml', readOnly: true }],
      aws: {
        region: 'us-east-1',
        endpoint: 'http://127.0.0.1:4566',
        session: { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token' },
      },
      onOutput: (chunk) => output.push(chunk.toString()),
    });

    expect(await container.exited).toEqual({ code: 7, signal: undefined });
    expect(output.join('')).toBe('A=1 key=secret\n');
    const run = calls().at(-1) ?? '';
    expect(run).toMatch(/^run --rm --network=host --name=stepmill-[0-9a-f-]{36} --env=/);
    expect(run).toContain('--env=A ');
    expect(run).not.toContain('secret');
    expect(run).toMatch(
      new RegExp(
        `--volume=/in:/opt/ml:ro --workdir=/w --entrypoint=python sha256:${'ab'.repeat(32)} -m app$`,
      ),
    );
  });

  it('stops a container by its name, and runs commands in it', async () => {
    const { image, runner } = prepare('engine', 'FROM scratch');
    const container = await runner.start(await image, {
      folder: join(makeFolder(), 'container'),
      environment: { WAITS: '1' },
      onOutput: () => {},
    });
    writeFileSync(`${records}.pid`, String(container.pid));
    await expect.poll(() => existsSync(`${records}.up`), { timeout: 20_000 }).toBe(true);

    expect(await container.execute(['check'], 20_000)).toEqual({ code: 4, signal: undefined });
    expect(await container.stop(2.5)).toEqual({ code: 143, signal: 'SIGTERM' });
    expect(calls().at(-1)).toMatch(/^stop --time=3 stepmill-/);
  });
});
