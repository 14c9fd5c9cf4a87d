/** Starts a runtime on a state folder and prints its endpoint: `node durable-runtime.mjs FOLDER [ASSEMBLY]`. */
import { silentLogger, startRuntime } from '../../dist/local/index.js';

const [, , stateFolder, assembly] = process.argv;
const runtime = await startRuntime({
  stateFolder,
  ...(assembly !== undefined && { assembly }),
  port: 0,
  logger: silentLogger,
});
process.stdout.write(`${runtime.endpoint}\n`);
