/** Starts a runtime on a state folder and prints its endpoint: `node durable-runtime.mjs FOLDER [ASSEMBLY [ACCOUNT …]]`. */
import { silentLogger, startRuntime } from '../../dist/local/index.js';

// No job runs, and a Python environment would import its libraries at each start.
delete process.env.STEPMILL_PYTHON_FOLDER;
const [, , stateFolder, assembly = '', ...accounts] = process.argv;
const runtime = await startRuntime({
  stateFolder,
  ...(assembly !== '' && { assembly }),
  accounts: accounts.map((accountId) => ({ accountId })),
  port: 0,
  logger: silentLogger,
});
process.stdout.write(`${runtime.endpoint}\n`);
