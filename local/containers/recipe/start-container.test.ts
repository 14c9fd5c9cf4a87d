import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Image } from './build-image.ts';
import { build, makeFolder } from './context.testing.ts';
import {
  type Container,
  type ContainerExit,
  type ContainerOptions,
  findConfinement,
  startContainer,
} from './start-container.ts';

interface Ran extends ContainerExit {
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly container: Container;
  readonly output: { stdout: string; stderr: string };
  /** Resolves when the container has written this. */
  readonly written: (text: string) => Promise<void>;
}

async function start(image: Image, options: Partial<ContainerOptions> = {}): Promise<Started> {
  const output = { stdout: '', stderr: '' };
  let look: (() => void) | undefined;
  const container = await startContainer({
    image,
    folder: join(makeFolder(), 'container'),
    onOutput: (chunk, stream) => {
      output[stream] += chunk.toString('utf8');
      look?.();
    },
    ...options,
  });
  const written = (text: string) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (output.stdout.includes(text)) resolve();
      };
      look();
    });
  return { container, output, written };
}

async function run(image: Image, options: Partial<ContainerOptions> = {}): Promise<Ran> {
  const { container, output } = await start(image, options);
  return { ...(await container.exited), ...output };
}

/** Programs of the system are enough: the images need no Python. */
const shellImage = (...lines: readonly string[]) =>
  build(['FROM scratch', ...lines].join('\n'), { 'hello.txt': 'hello' });

/** `S` of a process that sleeps, `Z` of one that has ended and is not collected. */
function stateOf(pid: number): string {
  if (!existsSync(`/proc/${pid}/stat`)) return 'none';
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] ?? 'none';
}

const sh = (script: string) => ({ command: ['/bin/sh', '-c', script] });

const { confinement } = await findConfinement({ environment: undefined });
const hasNamespaces = confinement === 'namespace';

describe.each(['namespace', 'rewritten'] as const)('a container (%s)', (confinement) => {
  it.skipIf(confinement === 'namespace' && !hasNamespaces)(
    'has its command, variables, working folder and files',
    async () => {
      const image = await shellImage(
        'ENV A=1 B=image',
        'WORKDIR /app/inner',
        'COPY hello.txt /app/',
        'ENTRYPOINT ["/bin/sh", "-c"]',
        'CMD ["echo $A $B $C; cat ../hello.txt; touch written; ls"]',
      );

      const ran = await run(image, { confinement, environment: { B: 'task', C: '3' } });

      expect(ran).toEqual({
        code: 0,
        signal: undefined,
        stderr: '',
        stdout: '1 task 3\nhellowritten\n',
      });
      // The image stays as it was.
      expect(existsSync(join(image.root, 'app/inner/written'))).toBe(false);
    },
  );

  it.skipIf(confinement === 'namespace' && !hasNamespaces)('sees what is mounted', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'in.txt'), 'given');
    const image = await shellImage('ENV IN=/opt/ml/input');

    const ran = await run(image, {
      confinement,
      mounts: [{ source: folder, target: '/opt/ml/input' }],
      ...sh('cat $IN/in.txt && echo done > $IN/out.txt'),
    });

    expect(ran.stdout + ran.stderr).toBe('given');
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toBe('done\n');
  });
});

