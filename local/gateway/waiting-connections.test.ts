import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const CLIENTS = 1_500;

/** Connects many clients to a port, and prints how many the system let in within this time. */
const CLIENT = `
const { connect } = require('node:net');
let connected = 0;
const end = () => { console.log(connected); process.exit(); };
for (let count = 0; count < ${CLIENTS}; count += 1) {
  connect(Number(process.argv[1]), '127.0.0.1', () => {
    if (++connected === ${CLIENTS}) end();
  }).on('error', () => undefined);
}
setTimeout(end, 5_000);
`;

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([]);
});

afterAll(() => runtime.stop());

it.skipIf(longestQueue() < CLIENTS)(
  'lets clients wait while it is busy (skipped where the system has a shorter queue)',
  () => {
    const { port } = new URL(runtime.clientConfig.endpoint);
    // This process accepts nothing until the other one has ended.
    const connected = execFileSync(process.execPath, ['-e', CLIENT, port], { encoding: 'utf8' });
    expect(Number(connected)).toBe(CLIENTS);
  },
);

/** https://docs.kernel.org/admin-guide/sysctl/net.html#somaxconn */
function longestQueue(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    return 0;
  }
}
