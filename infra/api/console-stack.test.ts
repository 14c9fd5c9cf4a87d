import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, it } from 'vitest';
import { abalone } from '../../projects/abalone/project.ts';
import { sharedStack } from '../testing/project-stack.testing.ts';
import { type SynthesizedConsole, synthesizeConsole } from './console-stack.testing.ts';

let made: SynthesizedConsole;

beforeAll(() => {
  made = synthesizeConsole([abalone], { origins: 'https://ml.example.org' });
});

it('has no finding without a reason', () => {
  expect(made.findings).toEqual([]);
});

it('lets only pages of the distribution and of configured origins send forms to the buckets', () => {
  const rules = made.template.findResources('Custom::UploadOrigins');

  expect(Object.values(rules)).toHaveLength(1);
  made.template.hasResourceProperties('Custom::UploadOrigins', {
    Create: Match.objectLike({
      'Fn::Join': Match.arrayWith([
        Match.arrayWith([
          Match.stringLikeRegexp('"AllowedMethods":\\["POST"\\],"AllowedOrigins":\\["https://$'),
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^SiteDistribution'), 'DomainName'] },
          Match.stringLikeRegexp('^","https://ml.example.org"\\],"ExposeHeaders"'),
        ]),
      ]),
    }),
  });
  const { stack } = sharedStack();
  const buckets = Template.fromStack(stack).findResources('AWS::S3::Bucket');
  expect(JSON.stringify(buckets)).not.toContain('Cors');
});

it('owns the logs of all its functions', () => {
  const functions = Object.values(made.template.findResources('AWS::Lambda::Function'));

  expect(functions.map(({ Properties: { LoggingConfig } }) => LoggingConfig)).toEqual(
    functions.map(() => ({ LogGroup: { Ref: expect.any(String) } })),
  );
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
it('lets alarms of the account publish to its topic', () => {
  const [policy] = Object.values(made.template.findResources('AWS::SNS::TopicPolicy'));

  expect(policy?.['Properties'].PolicyDocument.Statement).toContainEqual(
    expect.objectContaining({
      Action: 'sns:Publish',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
    }),
  );
});
