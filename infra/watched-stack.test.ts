import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../definition/index.ts';
import { createStack, sharedStack } from './testing/project-stack.testing.ts';
import {
  promptStack,
  retrainedAbalone,
  watchedAbalone,
} from './testing/watched-project.testing.ts';

const strays = (prefixes: readonly string[]) => ({
  Name: 'abalone-stray-upload',
  EventPattern: { detail: { object: { key: [{ 'anything-but': { prefix: prefixes } }] } } },
});

let template: Template;
let plain: Template;

beforeAll(() => {
  template = Template.fromStack(sharedStack(watchedAbalone).stack);
  plain = Template.fromStack(sharedStack().stack);
}, 120_000);

describe('the stack of a project that scores files', () => {
  it('has no finding', () => {
    const found = Annotations.fromStack(sharedStack(watchedAbalone).stack);

    expect(found.findError('*', Match.anyValue())).toEqual([]);
    expect(found.findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('scores what arrives below its prefix', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'abalone-scoring',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'scoring/abalone/' }] } },
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: Match.stringLikeRegexp('^Scoring') },
          DeadLetterConfig: Match.anyValue(),
        }),
      ],
    });
  });

  it('takes its own files for no stray uploads, and another project does', () => {
    const own = ['scoring', 'scoring-requests', 'scored', 'labels', 'monitoring'];
    const all = ['incoming', 'runs', 'quarantine', 'captured', ...own];
    const prefixes = all.map((place) => `${place}/abalone/`);

    template.hasResourceProperties('AWS::Events::Rule', strays(prefixes));
    plain.hasResourceProperties('AWS::Events::Rule', strays(prefixes.slice(0, 4)));
  });

  it('starts by the clock, and only where its workflow may be started', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'abalone-scoring',
      GroupName: 'default',
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { Ref: Match.stringLikeRegexp('^Scoring') },
        DeadLetterConfig: Match.anyValue(),
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 },
      },
    });
    // The schedule's group is the source, never the schedule itself:
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:SourceArn': {
                  'Fn::Join': [
                    '',
                    Match.arrayWith([Match.stringLikeRegexp(':schedule-group/default$')]),
                  ],
                },
              },
            },
          }),
        ],
      },
    });
    const [input] = Object.values(
      template.findResources('AWS::Scheduler::Schedule', {
        Properties: { Name: 'abalone-scoring' },
      }),
    ).map(({ Properties: properties }) => JSON.stringify(properties.Target.Input));
    expect(input).toContain('<aws.scheduler.scheduled-time>');
    expect(input).toContain('scoring/abalone/daily.csv');
  });

  it('lets the model that scores read rows and write answers, and nothing else', () => {
    const [logicalId] = Object.keys(
      template.findResources('AWS::IAM::Role', {
        Properties: { Description: 'Runs the models that score files for abalone' },
      }),
    );
    const [policy] = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: logicalId }] } }),
    );
    const { Statement: statements } = (policy?.['Properties']?.PolicyDocument ?? {
      Statement: [],
    }) as {
      readonly Statement: readonly { readonly Action: string; readonly Resource: unknown }[];
    };
    const objects = statements
      .filter(({ Action: action }) => /^s3:(Get|Put)/.test(action))
      .map(({ Action: action, Resource: resource }) => [
        action,
        ...Array.from(JSON.stringify(resource).matchAll(/"\/([^"]+)"/g), ([, path]) => path),
      ]);

    expect(objects).toEqual([
      ['s3:GetObject', 'runs/abalone/*/model.tar.gz', 'scored/abalone/*/input/*'],
      ['s3:PutObject', 'scored/abalone/*/answers/*'],
    ]);
  });

  it('watches its model by the clock', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'abalone-monitoring',
      ScheduleExpression: 'rate(6 hours)',
      Target: { Arn: { Ref: Match.stringLikeRegexp('^Monitoring') } },
    });
  });

  it('judges the quality of a window by the same clock, once its labels are due', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'abalone-monitoring-labels',
      ScheduleExpression: 'rate(6 hours)',
      Target: {
        Input:
          '{"eventId":"labels-<aws.scheduler.scheduled-time>","scheduledTime":"<aws.scheduler.scheduled-time>","labelsDue":true}',
      },
    });
    const prompt = Template.fromStack(promptStack());
    expect(
      Object.keys(
        prompt.findResources('AWS::Scheduler::Schedule', {
          Properties: { Name: 'abalone-monitoring-labels' },
        }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['abalone-drift', 'DriftAlarm'],
    ['abalone-quality', 'QualityAlarm'],
  ])('has the alarm %s, which stays as it is between two windows', (name, metric) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: name,
      Namespace: 'Stepmill',
      MetricName: metric,
      TreatMissingData: 'ignore',
      Threshold: 1,
    });
  });

  it('forgets what it scored after a time', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith(
          ['scoring', 'scoring-requests', 'scored'].map((place) => ({
            Id: `Scored-${place}`,
            Prefix: `${place}/abalone/`,
            ExpirationInDays: 90,
            Status: 'Enabled',
          })),
        ),
      },
    });
  });

  it('hears of its transform jobs, and needs an instance for them', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'abalone-observation',
      EventPattern: {
        'detail-type': Match.arrayWith(['SageMaker Transform Job State Change']),
        detail: { $or: Match.arrayWith([{ TransformJobName: [{ prefix: 'abalone-score-' }] }]) },
      },
    });
    template.hasOutput('NeededQuotas', {
      Value: Match.stringLikeRegexp('ml.m5.large for transform job usage: 1'),
    });
  });

  it('adds nothing to a project that does not', () => {
    const { Resources: resources } = plain.toJSON() as { readonly Resources: object };

    plain.resourceCountIs('AWS::Scheduler::Schedule', 0);
    expect(
      /scor(ing|ed)\/abalone|transform job/i.exec(JSON.stringify(resources))?.[0],
    ).toBeUndefined();
  });
});

