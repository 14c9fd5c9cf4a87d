import { describe, expect, it } from 'vitest';
import type { SmokeRows, SmokeTestRequest } from '../../events/index.ts';
import { testEndpoint } from './test-endpoint.ts';

const rows: SmokeRows = {
  contentType: 'text/csv',
  rows: [
    { row: 'M,1', expected: 8.36 },
    { row: 'F,2', expected: 10.5 },
  ],
  tolerance: 1e-4,
  bounds: { minimum: 1, maximum: 20 },
};
const request: SmokeTestRequest = {
  mode: 'verify',
  endpointName: 'abalone',
  bucket: 'b',
  key: 'k',
  baseline: [],
  rounds: 1,
};

describe('a smoke test', () => {
  it('accepts the expected answers', async () => {
    const answers = new Map([
      ['M,1', '8.3600001\n'],
      ['F,2', '10.5'],
    ]);

    const reply = await testEndpoint(request, rows, async (row) => answers.get(row) ?? '');

    expect(reply).toEqual({ sent: 2, failed: 0, wrong: 0, answers: [], findings: [] });
  });

  it('names wrong answers and failures', async () => {
    const reply = await testEndpoint(request, rows, async (row) => {
      if (row === 'F,2') {
        throw Object.assign(new Error('Received server error (500) from primary'), {
          name: 'ModelError',
          OriginalStatusCode: 500,
        });
      }
      return '99';
    });

    expect(reply).toEqual({
      sent: 2,
      failed: 1,
      wrong: 1,
      answers: [],
      findings: [
        'row 1: answered 99, expected 8.36',
        'row 2: ModelError, status 500 of the container; see the log of the endpoint',
      ],
    });
  });

  it("accepts the old model's answers while both models answer", async () => {
    const baking = { ...request, mode: 'bake' as const, baseline: [7], rounds: 3 };

    const reply = await testEndpoint(baking, rows, async (row) => (row === 'M,1' ? '7' : '10.5'));

    expect(reply).toMatchObject({ sent: 6, failed: 0, wrong: 0 });
  });

  it('sends no row that the old model could not answer while both answer', async () => {
    const baking = { ...request, mode: 'bake' as const, baseline: [7, null], rounds: 3 };

    const reply = await testEndpoint(baking, rows, async (row) => {
      if (row === 'M,1') return '7';
      throw new Error('the old model fails at this row');
    });

    expect(reply).toMatchObject({ sent: 3, failed: 0, wrong: 0, findings: [] });
  });

  it("does not accept the old model's answers afterwards", async () => {
    const verifying = { ...request, baseline: [7, 10.5] };

    const reply = await testEndpoint(verifying, rows, async (row) =>
      row === 'M,1' ? '7' : '10.5',
    );

    expect(reply).toMatchObject({ wrong: 1, findings: ['row 1: answered 7, expected 8.36'] });
  });

  it('expects the recorded answers of a model that was not changed, where it gave any', async () => {
    const asked: string[] = [];
    const checking = { ...request, mode: 'unchanged' as const, baseline: [7, null] };

    const reply = await testEndpoint(checking, rows, async (row) => {
      asked.push(row);
      return '8.36';
    });

    expect(asked).toEqual(['M,1']);
    expect(reply).toMatchObject({
      sent: 1,
      wrong: 1,
      findings: ['row 1: answered 8.36, expected 7'],
    });
  });

  it('records the answers of the live model, and the rows it did not answer', async () => {
    const recording = { ...request, mode: 'record' as const };

    const reply = await testEndpoint(recording, rows, async (row) => (row === 'M,1' ? '7' : 'nan'));

    expect(reply).toMatchObject({
      answers: [7, null],
      wrong: 0,
      failed: 1,
      findings: ['row 2: the answer is not a number (3 characters)'],
    });
  });

  /** Powers of two, so that nothing is rounded: a share of the answer, of 1 where that is smaller. */
  it.each<[string, number, number]>([
    ['a large number', 4_096, 4],
    ['a large negative number', -4_096, 4],
    ['a probability', 0.5, 1 / 1_024],
    ['a class', 0, 1 / 1_024],
    ['the class after it', 1, 1 / 1_024],
  ])('accepts %s within the tolerance, and no other answers', async (_what, expected, width) => {
    const one: SmokeRows = { ...rows, rows: [{ row: 'r', expected }], tolerance: 1 / 1_024 };
    const test = async (answer: number) => {
      const { wrong } = await testEndpoint(request, one, async () => String(answer));
      return wrong;
    };

    expect(await test(expected + width)).toBe(0);
    expect(await test(expected - width)).toBe(0);
    expect(await test(expected + width * 1.01)).toBe(1);
    expect(await test(expected - width * 1.01)).toBe(1);
  });

  it('accepts recorded answers within the tolerance as well, and no others', async () => {
    const one: SmokeRows = {
      ...rows,
      rows: [{ row: 'r', expected: 8 }],
      tolerance: 1 / 1_024,
    };
    const test = async (mode: 'bake' | 'unchanged', answer: number) => {
      const { wrong } = await testEndpoint(
        { ...request, mode, baseline: [4] },
        one,
        async () => `${answer}\n`,
      );
      return wrong;
    };

    expect(await test('bake', 4 + 4 / 1_024)).toBe(0);
    expect(await test('bake', 4 + 5 / 1_024)).toBe(1);
    expect(await test('unchanged', 4 - 4 / 1_024)).toBe(0);
    expect(await test('unchanged', 4 - 5 / 1_024)).toBe(1);
  });

  it('describes the first five failures, and counts the rest', async () => {
    const many: SmokeRows = {
      ...rows,
      rows: Array.from({ length: 12 }, () => ({ row: 'r', expected: 1 })),
    };

    const reply = await testEndpoint(request, many, async () => '2');

    expect(reply.wrong).toBe(12);
    expect(reply.findings).toHaveLength(5);
  });

  // An endpoint may say again what it was sent: rows, which go into no history, mail or registry.
  it.each<[string, () => Promise<string>, string]>([
    [
      'an answer that is no number',
      async () => 'Row 1, sex: secret is none of F, I, M.',
      'row 1: the answer is not a number (38 characters)',
    ],
    [
      'an error of the model',
      async () => {
        throw Object.assign(new Error('Received client error (400): secret is not a number'), {
          name: 'ModelError',
          OriginalStatusCode: 400,
        });
      },
      'row 1: ModelError, status 400 of the container; see the log of the endpoint',
    ],
    [
      'an error of the service',
      async () => {
        throw Object.assign(new Error('Endpoint abalone of account 1 not found; secret.'), {
          name: 'ValidationError',
          $metadata: { httpStatusCode: 400 },
        });
      },
      'row 1: ValidationError, status 400; see the log of the endpoint',
    ],
    [
      'anything else',
      async () => {
        throw new TypeError('secret');
      },
      'row 1: TypeError; see the log of the endpoint',
    ],
  ])('does not repeat %s', async (_what, endpoint, finding) => {
    const one: SmokeRows = { ...rows, rows: [{ row: 'secret', expected: 1 }] };

    const reply = await testEndpoint(request, one, endpoint);

    expect(reply.findings).toEqual([finding]);
    expect(JSON.stringify(reply)).not.toContain('secret');
  });

  describe('of a classifier', () => {
    const classes: SmokeRows = {
      contentType: 'text/csv',
      rows: [
        { row: '1', expected: 'sun,0.83' },
        { row: '2', expected: '"rain, heavy",0.5' },
      ],
      labels: ['sun', 'snow', 'rain, heavy'],
      tolerance: 1e-4,
    };
    const ask = (answers: readonly string[], more: Partial<SmokeTestRequest> = {}) =>
      testEndpoint({ ...request, ...more }, classes, async (row) => answers[Number(row) - 1] ?? '');

    it('wants the same labels, and probabilities within the tolerance', async () => {
      expect(await ask(['sun,0.83005\n', '"rain, heavy",0.5\n'])).toMatchObject({
        wrong: 0,
        failed: 0,
      });
      expect(await ask(['sun,0.8302', 'snow,0.5'])).toMatchObject({
        wrong: 2,
        findings: [
          'row 1: answered sun,0.8302, expected sun,0.83',
          'row 2: answered snow,0.5, expected "rain, heavy",0.5',
        ],
      });
    });

    it('takes labels that are numbers, and no other row of numbers', async () => {
      const numbered: SmokeRows = {
        ...classes,
        rows: [{ row: '1', expected: '0,0.83' }],
        labels: [],
      };
      const answer = (text: string) => testEndpoint(request, numbered, async () => text);

      expect(await answer('0,0.83')).toMatchObject({ wrong: 0, failed: 0 });
      expect(await answer('1,0.83')).toMatchObject({
        findings: ['row 1: answered 1,0.83, expected 0,0.83'],
      });
      expect(await answer('1,0.83,7')).toMatchObject({
        findings: ['row 1: the answer is not a number (8 characters)'],
      });
    });

    it('records the answers of the live model', async () => {
      expect(await ask(['snow,0.4', '"rain, heavy",0.9'], { mode: 'record' })).toMatchObject({
        answers: ['snow,0.4', '"rain, heavy",0.9'],
      });
    });

    it('repeats no text that is not a label', async () => {
      const reply = await ask(['Mrs. Smith,0.4', 'sun,"0.5'], { mode: 'record' });

      expect(reply).toEqual({
        sent: 2,
        failed: 2,
        wrong: 0,
        answers: [null, null],
        findings: [
          'row 1: the answer is not a label or a number (14 characters)',
          'row 2: the answer is not a label or a number (8 characters)',
        ],
      });
    });
  });
});
