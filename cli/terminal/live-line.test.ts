import { describe, expect, it } from 'vitest';
import { isLive, LiveLine } from './live-line.ts';

const CLEAR = '\r\u001b[2K';

function writtenStream(columns: number) {
  const written: string[] = [];
  return { isTTY: true, columns, written, write: (text: string) => written.push(text) > 0 };
}

describe('the last line', () => {
  it('is replaced in place, written again below what is written above, and removed', () => {
    const stream = writtenStream(40);
    const line = new LiveLine(stream, () => true);

    const part = line.open('Train model …');
    part.update('Evaluate model …');
    line.above(() => stream.write('a note\n'));
    part.end();

    expect(stream.written).toEqual([
      `${CLEAR}⠋ Train model …`,
      `${CLEAR}⠋ Evaluate model …`,
      CLEAR,
      'a note\n',
      `${CLEAR}⠋ Evaluate model …`,
      CLEAR,
    ]);
  });

  it('shows all that is under way', () => {
    const stream = writtenStream(40);
    const line = new LiveLine(stream, () => true);

    const rollout = line.open('Updating');
    const work = line.open('');
    work.update('Watch rollout …');
    work.end();
    rollout.end();

    expect(stream.written.slice(-3)).toEqual([
      `${CLEAR}⠋ Updating · Watch rollout …`,
      `${CLEAR}⠋ Updating`,
      CLEAR,
    ]);
  });

  // A pseudo-terminal of no size made one line a character.
  it.each([
    [10, '⠋ aaaaaa…'],
    [0, `⠋ ${'a'.repeat(76)}…`],
  ])('fits a terminal of %i columns', (columns, expected) => {
    const stream = writtenStream(columns);

    new LiveLine(stream, () => true).open('a'.repeat(200)).end();

    expect(stream.written[0]).toBe(`${CLEAR}${expected}`);
  });

  it('is not written where no line can be replaced', () => {
    const stream = writtenStream(40);
    const line = new LiveLine(stream, () => false);

    const part = line.open('Train model …');
    line.above(() => stream.write('a note\n'));
    part.end();

    expect(stream.written).toEqual(['a note\n']);
  });
});

it.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ CI: 'true' }, true, false],
  [{ CI: 'false' }, true, true],
  [{ NO_COLOR: '1' }, true, true],
])(
  'decides with %j on a terminal (%s) whether a line is replaced: %s',
  (environment, isTTY, expected) => {
    expect(isLive({ isTTY }, environment)).toBe(expected);
  },
);
