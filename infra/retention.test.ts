import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { createStack } from './testing/project-stack.testing.ts';

/** Resources of the type, with their deletion policies. */
function policiesOf(template: Template): Record<string, Set<unknown>> {
  const { Resources: resources } = template.toJSON() as {
    Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
  };
  const policies: Record<string, Set<unknown>> = {};
  for (const { Type, DeletionPolicy } of Object.values(resources)) {
    (policies[Type] ??= new Set()).add(DeletionPolicy);
  }
  return policies;
}

/** Not `Retain`: the resources of a failed first deployment would block the next one. */
const kept = new Set(['RetainExceptOnCreate']);

describe('Data, models and logs', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['prod', { environment: 'prod' }],
    ['production', { environment: 'production' }],
    ['prod, also where prod is to be destroyed', { environment: 'prod', destroyData: 'prod' }],
    ['staging with retain', { environment: 'staging', retain: 'true' }],
    ['dev with retain', { retain: 'true' }],
  ])('outlive the stack of %s', (_what, context) => {
    const template = Template.fromStack(createStack(abalone, context).stack);
    const policies = policiesOf(template);

    expect(policies['AWS::S3::Bucket']).toEqual(kept);
    expect(policies['AWS::SageMaker::ModelPackageGroup']).toEqual(kept);
    expect(policies['AWS::Logs::LogGroup']).toEqual(kept);
    expect(policies['Custom::S3AutoDeleteObjects']).toBeUndefined();
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ STEPMILL_RETAIN: 'true' }) },
    });
    template.hasResource('AWS::IAM::Role', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { Description: Match.stringLikeRegexp('Runs the models') },
    });
    template.hasOutput('DataWhenDeleted', { Value: 'kept' });
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['dev', {}],
    ['staging', { environment: 'staging' }],
    [
      'prod, where the command names it',
      { environment: 'prod', retain: 'false', destroyData: 'prod' },
    ],
  ])('are deleted with the stack of %s', (_what, context) => {
    const template = Template.fromStack(createStack(abalone, context).stack);
    const policies = policiesOf(template);

    expect(policies['AWS::S3::Bucket']).toEqual(new Set(['Delete']));
    expect(policies['AWS::SageMaker::ModelPackageGroup']).toEqual(new Set(['Delete']));
    expect(policies['AWS::Logs::LogGroup']).toEqual(new Set(['Delete']));
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ STEPMILL_RETAIN: 'false' }) },
    });
    template.hasOutput('DataWhenDeleted', { Value: 'deleted' });
  });

  it.each<readonly [Readonly<Record<string, string>>, RegExp]>([
    [{ environment: 'prod', retain: 'false' }, /pass -c retain=false -c destroyData=prod/],
    [
      { environment: 'production', retain: 'false', destroyData: 'prod' },
      /destroyData.*is \\?"prod\\?", but the environment is \\?"production/s,
    ],
    [{ environment: 'dev', destroyData: 'prod' }, /destroyData/],
  ])('are kept with the settings %o', (context, message) => {
    expect(() => createStack(abalone, context)).toThrow(message);
  });

  it('are reported as kept at synth', () => {
    const { app, stack } = createStack(abalone, { environment: 'prod' });
    app.synth();

    const found = Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('are kept'));

    expect(found).toHaveLength(1);
  });

  it('keep the function that removes releases, because its removal from the stack would run it', () => {
    for (const environment of ['dev', 'prod']) {
      const template = Template.fromStack(createStack(abalone, { environment }).stack);
      expect(Object.keys(template.findResources('Custom::StepmillTeardown'))).toHaveLength(1);
    }
  });
});

describe('The bucket', () => {
  it('expires captures, refusals, old versions and incomplete uploads, and no current data', () => {
    const template = Template.fromStack(createStack(abalone).stack);
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));

    expect(bucket?.['Properties']).toHaveProperty('LifecycleConfiguration.Rules', [
      {
        Id: 'Incomplete',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        ExpiredObjectDeleteMarker: true,
      },
      { Id: 'Captured', Status: 'Enabled', Prefix: 'captured/abalone/', ExpirationInDays: 30 },
      { Id: 'Quarantine', Status: 'Enabled', Prefix: 'quarantine/abalone/', ExpirationInDays: 365 },
      ...['incoming', 'runs'].map((name) => ({
        Id: `Tiering-${name}`,
        Status: 'Enabled',
        Prefix: `${name}/abalone/`,
        Transitions: [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 30 }],
      })),
    ]);
  });

  it('keeps things as long as the project says', () => {
    const retention = { capturedDays: 7, quarantineDays: 8, oldVersionDays: 9, tieringDays: null };
    const template = Template.fromStack(createStack({ ...abalone, retention }).stack);
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));

    expect(bucket?.['Properties']).toMatchObject({
      LifecycleConfiguration: {
        Rules: [
          { NoncurrentVersionExpiration: { NoncurrentDays: 9 } },
          { ExpirationInDays: 7 },
          { ExpirationInDays: 8 },
        ],
      },
    });
  });
});

describe('Logs', () => {
  it('of the endpoint and of every function belong to the stack and have a retention', () => {
    const template = Template.fromStack(createStack(abalone).stack);
    const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));

    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/sagemaker/Endpoints/abalone',
    });
    for (const { Properties } of groups) expect(Properties).toHaveProperty('RetentionInDays');
    expect(functions.length).toBeGreaterThan(4);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ LoggingConfig: { LogGroup: { Ref: expect.anything() } } });
    }
  });
});
