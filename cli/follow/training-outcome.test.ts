import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { printOutcome } from './outcome.ts';
import { outcomeOfTraining } from './training-outcome.ts';

function ended(output: object): DescribeExecutionCommandOutput {
  return { status: 'SUCCEEDED', output: JSON.stringify(output) } as DescribeExecutionCommandOutput;
}

function printed(description: DescribeExecutionCommandOutput): string {
  const terminal = writtenTerminal();
  printOutcome(outcomeOfTraining(description), terminal);
  return terminal.lines.join('\n');
}

describe('the outcome of a training', () => {
  it('of a dataset that was refused is bad, although the execution succeeded, and says why', () => {
    const description = ended({ outcome: 'Dataset rejected', reason: 'The file is empty.' });

    expect(outcomeOfTraining(description).isGood).toBe(false);
    expect(printed(description)).toMatch(
      /Dataset rejected.*The file is empty\..*Correct the file/s,
    );
  });

  it('of a dataset with many mistakes shows twenty places, how many more there are, and the record', () => {
    const examples = Array.from({ length: 20 }, (_, at) => `line ${at + 1}, column a: is wrong`);
    const description = ended({
      outcome: 'Dataset rejected',
      reason: '59 fields or rows are not as the project says.',
      problems: [
        { rule: 'missing value', count: 2, examples: examples.slice(0, 2) },
        { rule: 'wrong type', count: 57, examples },
      ],
      record: 's3://bucket/quarantine/abalone/d.json',
    });

    const { reasons } = outcomeOfTraining(description);

    expect(reasons.slice(0, 4)).toEqual([
      '59 fields or rows are not as the project says.',
      'missing value: line 1, column a: is wrong',
      'missing value: line 2, column a: is wrong',
      'wrong type: line 1, column a: is wrong',
    ]);
    expect(reasons.slice(20)).toEqual([
      'wrong type: line 18, column a: is wrong',
      '… and 39 more',
      'Record, with the values: s3://bucket/quarantine/abalone/d.json',
    ]);
  });

  it('below the gate is bad and names the objections and the metrics', () => {
    const description = ended({
      outcome: 'Below the gate',
      objections: ['mse is 7, at most 6 is allowed'],
      metrics: { mse: { value: 7, standard_deviation: 0.2 }, confusion_matrix: { 0: { 0: 3 } } },
    });

    expect(outcomeOfTraining(description).isGood).toBe(false);
    expect(printed(description)).toMatch(
      /mse 7\.000\n.*mse is 7, at most 6.*Nothing was registered/s,
    );
    expect(printed(description)).not.toContain('confusion_matrix');
  });

  it('of content that was trained on before names the run that did', () => {
    const description = ended({ outcome: 'Duplicate', claimedBy: 'arn:aws:states:::execution:a' });

    expect(outcomeOfTraining(description).isGood).toBe(true);
    expect(printed(description)).toMatch(/by arn:aws:states:::execution:a.*Nothing was trained/s);
  });

  it('of a registered model names it and says how it goes live', () => {
    const description = ended({ outcome: 'Registered', modelPackage: 'arn:group/1', metrics: {} });

    expect(printed(description)).toMatch(/arn:group\/1.*stepmill approve/s);
  });

  it('of an execution that failed is its error and cause', () => {
    const failed = { status: 'FAILED', error: 'Boom', cause: 'the job said so' };

    expect(outcomeOfTraining(failed as DescribeExecutionCommandOutput)).toEqual({
      outcome: 'Boom',
      reasons: ['the job said so'],
      advice: 'Fix the cause and upload the file again; --logs shows the output of the scripts.',
      isGood: false,
      isWanted: false,
    });
  });
});