describe('the stack of a project that is retrained automatically', () => {
  let template: Template;

  beforeAll(() => {
    template = Template.fromStack(sharedStack(retrainedAbalone).stack);
  }, 120_000);

  it('has no finding', () => {
    const found = Annotations.fromStack(sharedStack(retrainedAbalone).stack);

    expect(found.findError('*', Match.anyValue())).toEqual([]);
    expect(found.findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('decides when labels arrive, and by the clock', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: 'abalone-labels',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'labels/abalone/' }] } },
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: Match.stringLikeRegexp('^Retraining') },
          InputTransformer: Match.objectLike({
            InputTemplate: Match.stringLikeRegexp('"trigger":"labels"'),
          }),
          DeadLetterConfig: Match.anyValue(),
        }),
      ],
    });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'abalone-retraining',
      ScheduleExpression: 'rate(7 days)',
      Target: { Arn: { Ref: Match.stringLikeRegexp('^Retraining') } },
    });
  });

  it('lets the monitoring start it, and nothing else', () => {
    const starts = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(
        ({ Properties: properties }) =>
          properties.PolicyDocument.Statement as readonly {
            readonly Action: string | readonly string[];
            readonly Resource: unknown;
          }[],
      )
      .filter(({ Action: action }) => action === 'states:StartExecution')
      .map(({ Resource: resource }) => JSON.stringify(resource))
      .filter((resource) => resource.includes('stateMachine:abalone-retraining'));

    expect(starts).toHaveLength(1);
  });

  it('lets the decision upload below its own prefix only', () => {
    const writes = JSON.stringify(
      Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
        /^RetrainingRole|^HandlersCombineDatasets/.test(id),
      ),
    );

    expect(writes).toContain('incoming/abalone/retraining/*');
    expect(writes).not.toContain('incoming/abalone/*');
  });

  it('asks by neither where the project does not say so', () => {
    const project = defineProject({
      ...(watchedAbalone as ProjectInput),
      retraining: { triggers: ['drift'] },
    });
    const asked = Template.fromStack(createStack(project).stack);

    expect(
      asked.findResources('AWS::Events::Rule', { Properties: { Name: 'abalone-labels' } }),
    ).toEqual({});
    expect(
      asked.findResources('AWS::Scheduler::Schedule', {
        Properties: { Name: 'abalone-retraining' },
      }),
    ).toEqual({});
  });
});
