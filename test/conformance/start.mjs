/**
 * Starts a runtime that keeps nothing, for the conformance harness: `npm run build` first, then
 * `node test/conformance/start.mjs [port] [speed]`. It prints its endpoint and runs until it is interrupted.
 */
import { silentLogger, startRuntime } from '../../dist/local/index.js';

const runtime = await startRuntime({
  ephemeral: true,
  port: Number(process.argv[2] ?? 0),
  speed: Number(process.argv[3] ?? 1),
  logger: silentLogger,
});
process.stdout.write(`${runtime.endpoint}\n`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void runtime.stop().then(() => process.exit(0)));
}
