import { expect, it } from 'vitest';
import { parse } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';

/** The cause without the sentence that names the state; undefined if the execution succeeded. */
function causeOf(state: object, input: Json): string | undefined {
  const definition = { StartAt: 'S', States: { S: { ...state, End: true } } };
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return execute(machine, input, { tasks: { S: 'done' } }).cause?.replace(/^.*?#\d+\)\. /, '');
}

const task = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:listQueues', Parameters: {} };
const map = {
  Type: 'Map',
  ItemsPath: '$.items',
  ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
};

const reading = {
  Type: 'Map',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.value' },
    Parameters: { Bucket: 'bucket', Key: 'key' },
  },
  ItemProcessor: {
    ...map.ItemProcessor,
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  },
};

/** The message is recorded on AWS for Map (`{}`, `NoNumber`); the fields of Task are of the same kind. */
it.each([
  ['NoNumber', 'NoNumber'],
  [{}, '{}'],
  [1.5, '1.5'],
  [null, 'null'],
])('a path to %j is not an integer, for Task and Map', (value, printed) => {
  const input = { items: [], value };
  const refused = (field: string) =>
    `The ${field} field refers to value "${printed}" which is not a valid integer: $.value`;

  const causes = [
    causeOf({ ...task, TimeoutSecondsPath: '$.value' }, input),
    causeOf({ ...task, HeartbeatSecondsPath: '$.value' }, input),
    causeOf({ ...map, MaxConcurrencyPath: '$.value' }, input),
    causeOf(reading, input),
  ];

  expect(causes).toEqual(
    ['TimeoutSecondsPath', 'HeartbeatSecondsPath', 'MaxConcurrencyPath', 'MaxItemsPath'].map(
      refused,
    ),
  );
});

it.each([7, '7'])('a path to %j is an integer', (value) => {
  const causes = [
    causeOf({ ...task, TimeoutSecondsPath: '$.value' }, { value }),
    causeOf({ ...map, MaxConcurrencyPath: '$.value' }, { items: [], value }),
  ];

  expect(causes).toEqual([undefined, undefined]);
});

it('an expression that gives a fraction is reported as not an integer', () => {
  const { ItemsPath: _, ...each } = map;
  const jsonata = { ...each, QueryLanguage: 'JSONata', Items: [] };

  const cause = causeOf({ ...jsonata, MaxConcurrency: '{% 1.5 %}' }, {});

  expect(cause).toBe('The MaxConcurrency field cannot be parsed as an integer: 1.5');
});

it.each([
  ['{% 1.5 %}', 'The TimeoutSeconds field cannot be parsed as an integer: 1.5'],
  ['{% -1 %}', 'TimeoutSeconds must be between 0 and 99999999 but was: -1'],
  ['{% 99999999 %}', undefined],
  ['{% 100000000 %}', 'TimeoutSeconds must be between 0 and 99999999 but was: 100000000'],
])('an expression for seconds must be in the allowed range: %s', (seconds, cause) => {
  const { Parameters: _, ...bare } = task;
  const jsonata = { ...bare, QueryLanguage: 'JSONata', Arguments: {} };

  expect(causeOf({ ...jsonata, TimeoutSeconds: seconds }, {})).toBe(cause);
});
