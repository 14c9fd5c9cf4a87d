import { describe, expect, it } from 'vitest';
import { describeRefusal } from './refusal.ts';
import { validate } from './validate.ts';

/** The message of the refusal of a machine whose distributed Map has this label. */
function refusalOf(label: string, name = 'Map'): string {
  const definition = JSON.stringify({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'One', States: { One: { Type: 'Succeed' } } },
          { StartAt: name, States: { [name]: mapWith(label) } },
        ],
        End: true,
      },
    },
  });
  const message = describeRefusal(definition, validate(definition));
  return message.replace(` in definition '${definition}'.`, '');
}

function mapWith(label: string): object {
  return {
    Type: 'Map',
    Label: label,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Each',
      States: { Each: { Type: 'Succeed' } },
    },
    End: true,
  };
}

/** The form is recorded on AWS: the `repr` of Python, which says how quotes and control characters are written. */
describe('the refusal of a label', () => {
  it.each([
    ['', "Error=ValueError Args=['Label cannot be empty']"],
    ['x'.repeat(41), "Error=ValueError Args=['Label cannot exceed 40 characters']"],
    ['a b', `Error=ValueError Args=["Label contains invalid character: ' '"]`],
    ['a"b', `Error=ValueError Args=['Label contains invalid character: \\'"\\'']`],
    ['a\\b', `Error=ValueError Args=["Label contains invalid character: '\\\\\\\\'"]`],
    ['a\nb', `Error=ValueError Args=["Label contains invalid character: '\\\\n'"]`],
    ['a\tb', `Error=ValueError Args=["Label contains invalid character: '\\\\t'"]`],
    ['a\rb', `Error=ValueError Args=["Label contains invalid character: '\\\\r'"]`],
    ['a\u0001b', `Error=ValueError Args=["Label contains invalid character: '\\\\x01'"]`],
    ['a\u009fb', `Error=ValueError Args=["Label contains invalid character: '\\\\x9f'"]`],
  ])('%j is in the words of Python', (label, expected) => {
    expect(refusalOf(label)).toBe(expected);
  });

  it.each(['Map', 'a/b', 'a/b/c', 'x[0]', 'x[1]/Branches[0]'])(
    'finds the label in the state %s',
    (name) => {
      expect(refusalOf('', name)).toBe("Error=ValueError Args=['Label cannot be empty']");
      expect(refusalOf('a b', name)).toContain("invalid character: ' '");
    },
  );

  it('names all other problems with their places', () => {
    const definition = '{"States":{},"TimeoutSeconds":"x"}';

    expect(describeRefusal(definition, validate(definition))).toBe(
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /, SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States, SCHEMA_VALIDATION_FAILED: Expected value of type Integer at /TimeoutSeconds'",
    );
  });
});
