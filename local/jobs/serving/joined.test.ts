import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContainerNotHealthy, containerAt, ModelServer } from './model-server.ts';
import { spawnedPython } from './spawned-python.testing.ts';

let folder: string;
const servers: ModelServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joined-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

type Scripts = Readonly<Record<string, string>>;

/** Starts a container for each set of scripts, all in one process. */
async function serve(...containers: readonly Scripts[]) {
  const socketPath = join(folder, 's');
  const lines: string[] = [];
  for (const [number, scripts] of containers.entries()) {
    const code = join(folder, String(number), 'model/code');
    await mkdir(code, { recursive: true });
    for (const [name, text] of Object.entries(scripts)) await writeFile(join(code, name), text);
  }
  const server = await ModelServer.startPipeline({
    python: spawnedPython,
    socketPath,
    containers: containers.map((_, number) => ({
      framework: 'sklearn',
      folder: join(folder, String(number)),
      environment: {},
    })),
    onLine: (line, container) => lines.push(`${container}: ${line}`),
  });
  servers.push(server);
  const headers = { 'Content-Type': 'text/csv', Accept: 'text/plain' };
  const invoke = (body: string, timeoutMs = 5_000) =>
    server.invoke({ body: Buffer.from(body), headers, timeoutMs });
  return { server, lines, invoke, socketPath };
}

/** Appends its name, what it was given, and a constant of its neighbour, of which each container has its own. */
const step = (name: string, more = ''): Scripts => ({
  'neighbour.py': `NAME = "${name}"\n`,
  'inference.py': `
import sys
from neighbour import NAME
def model_fn(model_dir): return NAME
def transform_fn(model, data, content_type, accept):
    text = data if isinstance(data, str) else data.decode()
    print(f"{NAME} got {text}", file=sys.stderr)
    if text == f"fail {NAME}": raise ValueError(NAME)
${more}
    return f"{text}>{NAME}({content_type} {accept})", f"text/{model}"
`,
});

const refuses = (name: string) => `
    from sagemaker_containers.beta.framework import worker
    if "refuse ${name}" in text: return worker.Response("no", status=400, mimetype="text/plain")`;

const REFUSED = [
  ['imports os', 'import os'],
  ['imports logging', 'import logging'],
  ['imports numpy.random', 'import numpy.random as random'],
  ['uses np.seterr', 'import numpy as np\nnp.seterr(all="raise")'],
  ['hands on the module np', 'import numpy as np\nf = lambda module: module\nf(np)'],
  ['changes json.dumps', 'import json\njson.dumps = None'],
  ['changes Path.exists', 'from pathlib import Path\nPath.exists = None'],
  ['uses open', 'open("/opt/ml/model/x")'],
  ['uses sys.stderr', 'import sys\nout = sys.stderr'],
  ['uses statistics.random', 'import statistics\nstatistics.random.seed(1)'],
  ['imports random of statistics', 'from statistics import random'],
  ['uses np.linalg.linalg', 'import numpy as np\nnp.linalg.linalg.warnings.simplefilter("error")'],
  ['changes pathlib.Path.exists', 'import pathlib\npathlib.Path.exists = None'],
  ['uses attrgetter', 'import operator\noperator.attrgetter("__glob" + "als__")(model_fn)'],
  ['uses __kwdefaults__', 'import json\njson.dumps.__kwdefaults__.clear()'],
  ['uses sys.path', 'import sys\nsys.path.append("x")'],
  ['uses __globals__', 'g = model_fn.__globals__'],
  ['imports neighbour in the middle', 'def f():\n    import neighbour'],
  ['imports stdout of sys', 'from sys import stdout'],
] as const;

const SHARING = [
  'import numpy as np\nx = np.linalg.norm([1])\nclass A:\n    def __init__(self): self.x = 1',
  'import collections, statistics\nx = collections.abc.Mapping, statistics.mean([1])',
];

