import { expect, it } from 'vitest';
import { recordFormatOf } from './record-format.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
it.each([
  ['text/csv', 'a,1,b'],
  ['text/csv; header=absent', 'a,1,b'],
  [' Text/CSV ;x', 'a,1,b'],
])('rows of %j are joined as cells', (type, joined) => {
  const format = recordFormatOf(type);

  expect(format?.render(format.join(format.parse('a,1'), format.parse('b')))).toBe(joined);
  expect(format?.render(format.append(format.parse('a'), { id: 'i' }))).toBe('a,i');
});

it.each(['application/json', 'application/jsonlines', 'application/json;charset=utf-8'])(
  'records of %j get what the model says as a member',
  (type) => {
    const format = recordFormatOf(type);

    expect(format?.join({ a: 1 }, 2)).toEqual({ a: 1, SageMakerOutput: 2 });
    expect(format?.join([1], 2)).toEqual({ SageMakerInput: [1], SageMakerOutput: 2 });
    expect(format?.append({ a: 1 }, { id: 'i' })).toEqual({ a: 1, id: 'i' });
    expect(format?.append([1], { id: 'i' })).toEqual({ SageMakerOutput: [1], id: 'i' });
    expect(format?.render({ a: 1 })).toBe('{"a":1}');
  },
);

it.each([undefined, '', 'text/plain', 'application/x-image'])('%j has no records', (type) => {
  expect(recordFormatOf(type)).toBeUndefined();
});
