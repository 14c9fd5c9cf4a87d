import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('node.mjs', import.meta.url));

it('ends when the runtime that started it is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-bootstrap-'));
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => null;');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [BOOTSTRAP], {
    env: {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: 'index.handler',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(server, 'request');

  server.closeAllConnections();
  server.close();
  const [code] = await once(child, 'exit');

  expect(code).toBe(1);
});

function startSpare() {
  const child = spawn(process.execPath, [BOOTSTRAP, '--spare'], {
    env: { FORMER: 'yes', NODE_ENV: 'former' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  return { child, settings: child.stdio[3] as Writable };
}

describe('a spare process', () => {
  it('ends when it is never needed', async () => {
    const { child, settings } = startSpare();
    settings.end();

    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('continues as a process that was started for the function', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stepmill-bootstrap-')));
    writeFileSync(
      join(folder, 'index.js'),
      `const fs = require('node:fs');
       exports.handler = async () => ({ cwd: process.cwd(), env: process.env, argv: process.argv.slice(1),
         hour: new Date(0).getHours(), input: fs.readFileSync(0, 'utf8') });`,
    );
    const server = createServer();
    const answered = new Promise<string>((resolve) => {
      const serve: RequestListener = (request, response) => {
        if (request.method === 'GET') {
          response.setHeader('Lambda-Runtime-Aws-Request-Id', 'first').end('{}');
          return;
        }
        void request.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()));
      };
      server.on('request', serve).listen(0, '127.0.0.1');
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const environment = {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: 'index.handler',
      TZ: 'Asia/Tokyo',
    };
    const { child, settings } = startSpare();
    const closed = once(settings, 'close');
    settings.end(JSON.stringify({ environment, folder }));
    await closed;
    const answer = JSON.parse(await answered) as Record<string, unknown>;
    child.kill();
    server.closeAllConnections();
    server.close();

    expect(answer).toEqual({
      cwd: folder,
      env: expect.objectContaining(environment),
      argv: [BOOTSTRAP],
      hour: 9,
      input: '',
    });
    expect(answer['env']).not.toHaveProperty('FORMER');
    expect(answer['env']).not.toHaveProperty('NODE_ENV');
  });
});
