import { describe, expect, it } from 'vitest';
import { createWorkflowClock, TaskError, WorkflowExecution } from '../simulation/index.ts';
import { readVisits } from './recorded-visits.ts';

const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Note',
  States: {
    Note: { Type: 'Pass', Assign: { name: '{% $states.input.name %}' }, Next: 'Call' },
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:headObject',
      Arguments: { Bucket: 'b', Key: '{% $name %}' },
      Retry: [{ ErrorEquals: ['S3.Busy'], MaxAttempts: 1, IntervalSeconds: 1 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Each' }],
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      Items: [1, 2],
      ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
      Next: 'Stop',
    },
    Stop: { Type: 'Fail', Error: 'Over' },
  },
});

function record(errors: readonly string[]) {
  const time = createWorkflowClock();
  const left = [...errors];
  const execution = new WorkflowExecution(
    {
      definition,
      input: { name: 'k' },
      answer: () => {
        const error = left.shift();
        if (error !== undefined) throw new TaskError(error, 'why');
        return { ETag: 't' };
      },
    },
    time,
  );
  while (execution.status === 'RUNNING' && time.step());
  return readVisits(execution.history);
}

describe('the visits of an execution', () => {
  it('have the input, the variables, the arguments and the answer of a task, and the outcome', () => {
    const visits = record(['S3.Busy']);

    expect(visits.map(({ state, outcome }) => [state, outcome])).toEqual([
      ['Note', { kind: 'left', output: { name: 'k' }, next: 'Call' }],
      ['Call', { kind: 'retried' }],
      ['Call', { kind: 'left', output: { ETag: 't' }, next: 'Each' }],
      ['One', { kind: 'left', output: 1, next: undefined }],
      ['One', { kind: 'left', output: 2, next: undefined }],
      ['Each', { kind: 'left', output: [1, 2], next: 'Stop' }],
      ['Stop', { kind: 'failed', error: 'Over' }],
    ]);
    expect(visits[1]).toMatchObject({
      variables: { name: 'k' },
      task: { Bucket: 'b', Key: 'k' },
      answer: { kind: 'error', error: 'S3.Busy', cause: 'why' },
      retries: 0,
      execution: { input: { name: 'k' }, startedAt: '2026-11-20T00:00:00Z' },
    });
    expect(visits[2]).toMatchObject({ answer: { kind: 'result' }, retries: 1 });
    expect(visits[3]).toMatchObject({ input: 1, variables: { name: 'k' } });
  });

  it('say that an error was caught', () => {
    const call = record(['S3.Gone']).find(({ state }) => state === 'Call');

    expect(call).toMatchObject({
      answer: { error: 'S3.Gone' },
      outcome: { kind: 'left', next: 'Each' },
    });
  });
});
