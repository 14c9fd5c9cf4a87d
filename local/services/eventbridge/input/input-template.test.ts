import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../event.ts';
import { BrokenTemplate, fillTemplate, isTemplate, unknownPlaceholders } from './input-template.ts';

const event = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
  detail: { 'instance-id': 'i-0123456789', state: 'RUNNING', count: 3, tags: ['a', 'b'] },
} as unknown as EventEnvelope;

const InputPathsMap = {
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  count: '$.detail.count',
  tags: '$.detail.tags',
  missing: '$.detail.missing',
};

const context = {
  ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/example',
  ruleName: 'example',
  ingestionTime: '2015-11-11T21:29:55Z',
};

function fill(InputTemplate: string): string {
  return fillTemplate({ InputPathsMap, InputTemplate }, event, context);
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
describe('an input template', () => {
  it.each([
    ['"<instance> is in state <state>"', '"i-0123456789 is in state RUNNING"'],
    ['{"instance": <instance>, "state": <state>}', { instance: 'i-0123456789', state: 'RUNNING' }],
    ['{"instance": "<instance>!"}', { instance: 'i-0123456789!' }],
    ['{"count": <count>, "tags": <tags>}', { count: 3, tags: ['a', 'b'] }],
    ['{"rule": <aws.events.rule-name>}', { rule: 'example' }],
    ['{"arn": <aws.events.rule-arn>}', { arn: context.ruleArn }],
    ['{"at": <aws.events.event.ingestion-time>}', { at: context.ingestionTime }],
  ])('%s is filled', (template, expected) => {
    const filled = fill(template);

    expect(typeof expected === 'string' ? filled : JSON.parse(filled)).toEqual(expected);
  });

  it('that is invalid JSON after substitution delivers nothing', () => {
    expect(() => fill('{"tags": "<tags>"}')).toThrow(BrokenTemplate);
  });

  it('names the placeholders that nothing defines', () => {
    const InputTemplate =
      '{"a": <instance>, "b": <other>, "c": <aws.events.event>, "d": <aws.other>}';

    expect(unknownPlaceholders({ InputPathsMap, InputTemplate })).toEqual(['other', 'aws.other']);
  });

  it.each([
    ['{"a": <x>}', true],
    ['"text <x>"', true],
    ['"line"\n"line"', true],
    ['', false],
    ['text <x>', false],
    ['"line"\ntext', false],
    ['{"a": }', false],
  ])('%j is accepted: %s', (template, expected) => {
    expect(isTemplate(template)).toBe(expected);
  });
});
