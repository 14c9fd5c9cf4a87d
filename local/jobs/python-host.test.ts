import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../host/logger.ts';
import { isAlive } from '../processes/index.ts';
import { pythonEnvironmentFolder } from './python-environment.ts';
import { PythonHost, type PythonHostOptions } from './python-host.ts';
import type { PythonProcess, PythonProcessRequest } from './python-process.ts';

const BUILDING_MS = 300_000;

/** Tests run on busy machines. */
const PATIENCE = { timeout: 15_000 };

interface Started {
  readonly request: PythonProcessRequest;
  readonly process: PythonProcess;
  output(): string;
  ended(): Promise<unknown>;
}

/** The ways to run a process share one suite: what a container sees must not depend on them. */
describe.each<[string, Pick<PythonHostOptions, 'starting' | 'containerPaths'>]>([
  ['forked, with a mount namespace where the system allows one', { starting: 'fork' }],
  ['forked, with rewritten paths', { starting: 'fork', containerPaths: 'rewritten' }],
  ['executed, with rewritten paths', { starting: 'execute', containerPaths: 'rewritten' }],
])('processes %s', (_name, way) => {
  let host: PythonHost;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepmill-host-'));
    host = new PythonHost({
      environmentFolder: pythonEnvironmentFolder(folder),
      logger: silentLogger,
      ...way,
    });
    await host.status();
  }, BUILDING_MS);

  afterAll(async () => {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(
    script: string,
    options: Partial<PythonProcessRequest> = {},
  ): Promise<Started> {
    const root = join(folder, String(Math.random()).slice(2));
    mkdirSync(join(root, 'code'), { recursive: true });
    writeFileSync(join(root, 'code', 'main.py'), script);
    let output = '';
    const request: PythonProcessRequest = {
      command: ['python3', '/opt/ml/code/main.py', '--model', '/opt/ml/model'],
      folder: root,
      environment: { PYTHONPATH: '/opt/ml/steps.zip' },
      onOutput: (chunk) => {
        output += chunk.toString();
      },
      ...options,
    };
    const process = await host.start(request);
    return {
      request,
      process,
      output: () => output,
      ended: async () => {
        const { code, signal } = await process.exited;
        return { code, signal, output };
      },
    };
  }

  it('runs a script with its arguments and variables, and forwards both outputs in order', async () => {
    const run = await start(
      [
        'import os, sys',
        'print("out", len(sys.argv), sys.argv[1])',
        'print("err", file=sys.stderr)',
        'os.makedirs(sys.argv[2])',
        'print(os.path.isdir(os.environ["MODEL"]), __name__, "SECRET" in os.environ)',
      ].join('\n'),
      { environment: { MODEL: '/opt/ml/model' } },
    );

    expect(await run.ended()).toEqual({
      code: 0,
      signal: undefined,
      output: 'out 3 --model\nerr\nTrue __main__ False\n',
    });
  });

  it('prints the traceback of the script only', async () => {
    const run = await start('def fail():\n    raise ValueError("no such column: age")\n\nfail()\n');

    const { code } = await run.process.exited;

    expect(code).toBe(1);
    expect(run.output()).toMatch(
      /^Traceback \(most recent call last\):\n {2}File ".*main\.py", line 4/,
    );
    expect(run.output()).toContain('ValueError: no such column: age\n');
    expect(run.output()).not.toMatch(/warm_parent|container_process|runpy/);
  });

  it.each([
    ['sys.exit(3)', 3, ''],
    ['sys.exit("cannot continue")', 1, 'cannot continue\n'],
    ['sys.exit()', 0, ''],
    ['import atexit; atexit.register(print, "left")', 0, 'left\n'],
    ['import threading; threading.Timer(0.05, print, ["late"]).start()', 0, 'late\n'],
  ])('ends as an interpreter ends: %s', async (statement, code, output) => {
    const run = await start(`import sys\n${statement}\n`);

    expect(await run.ended()).toEqual({ code, signal: undefined, output });
  });

  it('imports a module by name from a zip on PYTHONPATH', async () => {
    const run = await start(
      [
        'import subprocess, sys, zipfile',
        'with zipfile.ZipFile("steps.zip", "w") as archive:',
        '    archive.writestr("step.py", "import sys; print(__name__, sys.argv[1:])")',
      ].join('\n'),
    );
    await run.process.exited;

    const again = await host.start({ ...run.request, command: ['python3', '-m', 'step', 'a'] });

    expect((await again.exited).code).toBe(0);
    expect(run.output()).toBe("__main__ ['a']\n");
  });

  it('executes what is not Python', async () => {
    const run = await start('', { command: ['/bin/sh', '-c', 'echo "$1"; exit 4', 'sh', 'hello'] });

    expect(await run.ended()).toEqual({ code: 4, signal: undefined, output: 'hello\n' });
  });

  it('reports a missing program', async () => {
    const run = await start('', { command: ['no-such-program'] });

    expect(await run.ended()).toEqual({
      code: 127,
      signal: undefined,
      output: 'no-such-program: No such file or directory\n',
    });
  });

  it('trains with XGBoost and scikit-learn, and with the requested threads', async () => {
    const run = await start(
      [
        'import numpy as np, threadpoolctl, xgboost as xgb',
        'from sklearn.linear_model import LinearRegression',
        'x = np.random.default_rng(1).random((500, 3)); y = x.sum(1)',
        'model = xgb.train({"max_depth": 3}, xgb.DMatrix(x, y), 5)',
        'print(len(model.get_dump()), LinearRegression().fit(x, y).score(x, y) > 0.99)',
        'print({pool["num_threads"] for pool in threadpoolctl.threadpool_info()})',
      ].join('\n'),
      { environment: { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } },
    );

    expect(await run.ended()).toEqual({ code: 0, signal: undefined, output: '5 True\n{1}\n' });
  });

  it('gives every process its own random numbers', async () => {
    const script = 'import random, numpy\nprint(random.random(), numpy.random.rand())\n';
    const first = await start(script);
    const second = await start(script);
    await Promise.all([first.process.exited, second.process.exited]);

    const numbers = [...first.output().trim().split(' '), ...second.output().trim().split(' ')];
    expect(new Set(numbers).size).toBe(4);
  });

  it('lets a process end on SIGTERM, and ends one that ignores it with SIGKILL', async () => {
    const polite = await start(
      'import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\nprint("up")\ntime.sleep(60)\n',
    );
    const deaf = await start(
      'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("up")\ntime.sleep(60)\n',
    );
    await expect.poll(() => polite.output() + deaf.output(), PATIENCE).toBe('up\nup\n');

    polite.process.kill('SIGTERM');
    deaf.process.kill('SIGTERM');
    const code = (await polite.process.exited).code;
    deaf.process.kill('SIGKILL');

    expect(code).toBe(7);
    expect((await deaf.process.exited).signal).toBe('SIGKILL');
  });

  it('ends the children of a process with it', async () => {
    const run = await start(
      'import subprocess\nprint(subprocess.Popen(["sleep", "600"]).pid, flush=True)\n',
    );

    await run.process.exited;

    const pid = run.output().trim();
    await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });

  it('rejects a file larger than the volume', async () => {
    const run = await start(
      'import sys\nwith open("/opt/ml/big" if len(sys.argv) < 2 else sys.argv[1], "wb") as file:\n    file.write(b"x" * 2_000_000)\n',
      { command: ['python3', '/opt/ml/code/main.py', '/opt/ml/big'], maxFileBytes: 1_000_000 },
    );

    const { code } = await run.process.exited;

    expect(code).toBe(1);
    expect(run.output()).toContain('OSError: [Errno 27] File too large');
  });

  it('forwards megabytes of output completely', async () => {
    let bytes = 0;
    const run = await start('for _ in range(50_000):\n    print("x" * 99)\n', {
      onOutput: (chunk) => {
        bytes += chunk.length;
      },
    });

    await run.process.exited;

    expect(bytes).toBe(5_000_000);
  });

  it.runIf(way.containerPaths === undefined)(
    'opens the paths that a script spells out, and keeps them from other processes',
    async (context) => {
      const { containerPaths, reason } = await host.status();
      if (containerPaths === 'rewritten') context.skip(`no mount namespace here: ${reason}`);
      const script =
        'import os\nprint(os.listdir("/opt/ml"))\nopen("/opt/ml/mine", "w").write("1")\n';

      const runs = [await start(script), await start(script)];

      const ended = await Promise.all(runs.map((run) => run.ended()));
      expect(ended.map((end) => end)).toEqual([
        { code: 0, signal: undefined, output: "['code']\n" },
        { code: 0, signal: undefined, output: "['code']\n" },
      ]);
    },
  );
});

