import { describe, expect, it } from 'vitest';
import type { ProjectFacts } from '../../../events/index.ts';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, awsError, facts, liveOn, NOW, problemOf } from '../api.testing.ts';

const record = { sex: 'M', length: 1 };
const gives = (text: string): Answers => ({
  ...liveOn(3),
  InvokeEndpoint: () => ({
    InvokedProductionVariant: 'AllTraffic',
    Body: { transformToString: () => text },
  }),
});
const csv: Partial<ProjectFacts> = { contentTypes: ['text/csv'] };

async function predict(
  body: object,
  {
    answers = gives('{"predictions":[{"prediction":1}]}'),
    own = {},
  }: {
    readonly answers?: Answers;
    readonly own?: Partial<ProjectFacts>;
  } = {},
) {
  const api = apiBefore(answers, { facts: own });
  const answer = await api.call('predict', {
    body: { modelName: 'abalone', records: [record], ...body },
  });
  const [asked] = api.sent('InvokeEndpoint') as { readonly Body: string }[];
  return { api, answer, asked };
}

const oddRecords = (count: number) => Array.from({ length: count }, () => ({ ...record, odd: 1 }));

const problemOfMany = async (count: number) =>
  problemOf((await predict({ records: oddRecords(count) })).answer);

describe('a question', () => {
  it('is sent as JSON where the model takes it', async () => {
    const { asked, answer } = await predict({});
    expect(asked).toEqual({
      EndpointName: 'abalone',
      InferenceId: 'an-id',
      ContentType: 'application/json',
      Accept: 'application/json',
      Body: '{"rows":[{"sex":"M","length":1}],"include":["confidence","riskFactors"]}',
    });
    expect(answer.body).toEqual({
      modelName: 'abalone',
      model: 'abalone:3',
      variant: 'AllTraffic',
      predictions: [{ prediction: 1, inferenceId: 'an-id.1' }],
    });
  });

  it.each([
    ['binary', {}, ['probability', 'confidence', 'riskFactors']],
    ['multiclass', {}, ['probability', 'confidence', 'riskFactors']],
    ['regression', { include: [] }, []],
    ['binary', { include: ['probabilities'] }, ['probabilities']],
  ] as const)('of a %s project with %j includes %j', async (problem, body, include) => {
    const { asked } = await predict(body, { own: { problem } });
    expect(JSON.parse(asked?.Body ?? '')).toMatchObject({ include });
  });

  it('is sent as CSV in the order of the file where the model takes only that', async () => {
    const columns: ProjectFacts['columns'] = [
      { name: 'note', type: 'text', optional: true },
      ...facts.columns,
    ];
    const ask = async (note: string | null) => {
      const { asked } = await predict(
        { records: [{ length: 1, sex: 'M', note }] },
        { own: { ...csv, columns }, answers: gives('1\n') },
      );
      return asked;
    };
    expect(await ask('plain')).toMatchObject({
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: 'plain,M,1\n',
    });
    expect((await ask('a,b'))?.Body).toBe('"a,b",M,1\n');
    expect((await ask('a "b"'))?.Body).toBe('"a ""b""",M,1\n');
    expect((await ask('a\nb'))?.Body).toBe('"a\nb",M,1\n');
    expect((await ask('a\rb'))?.Body).toBe('"a\rb",M,1\n');
    expect((await ask(null))?.Body).toBe(',M,1\n');
  });

  it('of several records is asked once', async () => {
    const { asked, answer } = await predict(
      { records: [record, { sex: 'F', length: 2 }] },
      { own: csv, answers: gives('1.5\n2.5\n') },
    );
    expect(asked?.Body).toBe('M,1\nF,2\n');
    expect(answer.body).toMatchObject({
      predictions: [
        { prediction: 1.5, inferenceId: 'an-id.1' },
        { prediction: 2.5, inferenceId: 'an-id.2' },
      ],
    });
  });

  it('converts what people write to what the model reads', async () => {
    const columns: ProjectFacts['columns'] = [
      { name: 'a', type: 'number', missingValues: ['?'], optional: true },
      { name: 'b', type: 'integer', ignore: true },
      { name: 'c', type: 'date' },
      { name: 'rings', type: 'integer' },
    ];
    const ask = async (given: object) => {
      const { asked } = await predict({ records: [given] }, { own: { columns } });
      return (JSON.parse(asked?.Body ?? '') as { readonly rows: readonly object[] }).rows[0];
    };
    expect(await ask({ a: ' 1.50 ', b: '007', c: ' 2026-11-29 ' })).toEqual({
      a: 1.5,
      b: '007',
      c: '2026-11-29',
    });
    expect(await ask({ a: '?', c: 5 })).toEqual({ a: null, b: null, c: '5' });
    expect(await ask({ a: ' ', c: 'x' })).toEqual({ a: null, b: null, c: 'x' });
  });

  it.each([
    ['the kit', {}, '{"predictions":[{"prediction":1,"outOfRange":["length"]}]}'],
    ['another model', csv, '1\n'],
  ])(
    'with a number outside its range is answered by %s, which the answer names',
    async (_, own, text) => {
      const { asked, answer } = await predict(
        { records: [{ sex: 'M', length: 2.5 }] },
        { own, answers: gives(text) },
      );
      expect(asked?.Body).toContain('2.5');
      expect(answer.body).toMatchObject({
        predictions: [{ prediction: 1, outOfRange: ['length'], inferenceId: 'an-id.1' }],
      });
    },
  );

  it('with many mistakes names fifty of them', async () => {
    const one = await problemOfMany(1);
    expect(one).toEqual({
      status: 400,
      kind: 'malformed-request',
      detail: 'The records have a mistake; the model was not asked.',
      errors: [{ pointer: '#/records/0/odd', detail: 'is not a column' }],
    });
    const more = await problemOfMany(51);
    expect(more.detail).toBe('The records have 51 mistakes; the model was not asked.');
    expect(more.errors).toHaveLength(50);
  });

  it('of a model of no package has no version', async () => {
    const { answer } = await predict(
      {},
      {
        answers: { ...gives('{"predictions":[{"prediction":1}]}'), DescribeModel: () => ({}) },
      },
    );
    expect(answer.body).toMatchObject({ model: null });
  });

  it('knows what was live in the last second', async () => {
    let now = NOW;
    const api = apiBefore(gives('{"predictions":[{"prediction":1}]}'), { now: () => now });
    for (const milliseconds of [0, 999, 1]) {
      now += milliseconds;
      await api.call('predict', { body: { modelName: 'abalone', records: [record] } });
    }
    expect(api.sent('DescribeEndpoint')).toHaveLength(2);
  });
});

