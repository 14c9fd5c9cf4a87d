import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('ends when the runtime that started it is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-bootstrap-'));
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => null;');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [fileURLToPath(new URL('node.mjs', import.meta.url))], {
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
