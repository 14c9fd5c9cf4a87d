import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { Sandbox } from './sandbox.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** A process that never loads its code. */
function loadingProcess(memoryMb: number) {
  const kill = vi.fn();
  const exited = new Promise<string>((resolve) => {
    kill.mockImplementation(() => resolve('signal: killed'));
  });
  const process: SandboxProcess = {
    pid: 1,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    marksEnds: true,
    memoryMb: () => memoryMb,
    exited,
    kill,
  };
  return { process, kill };
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the Init phase has a limit of its own.
it.each<[limit: string, memoryMb: number, initMs: number]>([
  ['too long', 1, 1],
  ['with too much memory', 200, 60_000],
])('ends a process that loads its code %s before an invocation', async (_, memoryMb, initMs) => {
  const { process, kill } = loadingProcess(memoryMb);
  const sandbox = new Sandbox({ start: () => process, memoryMb: 128, initMs, line: () => {} });
  await sandbox.start();
  expect(sandbox.isUsable).toBe(true);

  await sandbox.loaded;

  expect(sandbox.isUsable).toBe(false);
  expect(kill).toHaveBeenCalled();
});
