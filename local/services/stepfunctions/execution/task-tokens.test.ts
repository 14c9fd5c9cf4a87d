import { beforeEach, describe, expect, it } from 'vitest';
import { TaskTimedOut } from '../errors.ts';
import { type OpenTask, TaskTokens } from './task-tokens.ts';

const UUID = '0123abcd-0123-0123-0123-0123456789ab';
const tokenOf = (number: number) => Buffer.from(`${number} ${UUID}`).toString('base64');

const task = (resourceArn: string): OpenTask => ({
  executionArn: 'arn:execution',
  resourceArn,
  reporter: undefined as never,
});

let tokens: TaskTokens;

beforeEach(() => {
  tokens = new TaskTokens();
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html: TaskTimedOut
describe('the token of a task that has ended', () => {
  it('still belongs to its state machine, so that only its callers see TaskTimedOut', () => {
    const close = tokens.open(tokenOf(1), task('arn:machine'));
    expect(tokens.resourceOf(tokenOf(1))).toBe('arn:machine');

    close();

    expect(tokens.resourceOf(tokenOf(1))).toBe('arn:machine');
    expect(tokens.resourceOf(tokenOf(2))).toBe('*');
    expect(tokens.resourceOf(undefined)).toBe('*');
    expect(() => tokens.find(tokenOf(1))).toThrow(TaskTimedOut);
  });

  it('stays open for a task that was started again with it', () => {
    const close = tokens.open(tokenOf(1), task('arn:first'));
    const again = task('arn:again');
    tokens.open(tokenOf(1), again);

    close();

    expect(tokens.find(tokenOf(1))).toBe(again);
  });

  it('is forgotten after 10,000 others', () => {
    for (let number = 0; number < 10_000; number += 1) {
      tokens.open(tokenOf(number), task(`arn:${number}`))();
    }
    expect(tokens.resourceOf(tokenOf(0))).toBe('arn:0');

    tokens.open(tokenOf(10_000), task('arn:10000'))();

    expect(tokens.resourceOf(tokenOf(0))).toBe('*');
    expect(tokens.resourceOf(tokenOf(1))).toBe('arn:1');
    expect(tokens.resourceOf(tokenOf(10_000))).toBe('arn:10000');
  });
});
