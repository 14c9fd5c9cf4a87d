/** Starts a runtime on a state folder and prints its endpoint: `node durable-runtime.mjs FOLDER`. */
import { silentLogger, startRuntime } from '../../dist/local/index.js';

const runtime = await startRuntime({
  stateFolder: process.argv[2],
  port: 0,
  logger: silentLogger,
});
process.stdout.write(`${runtime.endpoint}\n`);
