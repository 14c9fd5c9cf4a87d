import { afterEach, expect, it, vi } from 'vitest';
import { createTerminal } from './terminal.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('leaves Ctrl-C to the terminal while something runs', async () => {
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
  const setRawMode = vi.fn();
  const before = { in: process.stdin.isTTY, err: process.stderr.isTTY };
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  Object.assign(process.stdin, { isTTY: true, setRawMode });
  Object.assign(process.stderr, { isTTY: true });
  Object.assign(process.stderr, {
    clearLine: () => true,
    cursorTo: () => true,
    moveCursor: () => true,
  });
  try {
    await createTerminal().during('Work', async () => undefined);
  } finally {
    Object.assign(process.stdin, { isTTY: before.in });
    Object.assign(process.stderr, { isTTY: before.err });
  }

  // The spinner was shown, so it could have taken the keyboard.
  expect(written.mock.calls.join('')).toContain('Work');
  expect(setRawMode).not.toHaveBeenCalled();
});
