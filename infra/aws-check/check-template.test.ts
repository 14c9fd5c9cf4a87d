import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.ts';
import { type Answer, refused, validTemplate } from './recorded-answers.testing.ts';
import { RecordedAws } from './recorded-aws.testing.ts';
import type { Template } from './template.ts';

/** Of a template in a request. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
const BODY_BYTES = 51_200;

async function check(template: Template, answer: (body: string) => Answer = validTemplate) {
  const aws = new RecordedAws(({ TemplateBody = '' }) => answer(TemplateBody));
  const results = await checkTemplate(new CloudFormationClient(aws.config), 'app', template);
  return { results, requests: aws.requests };
}

function topic(properties: Readonly<Record<string, unknown>>, rest: object = {}) {
  return { Type: 'AWS::SNS::Topic', Properties: properties, ...rest };
}

/** Fifty resources of 3 KB, each with references to the one before and to the first. */
const large: Template = {
  Parameters: { BootstrapVersion: { Default: '30' } },
  Mappings: { Registries: { 'us-east-1': { account: '1' } } },
  Resources: Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [
      `Topic${index}`,
      topic(
        {
          DisplayName: 'x'.repeat(3_000),
          Before: { Ref: `Topic${Math.max(0, index - 1)}` },
          First: { 'Fn::GetAtt': ['Topic0', 'TopicArn'] },
          Text: { 'Fn::Sub': '${AWS::Region} ${Topic0} ${Topic0.TopicArn} ${!Topic0}' },
          Account: { 'Fn::FindInMap': ['Registries', { Ref: 'AWS::Region' }, 'account'] },
          Version: { Ref: 'BootstrapVersion' },
        },
        { DependsOn: ['Topic0', `Topic${index === 49 ? 48 : index + 1}`] },
      ),
    ]),
  ),
};

/** The ids that a template refers to. */
function referred(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referred);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === 'Ref') return [String(member)];
    if (key === 'Fn::GetAtt') return [String((member as readonly unknown[])[0])];
    if (key === 'DependsOn') return [member].flat().map(String);
    if (key !== 'Fn::Sub') return referred(member);
    return [...String(member).matchAll(/\$\{([^!.}]+)/g)].map(([, id]) => String(id));
  });
}

describe('ValidateTemplate', () => {
  it('is sent every resource once, in parts that a request takes and that stand alone', async () => {
    const { requests, results } = await check(large);

    const parts = requests.map(({ TemplateBody = '' }) => JSON.parse(TemplateBody) as Template);
    expect(parts.length).toBeGreaterThan(2);
    expect(results).toEqual(
      parts.map((_, index) => ({
        check: 'ValidateTemplate',
        subject: `app, part ${index + 1} of ${parts.length}`,
        status: 'ok',
      })),
    );
    expect(parts.flatMap(({ Resources }) => Object.keys(Resources))).toEqual(
      Object.keys(large.Resources),
    );
    for (const [index, part] of parts.entries()) {
      const { Action, TemplateBody = '', Version } = requests[index] ?? {};
      expect({ Action, Version }).toEqual({ Action: 'ValidateTemplate', Version: '2010-05-15' });
      expect(Buffer.byteLength(TemplateBody)).toBeLessThanOrEqual(BODY_BYTES);
      const known = [...Object.keys(part.Resources), 'AWS::Region', 'BootstrapVersion'];
      expect(referred(part).filter((id) => !known.includes(id))).toEqual([]);
      expect(part).toMatchObject({ Mappings: large.Mappings, Parameters: large.Parameters });
    }
  });

  it('keeps references within a part, and cuts out the texts that other checks judge', async () => {
    const { requests } = await check({
      Resources: {
        One: topic({ DashboardBody: { 'Fn::Join': ['', ['x'.repeat(60_000)]] } }),
        Two: topic({ Same: { Ref: 'One' }, Text: { 'Fn::Sub': '${One}' } }),
      },
    });

    expect(requests.map(({ TemplateBody = '' }) => JSON.parse(TemplateBody))).toEqual([
      {
        Resources: {
          One: topic({ DashboardBody: '{}' }),
          Two: topic({ Same: { Ref: 'One' }, Text: { 'Fn::Sub': '${One}' } }),
        },
      },
    ]);
  });

  it('is not sent a resource that fills more than a request, and never an empty template', async () => {
    const { requests, results } = await check({
      Resources: { Huge: topic({ DisplayName: 'x'.repeat(60_000) }), Small: topic({}) },
    });

    expect(results).toEqual([
      {
        check: 'ValidateTemplate',
        subject: 'app, part 1 of 2',
        status: 'left out',
        note: 'Huge is larger than a request',
      },
      { check: 'ValidateTemplate', subject: 'app, part 2 of 2', status: 'ok' },
    ]);
    expect(requests.map(({ TemplateBody = '' }) => JSON.parse(TemplateBody))).toEqual([
      { Resources: { Small: topic({}) } },
    ]);
  });

  it.each<[string, Answer, object]>([
    [
      'a finding in its own words',
      refused(
        400,
        'ValidationError',
        'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
      ),
      {
        status: 'FINDING',
        note: 'ValidationError: Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
      },
    ],
    [
      'not allowed if the credentials do not allow the call',
      refused(
        403,
        'AccessDenied',
        'User: arn:aws:iam::1:user/u is not authorized to perform: cloudformation:ValidateTemplate',
      ),
      {
        status: 'not allowed',
        note: 'these credentials may not call it: User: arn:aws:iam::1:user/u is not authorized to perform: cloudformation:ValidateTemplate',
      },
    ],
    [
      'not available where the endpoint lacks the operation',
      refused(400, 'InvalidAction', 'The action ValidateTemplate is not valid'),
      { status: 'not available', note: 'not available here' },
    ],
  ])('answers an error: %s', async (_what, answer, expected) => {
    const { results } = await check({ Resources: { One: topic({}) } }, () => answer);

    expect(results).toEqual([
      { check: 'ValidateTemplate', subject: 'app, part 1 of 1', ...expected },
    ]);
  });
});
