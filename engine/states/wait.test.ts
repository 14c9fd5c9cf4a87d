import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { MAXIMUM_WAIT_SECONDS } from '../limits.ts';
import { execute, start } from '../testing/index.ts';

/** The duration of a Wait state in seconds, or its error. */
function wait(fields: object, input: Json): number | string | undefined {
  const definition = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', ...fields, End: true } } };
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) return diagnostics[0]?.message;
  const { status, cause, history } = execute(machine, input);
  const times = history.map(({ timestamp }) => timestamp);
  return status === 'SUCCEEDED' ? ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000 : cause;
}

const sentence = (rest: string) =>
  `An error occurred while executing the state 'Rest' (entered at the event id #2). ${rest}`;

describe('a Wait', () => {
  it.each<[Json, number | string]>([
    [3, 3],
    // Observed on AWS: a text that contains a number is used as the number.
    ['3', 3],
    // Recorded on AWS, except for the text: tests/aws/services/stepfunctions/v2 of LocalStack.
    [-1, sentence('The SecondsPath parameter references a negative value: $.s == -1')],
    [1.5, sentence('The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5')],
    [-1.5, sentence('The SecondsPath parameter cannot be parsed as a long value: $.s == -1.5')],
    ['x', sentence('The SecondsPath parameter cannot be parsed as a long value: $.s == x')],
  ])('with %j seconds at a path: %j', (seconds, expected) => {
    expect(wait({ SecondsPath: '$.s' }, { s: seconds })).toBe(expected);
  });

  it.each([
    ['{% 3 %}', 3],
    [
      "{% '3' %}",
      sentence(
        "The JSONata expression ''3'' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"3\"",
      ),
    ],
    ['{% 1.5 %}', sentence('The Seconds field cannot be parsed as an integer: 1.5')],
    ['{% -1 %}', sentence('Seconds must be between 0 and 99999999 but was: -1')],
  ])('for the seconds %s takes %j', (seconds, expected) => {
    expect(wait({ QueryLanguage: 'JSONata', Seconds: seconds }, {})).toBe(expected);
  });

  it('until a timestamp ignores fractions of a second', () => {
    const definition = {
      StartAt: 'Rest',
      States: { Rest: { Type: 'Wait', TimestampPath: '$', End: true } },
    };
    const { machine } = parse(JSON.stringify(definition));
    if (machine === undefined) throw new Error('The definition is invalid.');
    const now = start(machine, '2000-01-01T00:00:00Z').clock.now();
    const whole = Math.ceil(now / 1000) * 1000 + 5000;

    const { history } = execute(machine, `${new Date(whole).toISOString().slice(0, -4)}900Z`);

    expect(history.at(-1)?.timestamp).toBe(whole);
  });

  it('can be as long as AWS allows, and not a second longer', () => {
    const tooLong = sentence('Wait state delay is too long.');
    const { clock } = start(
      parse('{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}').machine ??
        expect.fail('The definition is invalid.'),
      {},
    );
    const until = (seconds: number) =>
      new Date(clock.now() + seconds * 1000).toISOString().replace('.000Z', 'Z');

    // Every execution ends after one year, so the longest wait does not end.
    expect(wait({ SecondsPath: '$' }, MAXIMUM_WAIT_SECONDS)).toBeUndefined();
    expect(wait({ SecondsPath: '$' }, MAXIMUM_WAIT_SECONDS + 1)).toBe(tooLong);
    expect(wait({ TimestampPath: '$' }, until(MAXIMUM_WAIT_SECONDS))).toBeUndefined();
    expect(wait({ TimestampPath: '$' }, until(MAXIMUM_WAIT_SECONDS + 1))).toBe(tooLong);
  });
});
