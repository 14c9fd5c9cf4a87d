import { describe, expect, it } from 'vitest';
import { findJsonProblem, findSyntaxError } from './json-syntax.ts';

/*
 * A text with all that JSON has. It is cut, and its characters are replaced, at each place. Whether it is valid then is what
 * JavaScript's parser says; the messages, which are those of Jackson, are in `tables/broken-json.txt`.
 */

const whole = '{"a\\u00e9\\n": [-1.5e+3, 0, true, null],\n\r "b": {"": []},\r\n"c": "x"}';

const others = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.',
  'e',
  'x',
  ' ',
  '\t',
  '\u0001',
  '/',
  '\u00fc',
  '\u20ac',
];

const places = Array.from({ length: whole.length }, (_, at) => at);
const cut = places.map((at) => whole.slice(0, at));
const replaced = places.flatMap((at) =>
  others.map((other) => `${whole.slice(0, at)}${other}${whole.slice(at + 1)}`),
);
const more = [
  ...[
    '01',
    '-',
    '-x',
    '1.',
    '1.x',
    '1e',
    '1e+',
    '-01',
    '1x',
    '.5',
    '+1',
    'NaN',
    'nul',
    'truex',
    '$',
  ],
  ...[
    '1 2',
    '{} {}',
    '[1,]',
    '[,1]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '"\u007f"',
    ' \n',
  ],
  ...[
    '"\\u12"',
    '"\\u',
    '"\\u00g0"',
    '"\\',
    '"\\q"',
    '"a\nb"',
    '{"a\nb":1}',
    '[1 2]',
    '{"a":1 "b":2}',
    '[1}',
    '{"a":1]',
  ],
  `"${'x'.repeat(600)}`,
];

describe('a text', () => {
  it.each(['cut', 'replaced', 'more'])('%s is valid if JavaScript parses it', (name) => {
    const texts = { cut, replaced, more }[name] ?? [];

    expect(texts.filter((text) => (findSyntaxError(text) === undefined) !== isJson(text))).toEqual(
      [],
    );
  });

  it('that is not JSON has the message and the place of the first error', async () => {
    const some = replaced.filter((_, index) => index % 3 === 0);
    const lines = [...cut, ...some, ...more].map((text) => {
      const found = findSyntaxError(text);
      const place = found?.location?.replace(/^.*(?=line: )/su, '');
      const problem = findJsonProblem(text) ?? 'none';
      return `${JSON.stringify(text.slice(0, 80))}: ${place ?? 'valid'} ${JSON.stringify(problem)}`;
    });

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('tables/broken-json.txt');
  });

  it('repeats its beginning in the whole message', () => {
    expect(findSyntaxError(`[${'x'.repeat(600)}`)).toEqual({
      severity: 'ERROR',
      code: 'INVALID_JSON_DESCRIPTION',
      message: expect.stringMatching(
        /^Unrecognized token 'x{600}': was expecting .*\n at \[Source: \(String\)"\[x{499}"\[truncated 101 chars\]; line: 1, column: 602\]$/u,
      ) as string,
      location: `[Source: (String)"[${'x'.repeat(499)}"[truncated 101 chars]; line: 1, column: 602]`,
    });
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