describe('how a container ends', () => {
  it.each([
    ['exit 3', 3, undefined],
    ['kill -KILL $$', 137, 'SIGKILL'],
    ['kill -TERM $$', 143, 'SIGTERM'],
  ])('%s: code %i', async (script, code, signal) => {
    const ran = await run(await shellImage(), sh(script));

    expect([ran.code, ran.signal]).toEqual([code, signal]);
  });

  it('tells a program that does not exist from one that cannot run', async () => {
    const image = await shellImage('COPY hello.txt /app/hello');

    expect(await run(image, { command: ['nothing-of-this-name'] })).toMatchObject({
      code: 127,
      stderr: 'exec: "nothing-of-this-name": executable file not found in $PATH\n',
    });
    expect(await run(image, { command: ['/app/hello'], workingFolder: '/' })).toMatchObject({
      code: hasNamespaces ? 126 : 127,
    });
  });

  it('has a folder only while it runs', async () => {
    const folder = join(makeFolder(), 'container');
    const { container, written } = await start(await shellImage(), {
      folder,
      ...sh('echo up; sleep 60'),
    });
    await written('up');

    expect(existsSync(folder)).toBe(true);
    await container.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it('by its stop signal, which it may handle', async () => {
    const image = await shellImage('STOPSIGNAL SIGINT');
    const { container, output, written } = await start(
      image,
      sh('trap "echo bye; exit 5" INT; echo up; while :; do sleep 0.05; done'),
    );
    await written('up');

    expect(await container.stop()).toEqual({ code: 5, signal: undefined });
    expect(output.stdout).toBe('up\nbye\n');
  });

  it('by SIGKILL where it ignores the stop signal, with all it has started', async () => {
    const { container, written } = await start(
      await shellImage(),
      sh('trap "" TERM; (trap "" TERM; sleep 60) & echo up; wait; sleep 60'),
    );
    await written('up');

    expect(await container.stop(0.2)).toEqual({ code: 137, signal: 'SIGKILL' });
  });

  it('starts nothing for an image without a command', async () => {
    await expect(start(await shellImage())).rejects.toThrow('neither ENTRYPOINT nor CMD');
  });
});

describe('a hostile image', () => {
  it('ends with its first process, also where another one left its group', async () => {
    const { container, written } = await start(
      await shellImage(),
      sh('setsid sleep 30 & echo $!; echo up; exit 3'),
    );
    await written('up');

    const begun = performance.now();
    expect(await container.exited).toEqual({ code: 3, signal: undefined });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it.skipIf(!hasNamespaces)('leaves no process behind, also where one left its group', async () => {
    const { container, output, written } = await start(
      await shellImage(),
      sh('setsid sh -c "sleep 60 & sleep 60" & echo $!; echo up; exit 3'),
    );
    await written('up');
    await container.exited;

    const pid = Number(output.stdout.split('\n')[0]);
    expect(pid).toBeGreaterThan(1);
    await vi.waitFor(() => expect(stateOf(pid)).toMatch(/^(none|Z)$/));
  });

  it('makes no folders outside of its own through its links', async () => {
    const outside = makeFolder();
    const image = await shellImage(`RUN ln -s ${outside} /work && ln -s ${outside} /home`);

    await run(image, { workingFolder: '/work/inner', ...sh('true') });

    expect(readdirSync(outside)).toEqual([]);
  });

  it('mounts nothing above its root', async () => {
    const outside = makeFolder();
    const mounted = makeFolder();
    const target = `/../../../../../../../../..${outside}/made`;

    await run(await shellImage(), { mounts: [{ source: mounted, target }], ...sh('true') });

    expect(readdirSync(outside)).toEqual([]);
  });

  it('says what a variable with NUL prevents', async () => {
    const ran = await run(await shellImage(), { environment: { A: 'a\0b' }, ...sh('true') });

    expect(ran).toMatchObject({
      code: 126,
      stderr: 'exec: "/bin/sh": an argument or a variable holds a NUL character\n',
    });
  });
});

describe('the command', () => {
  it('replaces CMD, and an entrypoint replaces both', async () => {
    const image = await shellImage('ENTRYPOINT ["echo", "entry"]', 'CMD ["cmd"]');

    expect((await run(image)).stdout).toBe('entry cmd\n');
    expect((await run(image, { command: ['other'] })).stdout).toBe('entry other\n');
    expect((await run(image, { entrypoint: ['echo'] })).stdout).toBe('\n');
    expect((await run(image, { entrypoint: ['echo'], command: ['a'] })).stdout).toBe('a\n');
  });

  it('can be joined by another one in the same container', async () => {
    const { container, written } = await start(
      await shellImage('WORKDIR /app'),
      sh('echo 1 > state; echo up; sleep 60'),
    );
    await written('up');

    expect(
      (await container.execute(['/bin/sh', '-c', 'test "$(cat state)" = 1'], 5_000)).code,
    ).toBe(0);
    expect((await container.execute(['/bin/sh', '-c', 'exit 4'], 5_000)).code).toBe(4);
    expect((await container.execute(['sleep', '60'], 100)).signal).toBe('SIGKILL');
    await container.stop();
    expect((await container.execute(['true'], 5_000)).code).toBe(127);
  });
});

describe.skipIf(!hasNamespaces)(
  'confinement (skipped where the system has no mount namespaces)',
  () => {
    it('shows nothing of the machine but its programs', async () => {
      const secret = join(makeFolder(), 'secret');
      writeFileSync(secret, 'secret');

      const ran = await run(await shellImage(), sh(`cat ${secret}; ls /home /root; ls /`));

      expect(ran.stderr).toContain('No such file or directory');
      expect(ran.stdout).not.toContain('secret');
      expect(ran.stdout).not.toContain('mnt');
    });

    it('lets nothing be written outside of the container', async () => {
      const outside = join(makeFolder(), 'outside');
      const readOnly = makeFolder();

      const ran = await run(await shellImage('COPY hello.txt /usr/share/hello.txt'), {
        mounts: [{ source: readOnly, target: '/in', readOnly: true }],
        ...sh(
          `mkdir -p ${outside}; touch ${outside}/x /in/x /usr/bin/x /etc/x; cat /usr/share/hello.txt; ls /usr/bin/env; mount -t tmpfs x /tmp`,
        ),
      });

      expect(ran.stdout).toBe('hello/usr/bin/env\n');
      expect(ran.code).not.toBe(0);
      expect(existsSync(outside)).toBe(false);
      expect(existsSync(join(readOnly, 'x'))).toBe(false);
      expect(existsSync('/usr/bin/x')).toBe(false);
      expect(existsSync('/etc/x')).toBe(false);
    });

    it('gives no credentials of the user', async () => {
      process.env['AWS_SECRET_ACCESS_KEY'] = 'of-the-user';
      try {
        const ran = await run(
          await shellImage('ENV AWS_ENDPOINT_URL=https://aws.example'),
          sh('env'),
        );

        expect(ran.stdout).not.toContain('of-the-user');
        expect(ran.stdout).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:9');
      } finally {
        delete process.env['AWS_SECRET_ACCESS_KEY'];
      }
    });
  },
);

describe('a Python image', () => {
  it('runs its Python by name and by path', async () => {
    const image = await build(
      'FROM python:3.12-slim\nWORKDIR /app\nCOPY main.py .\nUSER app\nCMD ["python", "main.py"]',
      { 'main.py': 'import os, sys\nprint(sys.prefix, os.getcwd(), os.path.expanduser("~"))\n' },
    );
    const folder = hasNamespaces ? '' : undefined;

    const ran = await run(image);

    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain(`${image.environment} ${folder ?? ''}`);
    expect(ran.stdout).toContain('/app');
    expect(ran.stdout).toContain('/home/app');
    if (!hasNamespaces) return;
    expect((await run(image, { command: ['/usr/local/bin/python3', 'main.py'] })).code).toBe(0);
  });
});
