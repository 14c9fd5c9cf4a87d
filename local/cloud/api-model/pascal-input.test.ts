import { expect, it } from 'vitest';
import { readPascalInput } from './pascal-input.ts';

it('gives members the names of the operation, at every depth', () => {
  const given = {
    RoutingConfiguration: [{ StateMachineVersionArn: 'arn', Weight: 100 }],
    Name: 'live',
  };

  expect(readPascalInput('stepfunctions', 'CreateStateMachineAlias', given)).toEqual({
    routingConfiguration: [{ stateMachineVersionArn: 'arn', weight: 100 }],
    name: 'live',
  });
});

it('keeps the names of maps, and members that the operation does not have', () => {
  const Item = { id: { S: 'a' }, N: { N: '1' } };

  expect(readPascalInput('dynamodb', 'PutItem', { TableName: 't', Item, Other: 1 })).toEqual({
    TableName: 't',
    Item,
    Other: 1,
  });
});

it('makes bytes and times of texts and numbers', () => {
  expect(readPascalInput('lambda', 'Invoke', { Payload: '{"a":1}' })).toEqual({
    Payload: Buffer.from('{"a":1}'),
  });
  const StartDate = '2026-11-30T03:00:00Z';
  expect(readPascalInput('scheduler', 'UpdateSchedule', { StartDate, EndDate: 86_400 })).toEqual({
    StartDate: new Date(StartDate),
    EndDate: new Date(86_400_000),
  });
});

it('leaves the input of an operation that has no model as it is', () => {
  expect(readPascalInput('sqs', 'NoOperation', { A: 1 })).toEqual({ A: 1 });
});