describe('the warm parent', () => {
  let folder: string;
  let host: PythonHost;
  let output = '';

  beforeEach(async () => {
    output = '';
    folder = await mkdtemp(join(tmpdir(), 'stepmill-host-'));
    host = new PythonHost({
      environmentFolder: pythonEnvironmentFolder(folder),
      logger: silentLogger,
    });
  }, BUILDING_MS);

  afterEach(async () => {
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A process that prints its id and its parent's id, and keeps running. */
  async function startSleeper(): Promise<PythonProcess> {
    writeFileSync(
      join(folder, 'sleep.py'),
      'import os, time\nprint(os.getpid(), os.getppid())\ntime.sleep(600)\n',
    );
    return host.start({
      command: ['python3', '/opt/ml/sleep.py'],
      folder,
      environment: {},
      onOutput: (chunk) => {
        output += chunk.toString();
      },
    });
  }

  it(
    'ends its processes when it is killed, and is started again for the next one',
    async () => {
      const process = await startSleeper();
      await expect.poll(() => output, PATIENCE).toMatch(/\n$/);
      const [pid = '', parent = ''] = output.trim().split(' ');

      globalThis.process.kill(Number(parent), 'SIGKILL');
      const exit = await process.exited;
      await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
      const next = await startSleeper();
      next.kill('SIGKILL');

      expect(exit.signal).toBe('SIGKILL');
      expect((await next.exited).signal).toBe('SIGKILL');
    },
    BUILDING_MS,
  );

  it(
    'ends with the runtime, including all its processes',
    async () => {
      const process = await startSleeper();
      await expect.poll(() => output, PATIENCE).toMatch(/\n$/);
      const [pid = '', parent = ''] = output.trim().split(' ');

      await host.stop();

      expect((await process.exited).signal).toBe('SIGKILL');
      await expect.poll(() => isRunning(pid) || isRunning(parent), PATIENCE).toBe(false);
      await expect(startSleeper()).rejects.toThrow('The runtime is stopping');
    },
    BUILDING_MS,
  );
});

const isRunning = (pid: string) => isAlive({ pid: Number(pid), startedAt: '' });
