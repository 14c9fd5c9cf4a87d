/**
 * node serve.mjs STATE_FOLDER | --ephemeral: starts a runtime with all services and no app, as the other emulators
 * do. Prints its endpoint, prints its memory on request, and ends with its standard input.
 */
import { createInterface } from 'node:readline';
import { silentLogger, startRuntime } from '../../../dist/local/index.js';

const [folder] = process.argv.slice(2);
const kept = folder === '--ephemeral' ? { ephemeral: true } : { stateFolder: folder };
const runtime = await startRuntime({ ...kept, port: 0, logger: silentLogger });
console.log(runtime.endpoint);
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'memory') continue;
  globalThis.gc?.();
  const { external, heapUsed } = process.memoryUsage();
  console.log(heapUsed + external);
}
await runtime.stop();
