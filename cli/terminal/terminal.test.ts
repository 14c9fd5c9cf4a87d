import { afterEach, expect, it, vi } from 'vitest';
import { Interrupted } from './interruption.ts';
import { bold, createTerminal, hasColours, terminalText } from './terminal.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('leaves the keyboard to the terminal while something runs', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const setRawMode = vi.fn();
  const before = process.stdin.isTTY;
  Object.assign(process.stdin, { isTTY: true, setRawMode });
  try {
    await createTerminal().during('Work', async () => undefined);
  } finally {
    Object.assign(process.stdin, { isTTY: before });
  }

  expect(setRawMode).not.toHaveBeenCalled();
});

it('says in a log that work begins, and how it ended', async () => {
  vi.stubEnv('CI', 'true');
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);

  await createTerminal().during('Work', async (update) => update('half of it'));

  expect(written.mock.calls.map(([text]) => String(text))).toEqual([
    '- Work\n',
    expect.stringMatching(/^✓ Work \d+\.\d s\n$/),
  ]);
});

it('marks work that was interrupted as ended, not as failed', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const terminal = createTerminal();

  await expect(
    terminal.during('Work', () => Promise.reject(new Interrupted('SIGINT'))),
  ).rejects.toBeInstanceOf(Interrupted);
  await expect(terminal.during('Other', () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );

  const lines = written.mock.calls.join('');
  expect(lines).toMatch(/– Work/);
  expect(lines).toMatch(/✗ Other/);
});

// https://no-color.org; FORCE_COLOR stands above it, as in Node.js.
it.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ CI: 'true' }, false, false],
])('decides with %j on a terminal (%s) for colours: %s', (environment, isTTY, expected) => {
  expect(hasColours({ isTTY }, environment)).toBe(expected);
});

it('omits escape sequences when colours are off', () => {
  expect(terminalText(`a ${bold('b')} c`, false)).toBe('a b c');
  expect(terminalText(bold('b'), true)).toBe('\u001b[1mb\u001b[0m');
});

// U+FDD0 to U+FDEF are noncharacters: https://www.unicode.org/faq/private_use.html#noncharacters
it('takes no character of a text of others for a mark of a style', () => {
  expect(terminalText(`${bold('a')} \ufdd3forged\ufdd5`)).toBe(
    String.raw`${'\u001b[1ma\u001b[0m'} \u{fdd3}forged\u{fdd5}`,
  );
});
