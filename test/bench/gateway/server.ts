/**
 * node gateway-server.mjs STATE_FOLDER: a runtime with all services and no app. Prints its endpoint; for each line that
 * it reads, the CPU time of its process so far and what checking one input takes since the last line, both in
 * microseconds. Ends with its standard input.
 */
import { createInterface } from 'node:readline';
import { silentLogger, startRuntime } from '../../../local/index.ts';

/** Of the slowest checks, those in which the process was interrupted. */
const IGNORED_SHARE = 0.02;

let checks: number[] = [];
/** `test/bench/run.mjs` lets the check of an input call it with its duration in milliseconds. */
Object.assign(globalThis, { onCheck: (durationMs: number) => checks.push(durationMs) });

const [stateFolder = '.stepmill'] = process.argv.slice(2);
const runtime = await startRuntime({ stateFolder, port: 0, logger: silentLogger });
console.log(runtime.endpoint);
const lines = createInterface({ input: process.stdin });
lines.on('line', () => {
  const { user, system } = process.cpuUsage();
  console.log(`${user + system} ${averageOf(checks) * 1_000}`);
  checks = [];
});
lines.once('close', () => void runtime.stop());

function averageOf(durations: readonly number[]): number {
  const kept = durations
    .toSorted((a, b) => a - b)
    .slice(0, Math.ceil(durations.length * (1 - IGNORED_SHARE)));
  return kept.reduce((sum, each) => sum + each, 0) / Math.max(1, kept.length);
}
