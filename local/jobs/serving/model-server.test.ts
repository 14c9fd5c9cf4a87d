import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvocationTimeout } from './container-client.ts';
import { ContainerNotHealthy, ModelServer } from './model-server.ts';
import { spawnedPython } from './spawned-python.testing.ts';

let folder: string;
const servers: ModelServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serving-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function serve(script: string, environment: Record<string, string> = {}) {
  await mkdir(join(folder, 'model/code'), { recursive: true });
  await writeFile(join(folder, 'model/code/inference.py'), script);
  const lines: string[] = [];
  const server = await ModelServer.start({
    python: spawnedPython,
    framework: 'sklearn',
    folder,
    socketPath: join(folder, 's'),
    environment,
    onLine: (line) => lines.push(line),
  });
  servers.push(server);
  const invoke = async (body: string, headers: Record<string, string>, timeoutMs = 5_000) => {
    const answer = await server.invoke({ body: Buffer.from(body), headers, timeoutMs });
    return {
      status: answer.status,
      contentType: answer.contentType,
      body: answer.body.toString(),
    };
  };
  return { server, lines, invoke };
}

const PAUSE_MS = 30;
const csv = { 'Content-Type': 'text/csv' };

describe('a model server', () => {
  it('takes a request through input_fn, predict_fn and output_fn', async () => {
    const { invoke } = await serve(`
import os
def model_fn(model_dir): return os.path.basename(model_dir)
def input_fn(body, content_type): return (type(body).__name__, body, content_type)
def predict_fn(data, model): return [model, *data]
def output_fn(prediction, accept): return ",".join(prediction), "text/csv"
`);

    const answer = await invoke('1', { ...csv, Accept: 'text/csv' });

    expect(answer).toEqual({
      status: 200,
      contentType: 'text/csv; charset=utf-8',
      body: 'model,str,1,text/csv',
    });
  });

  it('answers JSON where the client accepts anything', async () => {
    const { invoke } = await serve(`
def model_fn(model_dir): return None
def input_fn(body, content_type): return body
def predict_fn(data, model): return {"got": data}
`);

    const answer = await invoke('x', { ...csv, Accept: '*/*' });

    expect(answer).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"got": "x"}',
    });
  });

  it('lets transform_fn do everything, bytes and content type included', async () => {
    const { invoke } = await serve(`
def model_fn(model_dir): return 2
def transform_fn(model, data, content_type, accept): return bytes(data) * model, "application/x-own"
`);

    const answer = await invoke('ab', { 'Content-Type': 'application/octet-stream' });

    expect(answer).toEqual({ status: 200, contentType: 'application/x-own', body: 'abab' });
  });

  // sagemaker_containers/_transformer.py wraps the functions, so that Flask sees its own error only.
  it('answers 500 to every error of a script, even if the error has another status', async () => {
    const { invoke, lines } = await serve(`
from sagemaker_containers.beta.framework import errors as containers
from sagemaker_inference import errors
class BadRow(Exception):
    status_code = 400
    message = "row 1: rings is missing"
raised = {
    "refused": BadRow("refused"),
    "toolkit": errors.BaseInferenceToolkitError(422, "no such sex", "phrase"),
    "format": containers.UnsupportedFormatError("image/png"),
    "error": ValueError("boom"),
}
def model_fn(model_dir): return None
def input_fn(body, content_type):
    if body in raised: raise raised[body]
    return body
def predict_fn(data, model): return [1]
`);
    const page = { status: 500, contentType: 'text/html; charset=utf-8' };

    for (const body of ['refused', 'toolkit', 'format', 'error']) {
      expect(await invoke(body, csv)).toEqual({
        ...page,
        body: expect.stringContaining('<title>500 Internal Server Error</title>'),
      });
    }
    expect(await invoke('x', { ...csv, Accept: 'image/png' })).toMatchObject(page);
    expect(lines.join('\n')).toMatch(/inference\.py[^]*ValueError: boom/);
  });

  it('has the response of the images, by which scripts answer other statuses', async () => {
    const { invoke, server } = await serve(`
from sagemaker_containers.beta.framework import worker
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    if data == "positions": return worker.Response("2.5", "text/csv", mimetype="text/csv")
    if data == "header": return worker.Response("x", headers={"X-Amzn-SageMaker-Custom-Attributes": "a=1"})
    return worker.Response(response="refused", status=400, mimetype="text/plain")
`);

    expect(await invoke('refuse', csv)).toEqual({
      status: 400,
      contentType: 'text/plain; charset=utf-8',
      body: 'refused',
    });
    expect(await invoke('positions', csv)).toEqual({
      status: 200,
      contentType: 'text/csv; charset=utf-8',
      body: '2.5',
    });
    const answer = await server.invoke({
      body: Buffer.from('header'),
      headers: csv,
      timeoutMs: 5_000,
    });
    expect(answer.headers).toMatchObject({ 'x-amzn-sagemaker-custom-attributes': 'a=1' });
  });

  // sagemaker_containers/_worker.py compares the header as it is with two types.
  it.each([
    ['text/csv', 'str'],
    ['application/json', 'str'],
    ['text/csv; charset=utf-8', 'bytes'],
    ['TEXT/CSV', 'bytes'],
    ['text/plain', 'bytes'],
  ])('hands a body of %s to the script as %s', async (type, kind) => {
    const { invoke } = await serve(`
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept): return type(data).__name__, "text/plain"
`);

    expect((await invoke('1', { 'Content-Type': type })).body).toBe(kind);
  });

  it('answers others while one request waits', async () => {
    const { invoke } = await serve(`
import threading
gate = threading.Event()
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    if data == "open": gate.set()
    else: gate.wait(10)
    return data
`);

    const waiting = invoke('wait', csv);
    const opened = await invoke('open', csv);

    expect(opened.body).toBe('open');
    expect((await waiting).body).toBe('wait');
  });

  it('waits for the rest of a request that comes in pieces, and for the next one', async () => {
    await serve(`
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept): return data, "text/csv"
`);
    const socket = connect(join(folder, 's'));
    const answers: string[] = [];
    for (const pieces of [['one'], ['t', 'wo'], ['three']]) {
      const body = pieces.join('');
      const answer = once(socket, 'data');
      const head = `POST /invocations HTTP/1.1\r\nContent-Type: text/csv\r\nContent-Length: ${body.length}\r\n\r\n`;
      for (const piece of [head.slice(0, 20), head.slice(20), ...pieces]) {
        socket.write(piece);
        // Longer than a thread stays with a connection.
        await setTimeout(PAUSE_MS);
      }
      answers.push(String((await answer)[0]).split('\r\n\r\n')[1] ?? '');
    }
    socket.destroy();

    expect(answers).toEqual(['one', 'two', 'three']);
  });

  it('does not hold up others while a thread stays with a connection', async () => {
    const { invoke } = await serve(
      `
import time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    time.sleep(float(data))
    return data, "text/csv"
`,
      { SAGEMAKER_MODEL_SERVER_WORKERS: '2' },
    );

    // More connections than threads, each with a thread for a while.
    const answers = await Promise.all(
      ['0.02', '0', '0.01', '0', '0', '0.03', '0', '0'].map(async (seconds) => {
        await invoke(seconds, csv);
        return (await invoke(seconds, csv)).body;
      }),
    );
    const slow = invoke('1', csv);
    const quick = await Promise.race([slow, invoke('0', csv)]);

    expect(answers).toEqual(['0.02', '0', '0.01', '0', '0', '0.03', '0', '0']);
    expect(quick.body).toBe('0');
    await slow;
  });

  it('carries a large body both ways', async () => {
    const { invoke } = await serve(`
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept): return data
`);
    const body = 'x'.repeat(5_000_000);

    const answer = await invoke(body, csv);

    expect(answer.body.length).toBe(body.length);
  });

  it('ends a request without an answer after its timeout', async () => {
    const { invoke } = await serve(`
import time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept): time.sleep(1)
`);

    await expect(invoke('x', csv, 20)).rejects.toBeInstanceOf(InvocationTimeout);
  });

  it.runIf(process.platform === 'linux')(
    'ends at SIGTERM, whichever of its threads the system gives the signal to',
    async () => {
      const { server } = await serve(`
import ctypes, os, signal, threading

def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    # This very thread, which is not the main one.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(int(data), os.getpid(), threading.get_native_id(), int(signal.SIGTERM))
    return "sent", "text/csv"
`);
      const tgkill = process.arch === 'x64' ? '234' : '131';

      await server
        .invoke({ body: Buffer.from(tgkill), headers: csv, timeoutMs: 5_000 })
        // It may be gone before it has answered.
        .catch(() => undefined);

      await expect(server.exited).resolves.toMatchObject({ code: 0 });
    },
  );

  it('fails at once with its last lines when the process ends', async () => {
    const failure = serve(
      'def model_fn(model_dir): raise ValueError("no such file: model.joblib")',
    );

    await expect(failure).rejects.toBeInstanceOf(ContainerNotHealthy);
    await expect(failure).rejects.toMatchObject({
      message: 'its process ended with exit code 1',
      lastLines: expect.stringContaining('ValueError: no such file: model.joblib'),
    });
  });

  it('fails with its last lines when it never answers /ping', async () => {
    await mkdir(join(folder, 'model/code'), { recursive: true });
    await writeFile(
      join(folder, 'model/code/serve.py'),
      'import time; print("loading 9 GB", flush=True); time.sleep(60)',
    );

    const failure = ModelServer.start({
      python: spawnedPython,
      framework: 'sklearn',
      folder,
      socketPath: join(folder, 's'),
      environment: { SAGEMAKER_PROGRAM: 'serve.py' },
      startupTimeoutSeconds: 2,
      onLine: () => {},
    });

    await expect(failure).rejects.toMatchObject({
      message: 'it did not answer /ping within 2 seconds',
      lastLines: expect.stringContaining('loading 9 GB'),
    });
  });

  it('refuses a script that mixes transform_fn with the three', async () => {
    const failure = serve(`
def model_fn(model_dir): return None
def predict_fn(data, model): return data
def transform_fn(model, data, content_type, accept): return data
`);

    await expect(failure).rejects.toMatchObject({
      lastLines: expect.stringContaining('Cannot use transform_fn implementation'),
    });
  });
});
