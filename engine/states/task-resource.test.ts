import { expect, it } from 'vitest';
import { parse } from '../index.ts';
import { execute } from '../testing/index.ts';

function run(Resource: string) {
  const Send = {
    Type: 'Task',
    Resource,
    Parameters: { QueueUrl: 'q', MessageBody: 'm' },
    End: true,
  };
  const { machine, diagnostics } = parse(JSON.stringify({ StartAt: 'Send', States: { Send } }));
  if (machine === undefined) throw new Error(diagnostics[0]?.message);
  return execute(machine, {}, { tasks: { Send: () => 'sent' } });
}

// Observed on AWS: https://github.com/aws/aws-cdk/issues/4597.
it('a task of another partition fails before it is scheduled', () => {
  const { status, error, cause, history } = run('arn:aws-cn:states:::sqs:sendMessage');

  expect([status, error, cause]).toEqual([
    'FAILED',
    'States.Runtime',
    "An error occurred while executing the state 'Send' (entered at the event id #2). The resource belongs to a different partition from the running execution.",
  ]);
  expect(history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ExecutionFailed',
  ]);
});

// AWS's own sample projects have such resources.
it.each([
  'arn:aws:states:us-east-1:000000000000:sqs:sendMessage',
  'arn:aws:states:us-east-1:000000000000:aws-sdk:s3:getObject',
  'arn:aws:states:us-east-1:000000000000:aws-sdk:sqs:sendMessage.waitForTaskToken',
])('a resource can name a region and an account: %s', (resource) => {
  expect(run(resource).status).toBe('SUCCEEDED');
});