describe('an answer of the model', () => {
  it.each([
    ['1.5', { prediction: 1.5 }],
    [' 2 \n', { prediction: 2 }],
    ['yes,0.75', { prediction: 'yes', probability: 0.75 }],
    ['1,0.5\n', { prediction: 1, probability: 0.5 }],
    ['', { prediction: '' }],
    [' ,0.5', { prediction: '', probability: 0.5 }],
  ])('of the CSV %j is read', async (text, prediction) => {
    const { answer } = await predict({}, { own: csv, answers: gives(text) });
    expect(answer.body).toMatchObject({
      predictions: [{ ...prediction, inferenceId: 'an-id.1' }],
    });
  });

  it.each(['{"predictions":[]}', '{"predictions":[{"prediction":1},{"prediction":2}]}'])(
    'with another number of predictions, %s, is refused',
    async (text) => {
      const { answer } = await predict({}, { answers: gives(text) });
      expect(problemOf(answer)).toEqual({
        status: 502,
        kind: 'model-failed',
        detail: `The model gave ${text.split('prediction"').length - 1} answers to 1 records.`,
      });
    },
  );

  it.each(['not JSON', '{}', '{"predictions":{}}', '[]'])(
    'of the form %s is refused',
    async (text) => {
      const { answer } = await predict({}, { answers: gives(text) });
      expect(problemOf(answer)).toEqual({
        status: 502,
        kind: 'model-failed',
        detail: 'The model gave an answer that is not predictions.',
      });
    },
  );
});

const failWith = async (name: string, message: string, members: object = {}) =>
  (
    await predict(
      {},
      {
        answers: {
          ...liveOn(3),
          InvokeEndpoint: () => {
            throw awsError(name, message, members);
          },
        },
      },
    )
  ).answer;

const refuseWith = (OriginalStatusCode: number | undefined, OriginalMessage?: string) =>
  failWith('ModelError', 'Received client error', { OriginalStatusCode, OriginalMessage });

it('of rows that no service takes at once is refused with the size and what to do', async () => {
  const answer = await failWith('413', 'HTTP content length exceeded 26214400 bytes.');

  expect(problemOf(answer)).toEqual({
    status: 400,
    kind: 'malformed-request',
    detail: expect.stringMatching(
      /^abalone takes no request of \d+ bytes \(HTTP content .* 26214400 bytes\); the model was not asked\. Send fewer rows/,
    ),
  });
});

describe('an error of the endpoint', () => {
  it.each([
    ['{"error":"Row 1: \\"x\\" is no number"}', 'Row 1: "x" is no number'],
    ['{"code": 1, "error" : "no"}', 'no'],
    [' Row 1: no \n', 'Row 1: no'],
    [undefined, ''],
  ])('of the rows, %j, is passed on as text', async (message, detail) => {
    expect(problemOf(await refuseWith(415, message))).toEqual({
      status: 422,
      kind: 'rows-refused',
      detail,
    });
  });

  it.each([
    [499, 'rows-refused'],
    [500, 'model-failed'],
    [undefined, 'model-failed'],
  ])('of the status %s is %s', async (status, kind) => {
    const problem = problemOf(await refuseWith(status, 'secret'));
    expect(problem.kind).toBe(kind);
    if (kind === 'model-failed') {
      expect(problem.detail).toBe('The model of abalone failed; see its log.');
    }
  });

  it.each([
    ['ValidationError', 'Endpoint abalone of account 1 not found.', 409],
    ['ValidationError', 'Could not find endpoint', 409],
    ['ValidationError', 'Body is too large', 500],
    ['InternalFailure', 'not found', 500],
  ])('%s "%s" has the status %i', async (name, message, status) => {
    const answer = await failWith(name, message);
    expect(answer.status).toBe(status);
    if (status === 409) {
      expect(problemOf(answer)).toEqual({
        status,
        kind: 'no-live-model',
        detail:
          'abalone does not exist yet: no model is live, so nothing was asked. Approve a version on the page Models or with npx stepmill approve; without one, upload data first.',
      });
    }
  });
});
