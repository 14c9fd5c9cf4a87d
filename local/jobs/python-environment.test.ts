import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  describePipLine,
  findPythonEnvironment,
  PythonEnvironmentError,
  preparePythonEnvironment,
} from './python-environment.ts';

const LIBRARIES = {
  numpy: '2.1.0',
  pandas: '2.2.3',
  'scikit-learn': '1.8.0',
  scipy: '1.15.0',
  xgboost: '3.0.5',
};

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stepmill-environment-'));
  folder = join(root, 'environments');
  vi.stubEnv('PATH', join(root, 'bin'));
  vi.stubEnv('VIRTUAL_ENV', undefined);
  vi.stubEnv('STEPMILL_PYTHON', undefined);
  await mkdir(join(root, 'bin'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

interface Machine {
  readonly version?: string;
  readonly libraries?: Readonly<Record<string, string>>;
  readonly canCreateEnvironments?: boolean;
  /** What pip of a new environment does. */
  readonly pip?: string;
}

/** Puts a program on PATH that answers as a Python of this kind would. */
async function installPython(name: string, machine: Machine): Promise<string> {
  const {
    version = '3.12.4',
    libraries = {},
    canCreateEnvironments = true,
    pip = 'exit 1',
  } = machine;
  const path = join(root, 'bin', name);
  const answer = (where: string, has: object) =>
    `echo '${JSON.stringify({ path: where, version, canCreateEnvironments, libraries: has })}'`;
  const child = `#!/bin/sh
case "$1" in
  -c) ${answer('here', LIBRARIES)} ;;
  -m) ${pip} ;;
esac
`;
  await writeFile(join(root, `child-${name}`), child);
  await chmod(join(root, `child-${name}`), 0o755);
  const script = `#!/bin/sh
case "$1" in
  -c) ${answer(path, libraries)} ;;
  -m) /bin/mkdir -p "$3/bin" && /bin/cp ${join(root, `child-${name}`)} "$3/bin/python3" ;;
esac
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

const WORKING_PIP =
  'echo "  Downloading numpy-2.5.1-cp312-cp312-manylinux_2_27_x86_64.whl (16.9 MB)"; echo "Installing collected packages: numpy"';

describe('preparing the environment', () => {
  it('builds it once, telling every step, and then only looks it up', async () => {
    await installPython('python3.12', { pip: WORKING_PIP });
    const steps: string[] = [];
    const options = {
      folder,
      onProgress: ({ message }: { message: string }) => void steps.push(message),
    };

    const [first, second] = await Promise.all([
      preparePythonEnvironment(options),
      preparePythonEnvironment(options),
    ]);
    const third = await preparePythonEnvironment(options);

    expect(first).toMatchObject({ origin: 'managed', pythonVersion: '3.12.4', warnings: [] });
    expect(first.interpreter.startsWith(folder)).toBe(true);
    expect([second, third]).toEqual([first, first]);
    expect(steps.slice(1)).toEqual([
      'Fetching numpy 2.5.1 (16.9 MB)',
      'Installing the libraries',
      'Python 3.12.4 is ready',
    ]);
  });

  it('prefers the version the images have, and one that can create environments', async () => {
    await installPython('python3', { version: '3.13.1', pip: WORKING_PIP });
    await installPython('python3.12', { canCreateEnvironments: false });

    const environment = await preparePythonEnvironment({ folder });

    expect(environment.pythonVersion).toBe('3.13.1');
  });

  it('builds one again that was left half-built', async () => {
    await installPython('python3.12', { pip: WORKING_PIP });
    const { interpreter } = await preparePythonEnvironment({ folder });
    const place = interpreter.slice(0, -'/bin/python3'.length);
    await rm(join(place, 'environment.json'));

    const again = await preparePythonEnvironment({ folder });

    expect(again.interpreter).toBe(interpreter);
    expect(existsSync(join(place, 'environment.json'))).toBe(true);
  });

  it('takes a Python of the machine that is close enough when nothing can be installed', async () => {
    const path = await installPython('python3', {
      libraries: LIBRARIES,
      pip: 'echo "ERROR: No matching distribution found for numpy"; exit 1',
    });

    const environment = await preparePythonEnvironment({ folder });

    expect(environment).toMatchObject({ origin: 'found', interpreter: path, libraries: LIBRARIES });
    expect(environment.warnings).toEqual([
      `The pinned libraries could not be installed (ERROR: No matching distribution found for numpy). ${path} of this machine is used instead, with numpy 2.1.0, pandas 2.2.3, scikit-learn 1.8.0, scipy 1.15.0, xgboost 3.0.5: results may differ from those of the SageMaker images.`,
    ]);
  });

  it('names what to install if no Python can be used', async () => {
    await installPython('python3', {
      libraries: { ...LIBRARIES, xgboost: '1.7.6' },
      pip: 'echo "ERROR: no index"; exit 1',
    });

    const attempt = preparePythonEnvironment({ folder });

    await expect(attempt).rejects.toThrow(PythonEnvironmentError);
    await expect(attempt).rejects.toThrow(
      /no Python on PATH has them[^]*no index[^]*-m pip install -r/,
    );
    expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('says which Python is missing, and what is there', async () => {
    const old = await installPython('python3', { version: '3.9.2' });

    await expect(preparePythonEnvironment({ folder })).rejects.toThrow(
      `No Python 3.11–3.13 that can create virtual environments is on PATH; there: ${old} 3.9.2. No job or endpoint can start. Install Python 3.12`,
    );
  });
});

describe('an interpreter that was named', () => {
  it('is used as it is', async () => {
    const path = await installPython('mine', { libraries: LIBRARIES });
    vi.stubEnv('STEPMILL_PYTHON', path);

    expect(await findPythonEnvironment({ folder })).toEqual({
      origin: 'named',
      interpreter: path,
      pythonVersion: '3.12.4',
      libraries: LIBRARIES,
      warnings: [],
    });
  });

  it('is refused when it lacks a library, all of them named', async () => {
    const { numpy: _numpy, ...rest } = LIBRARIES;
    const path = await installPython('mine', { libraries: { ...rest, xgboost: '2.1.0' } });

    await expect(preparePythonEnvironment({ folder, interpreter: path })).rejects.toThrow(
      `STEPMILL_PYTHON names ${path}, which lacks numpy 2.x, xgboost 3.x (it has 2.1.0).`,
    );
  });

  it('is refused when it does not run', async () => {
    await expect(
      preparePythonEnvironment({ folder, interpreter: join(root, 'nowhere') }),
    ).rejects.toThrow('which does not run. No job or endpoint can start.');
  });
});

describe('a line of pip', () => {
  it.each([
    [
      '  Downloading xgboost_cpu-3.2.0-py3-none-manylinux_2_28_x86_64.whl (5.6 MB)',
      'Fetching xgboost-cpu 3.2.0 (5.6 MB)',
    ],
    ['  Using cached six-1.17.0-py2.py3-none-any.whl (11 kB)', 'Fetching six 1.17.0 (11 kB)'],
    ['Processing /wheels/pytz-2026.6-py2.py3-none-any.whl', 'Fetching pytz 2026.6'],
    ['Installing collected packages: pytz, six', 'Installing the libraries'],
    ['Collecting numpy==2.4.6', undefined],
    ['', undefined],
  ])('%s is reported as %s', (line, step) => {
    expect(describePipLine(line)).toBe(step);
  });
});