/** Why each script needs a process of its own; null where it needs none. */
function judge(scripts: readonly string[]): unknown {
  const program = `
import json, os, sys, tempfile
from stepmill_serving import shareable
reasons = []
for script in json.load(sys.stdin):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("inference.py", script), ("neighbour.py", "")):
            with open(os.path.join(folder, name), "w") as file: file.write(text)
        reasons.append(shareable.why_not(folder))
print(json.dumps(reasons))`;
  const output = execFileSync('python3', ['-c', program], {
    input: JSON.stringify(scripts),
    env: { ...process.env, PYTHONPATH: join(import.meta.dirname, 'python') },
  });
  return JSON.parse(output.toString());
}

describe('containers in one process', () => {
  it('hand each answer on as over a connection, with modules and a log of their own', async () => {
    const { invoke, lines } = await serve(step('first'), step('second'));

    const answer = await invoke('x');

    const handedOn = 'x>first(text/csv text/plain)';
    expect(answer.body.toString()).toBe(`${handedOn}>second(text/first; charset=utf-8 text/plain)`);
    expect(answer.contentType).toBe('text/second; charset=utf-8');
    await expect.poll(() => lines).toContain('0: first got x');
    expect(lines).toContain(`1: second got ${handedOn}`);
  });

  it('say which of them answered with an error', async () => {
    const { invoke } = await serve(
      step('first', refuses('first')),
      step('second', refuses('second')),
    );

    const answers = [await invoke('refuse first'), await invoke('refuse second')];

    expect(answers.map(({ status, headers }) => [status, headers['x-stepmill-container']])).toEqual(
      [
        [400, '0'],
        [400, '1'],
      ],
    );
  });

  // The traceback has lines of the script's file, which is no longer at its path for all but the last.
  it('ask for processes of their own where a script raises an error', async () => {
    const { invoke } = await serve(step('first'), step('second'));

    const answer = await invoke('fail first');

    expect(answer.headers['x-stepmill-apart']).toBe('1');
  });

  it('leave on record which of them had the request when the process ended or took too long', async () => {
    const hang = '    while text.startswith("hang"): pass';
    const { invoke, server, socketPath } = await serve(step('first'), step('second', hang));

    const late = await invoke('hang', 300).catch((error: unknown) => error);
    const lost = invoke('hang').catch((error: unknown) => error);
    await expect.poll(() => containerAt(socketPath, 1)).toBe(1);
    process.kill(server.pid, 'SIGKILL');

    expect(late).toMatchObject({ name: 'InvocationTimeout', connection: 0 });
    expect(containerAt(socketPath, 0)).toBe(1);
    expect(await lost).toMatchObject({ name: 'ContainerUnreachable', connection: 1 });
  });

  it('ask for processes of their own before a script opens a file', async () => {
    const opens = '    from pathlib import Path\n    if text == "file": Path("made").touch()';
    const { invoke } = await serve(step('first', opens), step('second'));

    const answers = [await invoke('x'), await invoke('file')];

    expect(answers.map(({ headers }) => headers['x-stepmill-apart'])).toEqual([undefined, '1']);
    await expect(rm(join(folder, '0/made'))).rejects.toThrow('ENOENT');
  });

  it('are refused where a script needs a process of its own', async () => {
    const started = serve(step('first'), { 'inference.py': 'import os\ndef model_fn(d): pass\n' });

    await expect(started).rejects.toSatisfy(
      (error) => error instanceof ContainerNotHealthy && error.lastLines.includes('imports os'),
    );
  });

  it('are judged by what their scripts use', () => {
    const codes = REFUSED.map(([, code]) => `def model_fn(d): pass\n${code}\n`);

    expect(judge(codes)).toEqual(REFUSED.map(([reason]) => `inference.py: ${reason}`));
    expect(judge(SHARING)).toEqual(SHARING.map(() => null));
  });

  it('are refused where an archive has more than scripts, or a script hides a library', async () => {
    const others = [{ 'requirements.txt': 'x' }, { 'json.py': '' }];

    for (const scripts of others) {
      const started = serve(step('first'), { ...step('second'), ...scripts });
      await expect(started).rejects.toThrow(ContainerNotHealthy);
    }
  });
});
