import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedStack } from '../testing/project-stack.testing.ts';
import { abaloneInContainers, abaloneOnLambda } from '../testing/served-projects.testing.ts';
import { watchedAbalone } from '../testing/watched-project.testing.ts';
import { type SynthesizedConsole, synthesizeConsole } from './console-stack.testing.ts';

let made: SynthesizedConsole;

beforeAll(() => {
  made = synthesizeConsole([watchedAbalone], {
    origins: 'https://ml.example.org',
    encryption: 'kms',
  });
});

it('has no finding without a reason', () => {
  expect(made.findings).toEqual([]);
});

it('has no finding without a reason for models on Lambda and in containers', () => {
  const { findings } = synthesizeConsole([
    abaloneOnLambda,
    { ...abaloneInContainers, name: 'shellfish' },
  ]);

  expect(findings).toEqual([]);
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

/** The resources that the API's function may use an action on, as text. */
function allowed(action: string): string {
  const policies = Object.values(made.template.findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(
    ({ Properties }) =>
      Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[],
  );
  return JSON.stringify(
    statements
      .filter(({ Action }) => [Action].flat().includes(action))
      .map(({ Resource }) => Resource),
  );
}

it('starts scorings and monitorings, and reads what they make, of projects that have them', () => {
  expect(allowed('states:StartExecution')).toMatch(/stateMachine:abalone-scoring"/);
  expect(allowed('states:StartExecution')).toMatch(/stateMachine:abalone-monitoring"/);
  expect(allowed('states:StartExecution')).not.toContain('abalone-retraining');
  expect(allowed('s3:GetObject')).toMatch(/\/scored\/abalone\/\*/);
  expect(allowed('s3:GetObject')).toMatch(/\/monitoring\/abalone\/\*/);
  expect(allowed('s3:PutObject')).toMatch(/\/scoring-requests\/abalone\/\*/);
  expect(allowed('s3:PutObject')).not.toContain('/scoring/abalone/');
  // https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
  expect(new Set(allowed('logs:FilterLogEvents').match(/\/aws\/sagemaker\/\w+/g))).toEqual(
    new Set(
      ['TrainingJobs', 'ProcessingJobs', 'TransformJobs'].map((kind) => `/aws/sagemaker/${kind}`),
    ),
  );
});

it('uses the keys of projects that have them, for what it reads and what people upload', () => {
  for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
    expect(allowed(action)).toBe('[{"Fn::ImportValue":"stepmill-dev-abalone-key"}]');
  }
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

const imported = (name: string) => ({ 'Fn::ImportValue': `stepmill-dev-abalone-${name}` });

describe('with auditTrail', () => {
  let trailed: SynthesizedConsole;

  beforeAll(() => {
    trailed = synthesizeConsole([watchedAbalone], { auditTrail: 'true' });
  });

  it('records data events of the data, the claims and the audit, and nothing else', () => {
    const [trail, ...others] = Object.values(
      trailed.template.findResources('AWS::CloudTrail::Trail'),
    );
    const { EventSelectors, ...settings } = trail?.['Properties'] ?? {};
    const [{ DataResources: [objects, items] = [], ...selector } = {}] = EventSelectors;

    expect(others).toEqual([]);
    expect(settings).toMatchObject({ IsLogging: true, EnableLogFileValidation: true });
    expect(selector).toEqual({ ReadWriteType: 'All', IncludeManagementEvents: false });
    expect(objects).toEqual({
      Type: 'AWS::S3::Object',
      Values: [
        {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', imported('bucket'), '/']],
        },
      ],
    });
    expect(items.Type).toBe('AWS::DynamoDB::Table');
    expect(JSON.stringify(items.Values[0])).toContain(JSON.stringify(imported('claims')));
    expect(items.Values[1]).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^AuditTable/), 'Arn'],
    });
  });

  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  it('lets only its own trail write into an encrypted bucket', () => {
    const statements = Object.values(trailed.template.findResources('AWS::S3::BucketPolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Principal }) => Principal.Service === 'cloudtrail.amazonaws.com');

    expect(statements.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['s3:GetBucketAcl', { StringEquals: { 'aws:SourceArn': expect.anything() } }],
      [
        's3:PutObject',
        {
          StringEquals: {
            'aws:SourceArn': expect.anything(),
            's3:x-amz-acl': 'bucket-owner-full-control',
          },
        },
      ],
    ]);
    expect(JSON.stringify(statements)).toContain(':trail/stepmill-dev-console-audit');
  });

  it('has no finding without a reason, and is not there by default', () => {
    expect(trailed.findings).toEqual([]);
    made.template.resourceCountIs('AWS::CloudTrail::Trail', 0);
  });
});

it('keeps the audit of production and not its site, which a deployment makes again', () => {
  const { template } = synthesizeConsole([watchedAbalone], { environment: 'prod' });
  const policies = (type: string) =>
    new Set(Object.values(template.findResources(type)).map((found) => found['DeletionPolicy']));

  expect(policies('AWS::S3::Bucket')).toEqual(new Set(['Delete']));
  expect(policies('AWS::DynamoDB::GlobalTable')).toEqual(new Set(['RetainExceptOnCreate']));
});
