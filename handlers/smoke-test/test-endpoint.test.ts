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
  it('is content with the expected answers', async () => {
    const answers = new Map([
      ['M,1', '8.3600001\n'],
      ['F,2', '10.5'],
    ]);

    const reply = await testEndpoint(request, rows, async (row) => answers.get(row) ?? '');

    expect(reply).toEqual({ sent: 2, failed: 0, wrong: 0, answers: [], findings: [] });
  });

  it('names wrong answers and failures', async () => {
    const reply = await testEndpoint(request, rows, async (row) => {
      if (row === 'F,2') throw new Error('Received server error (500) from primary');
      return '99';
    });

    expect(reply).toEqual({
      sent: 2,
      failed: 1,
      wrong: 1,
      answers: [],
      findings: [
        'row 1: answered 99, expected 8.36',
        'row 2: Received server error (500) from primary',
      ],
    });
  });

  it("takes the old model's answers for right while both answer", async () => {
    const baking = { ...request, mode: 'bake' as const, baseline: [7, null], rounds: 3 };

    const reply = await testEndpoint(baking, rows, async (row) => (row === 'M,1' ? '7' : '10.5'));

    expect(reply).toMatchObject({ sent: 6, failed: 0, wrong: 0 });
  });

  it("does not take the old model's answers for right afterwards", async () => {
    const verifying = { ...request, baseline: [7, 10.5] };

    const reply = await testEndpoint(verifying, rows, async (row) =>
      row === 'M,1' ? '7' : '10.5',
    );

    expect(reply).toMatchObject({ wrong: 1, findings: ['row 1: answered 7, expected 8.36'] });
  });

  it('demands of an unharmed model the answers it gave before, where it gave any', async () => {
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

  it('records what the live model answers, and what it does not', async () => {
    const recording = { ...request, mode: 'record' as const };

    const reply = await testEndpoint(recording, rows, async (row) => (row === 'M,1' ? '7' : 'nan'));

    expect(reply).toMatchObject({
      answers: [7, null],
      wrong: 0,
      failed: 1,
      findings: ['row 2: the answer "nan" is no number'],
    });
  });
});
