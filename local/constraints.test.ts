import { describe, expect, it } from 'vitest';
import { describeViolations, enumSet } from './constraints.ts';

describe('enumSet', () => {
  // Answers recorded on AWS: ListExecutions, CreateConnection, SetAlarmState, DynamoDB's UpdateItem.
  it.each([
    [
      ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'],
      ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
    ],
    [
      ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'],
      ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'],
    ],
    [
      ['OK', 'ALARM', 'INSUFFICIENT_DATA'],
      ['INSUFFICIENT_DATA', 'ALARM', 'OK'],
    ],
    [
      ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'],
      ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
    ],
  ])('prints %j as AWS does', (model, printed) => {
    expect(enumSet(model)).toEqual(printed);
  });
});

describe('describeViolations', () => {
  it('does not print what the model marks as sensitive', () => {
    expect(
      describeViolations([
        { member: 'input', value: 'secret', maximumBytes: 5, sensitive: true },
        { member: 'definition', value: undefined, required: true, sensitive: true },
      ]),
    ).toBe(
      "2 validation errors detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 5; Value at 'definition' failed to satisfy constraint: Member must not be null",
    );
  });

  it('counts bytes where the model does', () => {
    const constraint = { member: 'input', maximumBytes: 4 };

    expect(describeViolations([{ ...constraint, value: 'éé' }])).toBeUndefined();
    expect(describeViolations([{ ...constraint, value: 'ééa' }])).toContain('equal to 4');
  });
});
