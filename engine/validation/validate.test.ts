import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { validate, validateState } from './validate.ts';

interface Case {
  readonly name: string;
  /** A JSON text, or its value. */
  readonly definition: unknown;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly severity?: Severity;
  /** `CODE: message at location`. */
  readonly expected: readonly string[];
}

const topics = [
  'choice',
  'error-handlers',
  'json-syntax',
  'jsonata',
  'machine',
  'map',
  'paths',
  'query-language',
  'resources',
  'states',
  'transitions',
  'variables',
  'warnings',
];

describe.each(topics)('%s', (topic) => {
  const cases = readCases(topic) as readonly Case[];

  test.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    const { definition, type = 'STANDARD', severity = 'ERROR', expected } = entry;
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);

    const diagnostics = validate(text, { type, severity });

    expect(diagnostics.map(render)).toEqual(expected);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
describe.each<[string, readonly string[], readonly string[]]>([
  ['states:startExecution', ['', '.sync', '.sync:2', '.waitForTaskToken'], ['.sync:3']],
  ['ecs:runTask', ['', '.sync', '.waitForTaskToken'], ['.sync:2']],
  ['sagemaker:createTrainingJob', ['', '.sync'], ['.sync:2', '.waitForTaskToken']],
  ['sagemaker:createEndpoint', [''], ['.sync', '.waitForTaskToken']],
  ['sqs:sendMessage', ['', '.waitForTaskToken'], ['.sync']],
  ['sns:publish', ['', '.waitForTaskToken'], ['.sync']],
  ['events:putEvents', ['', '.waitForTaskToken'], ['.sync']],
  ['lambda:invoke', ['', '.waitForTaskToken'], ['.sync']],
  ['dynamodb:getItem', [''], ['.sync', '.waitForTaskToken']],
])('%s', (operation, patterns, others) => {
  const isKnown = (pattern: string) => {
    const Resource = `arn:aws:states:::${operation}${pattern}`;
    const task = { Type: 'Task', Resource, Parameters: {}, End: true };
    const diagnostics = validate(JSON.stringify({ StartAt: 'T', States: { T: task } }));
    return !diagnostics.some(({ message }) => message.includes('is not recognized'));
  };

  test.each(patterns)('may be called with the pattern "%s"', (pattern) => {
    expect(isKnown(pattern)).toBe(true);
  });

  test.each(others)('may not be called with the pattern "%s"', (pattern) => {
    expect(isKnown(pattern)).toBe(false);
  });
});

describe('fields that a state type does not have', () => {
  const unsupported = readCases('unsupported-fields') as Readonly<
    Record<string, readonly string[]>
  >;

  test.each(Object.entries(unsupported))('%s refuses them', (type, fields) => {
    const state = JSON.stringify({
      Type: type,
      ...Object.fromEntries(fields.map((name) => [name, 1])),
    });

    const diagnostics = validateState(state);

    const found = diagnostics.map(render).filter((line) => line.includes('is not supported'));
    expect(found).toEqual(
      fields.map(
        (name) => `SCHEMA_VALIDATION_FAILED: Field '${name}' is not supported at /States/StateName`,
      ),
    );
  });
});

describe('a single state', () => {
  test('can have any next state', () => {
    expect(validateState('{"Type":"Pass","Next":"Elsewhere"}')).toEqual([]);
  });

  test('has the given name in locations', () => {
    const [diagnostic] = validateState('{"Type":"Pass"}', { name: 'Here' });

    expect(diagnostic?.location).toBe('/States/Here');
  });
});

describe('size', () => {
  test('a machine of 10,000 states is validated in linear time', () => {
    const states = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `state ${index}`,
        {
          Type: 'Task',
          QueryLanguage: 'JSONata',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'f', Payload: `{% $states.input.a[${index}] %}` },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'state 0' }],
          ...(index === 9_999 ? { End: true } : { Next: `state ${index + 1}` }),
        },
      ]),
    );

    const diagnostics = validate(JSON.stringify({ StartAt: 'state 0', States: states }));

    expect(diagnostics).toEqual([]);
  }, 30_000);

  test('a text of a million brackets is refused without a crash', () => {
    const [diagnostic] = validate(`{"a":${'['.repeat(1_000_000)}`);

    expect(diagnostic?.message).toContain('Document nesting depth (1001) exceeds the maximum');
  });

  test('an expression of 100,000 parentheses is refused without a crash', () => {
    const expression = `{% ${'('.repeat(100_000)}1${')'.repeat(100_000)} %}`;

    const diagnostics = validateState(
      JSON.stringify({ Type: 'Pass', QueryLanguage: 'JSONata', Output: expression, End: true }),
    );

    expect(diagnostics.map(({ code }) => code)).toEqual(['INVALID_JSONATA_EXPRESSION']);
  });
});

function render({ code, message, location }: Diagnostic): string {
  return `${code}: ${message} at ${location}`;
}

function readCases(topic: string): unknown {
  return JSON.parse(readFileSync(new URL(`cases/${topic}.json`, import.meta.url), 'utf8'));
}
