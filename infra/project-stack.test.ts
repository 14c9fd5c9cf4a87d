import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Project } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { computedProjects } from './testing/computed-projects.testing.ts';
import {
  createStack,
  readDefinition,
  type StackUnderTest,
  sharedStack,
} from './testing/project-stack.testing.ts';

const scaledProject: Project = {
  ...abalone,
  serving: {
    ...abalone.serving,
    autoscaling: {
      minimumInstances: 2,
      maximumInstances: 4,
      invocationsPerInstance: 100,
      scaleInCooldownSeconds: 300,
      scaleOutCooldownSeconds: 60,
    },
    network: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
    volumeKmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
  },
};

const singleContainer = { ...abalone.registry, packaging: 'single-container' } as const;
const triedProject: Project = {
  ...scaledProject,
  serving: {
    ...abalone.serving,
    trial: { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' },
  },
};
const serverlessProject: Project = {
  ...abalone,
  registry: singleContainer,
  serving: {
    type: 'serverless',
    memoryMb: 2048,
    maxConcurrency: 5,
    keepPrevious: 3,
    gatherSeconds: 5,
    pollSeconds: 15,
  },
};

interface RolePolicy {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Action: string | readonly string[];
      readonly Resource: unknown;
      readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }[];
  };
}

let underTest: StackUnderTest;
let template: Template;

beforeAll(() => {
  underTest = sharedStack();
  template = Template.fromStack(underTest.stack);
}, 120_000);

describe('the stack of a project', () => {
  it('keeps data in a versioned, encrypted bucket that tells EventBridge', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Delete',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('starts a training with what the upload was', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'incoming/abalone/' }] } },
      },
      Targets: [
        {
          InputTransformer: {
            InputPathsMap: {
              id: '$.id',
              'detail-bucket-name': '$.detail.bucket.name',
              'detail-object': '$.detail.object',
            },
            InputTemplate:
              '{"eventId":<id>,"bucket":<detail-bucket-name>,"object":<detail-object>}',
          },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: Match.anyValue(),
        },
      ],
    });
  });

  it('logs and traces every state machine', () => {
    template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
    });
  });

  it.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionThrottled'])(
    'has an alarm on %s of every state machine',
    (metricName) => {
      const alarms = template.findResources('AWS::CloudWatch::Alarm', {
        Properties: {
          Namespace: 'AWS/States',
          MetricName: metricName,
          TreatMissingData: 'notBreaching',
        },
      });

      expect(Object.keys(alarms)).toHaveLength(3);
    },
  );

  it('has an alarm on undelivered events and on the dead-letter queue', () => {
    const undelivered = template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { Namespace: 'AWS/Events', MetricName: 'FailedInvocations' },
    });

    expect(Object.keys(undelivered)).toHaveLength(4);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
    });
  });

  it('notifies the topic of events that the observer could not read', () => {
    const [observer] = Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'observer' } } },
      }),
    );
    const properties = observer?.['Properties'] as
      | { readonly Environment: { readonly Variables: Readonly<Record<string, string>> } }
      | undefined;
    const variables = properties?.Environment.Variables ?? {};

    // What Powertools puts beside a metric of the function.
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: variables['POWERTOOLS_METRICS_NAMESPACE'],
      MetricName: 'UnreadableEvents',
      Dimensions: [
        { Name: 'Environment', Value: variables['STEPMILL_ENVIRONMENT'] },
        { Name: 'Project', Value: variables['STEPMILL_PROJECT'] },
        { Name: 'service', Value: 'observer' },
      ],
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
    });
  });

  it('tells commands where its parts are', () => {
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/stepmill/dev/abalone',
      Type: 'String',
    });
  });

  it('gives no role a managed policy', () => {
    const roles = Object.entries(template.findResources('AWS::IAM::Role'))
      // The bucket's own cleaner is the CDK's.
      .filter(([id]) => !id.startsWith('CustomS3AutoDeleteObjects'));

    for (const [id, role] of roles) {
      const { ManagedPolicyArns: managed } = role['Properties'] as { ManagedPolicyArns?: unknown };
      expect({ id, managed }).toEqual({ id, managed: undefined });
    }
  });

  it('binds every role that a service takes on to this account and to what it is for', () => {
    const tried = Template.fromStack(createStack(triedProject).stack);
    const trusts = Object.entries(tried.findResources('AWS::IAM::Role')).flatMap(([id, role]) => {
      const { AssumeRolePolicyDocument: document } = role['Properties'] as {
        AssumeRolePolicyDocument: { Statement: { Principal: object; Condition?: object }[] };
      };
      return document.Statement.map((statement) => ({ id, ...statement }));
    });

    for (const { id, Principal, Condition } of trusts) {
      // Lambda documents no source of the roles that it takes on for functions.
      if (JSON.stringify(Principal).includes('lambda.amazonaws.com')) continue;
      expect({ id, Condition }).toEqual({
        id,
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: { 'aws:SourceArn': expect.anything() },
        },
      });
    }
    expect(trusts.length).toBeGreaterThan(15);
  });

  it('lets each role touch the claims that are its own, and no other item', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).map(
      ({ Properties }) => Properties as RolePolicy,
    );

    const [table] = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    const itsTable = `":table/",{"Ref":"${table}"}]]}`;
    const touched = policies.flatMap(({ PolicyDocument, Roles: [role] }) =>
      PolicyDocument.Statement.flatMap(({ Action, Condition, Resource }) =>
        [Action].flat().flatMap((action) => {
          if (!action.startsWith('dynamodb:')) return [];
          expect(JSON.stringify(Resource).slice(-itsTable.length)).toBe(itsTable);
          const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
          return [`${role?.Ref.replace(/Role[0-9A-F]{8}$/, '')} ${action} ${String(keys)}`];
        }),
      ),
    );

    expect([...new Set(touched)].toSorted()).toEqual([
      'Promotion dynamodb:DeleteItem endpoint#abalone',
      'Promotion dynamodb:GetItem endpoint#abalone',
      'Promotion dynamodb:PutItem endpoint#abalone',
      'Promotion dynamodb:UpdateItem endpoint#abalone',
      'Training dynamodb:GetItem content#*',
      'Training dynamodb:GetItem dataset#*',
      'Training dynamodb:PutItem content#*',
      'Training dynamodb:PutItem dataset#*',
      'Training dynamodb:UpdateItem content#*',
      'Training dynamodb:UpdateItem dataset#*',
    ]);
  });

  it('lets services write to its topic and queue only for what is theirs', () => {
    for (const type of [
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::S3::BucketPolicy',
    ]) {
      const statements = Object.values(template.findResources(type)).flatMap(
        ({ Properties }) =>
          (Properties as { PolicyDocument: { Statement: Record<string, unknown>[] } })
            .PolicyDocument.Statement,
      );
      const services = statements.filter(({ Principal }) =>
        JSON.stringify(Principal).includes('"Service"'),
      );

      for (const { Condition } of services) {
        expect(JSON.stringify(Condition)).toContain('"aws:SourceArn"');
      }
    }
  });

  it.each<[string, Project, Readonly<Record<string, unknown>>?]>([
    ['as it is', abalone],
    ['with autoscaling, a network and a key', scaledProject],
    ['with trials', triedProject],
    ['serverless', serverlessProject],
    ...Object.entries(computedProjects),
    ['on Fargate in a private network', computedProjects.fargate, { jobNetwork: 'private' }],
  ])('leaves cdk-nag nothing to find: %s', (_what, project, context) => {
    const { app, stack } = createStack(project, context);
    app.synth();

    const annotations = Annotations.fromStack(stack);
    const rule = Match.stringLikeRegexp('AwsSolutions-.*');
    // A rule that could not be applied is a warning.
    const found = [...annotations.findError('*', rule), ...annotations.findWarning('*', rule)];

    expect(found.map(({ id, entry }) => `${id}: ${JSON.stringify(entry.data)}`)).toEqual([]);
  });

  it('warns of a single instance in production', () => {
    const { stack } = createStack(abalone, { environment: 'production' });

    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('one instance'),
    );

    expect(warnings).toHaveLength(1);
  });

  it('does not warn of a serverless endpoint, which has no instances', () => {
    const { stack } = createStack(serverlessProject, { environment: 'production' });

    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('one instance'),
    );

    expect(warnings).toEqual([]);
  });

  it('has alarms about the model on trial, and about its clock', () => {
    const tried = Template.fromStack(createStack(triedProject).stack);

    for (const [what, metricName] of [
      ['errors', 'Invocation5XXErrors'],
      ['latency', 'ModelLatency'],
    ]) {
      tried.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `abalone-trial-${what}`,
        TreatMissingData: 'notBreaching',
        Metrics: Match.arrayWith([
          Match.objectLike({
            MetricStat: {
              Metric: {
                MetricName: metricName,
                Dimensions: [
                  { Name: 'EndpointName', Value: 'abalone' },
                  { Name: 'VariantName', Value: 'Challenger' },
                ],
              },
            },
          }),
        ]),
      });
    }
    expect(
      Object.keys(
        tried.findResources('AWS::CloudWatch::Alarm', {
          Properties: { MetricName: 'ExecutionsFailed' },
        }),
      ),
    ).toHaveLength(4);
  });

  it('shows what its kind of endpoint measures', () => {
    const bodies = [abalone, triedProject, serverlessProject].map(dashboardOf);

    expect(bodies.map((body) => body.includes('Challenger'))).toEqual([false, true, false]);
    expect(bodies.map((body) => body.includes('InvocationsPerInstance'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(bodies.map((body) => body.includes('ServerlessConcurrent'))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('shares no name with another environment', () => {
    const staging = Template.fromStack(createStack(abalone, { environment: 'staging' }).stack);

    const names = new Set(physicalNames(template));
    const shared = physicalNames(staging).filter((name) => names.has(name));

    expect(names.size).toBeGreaterThan(8);
    expect(shared).toEqual([]);
  });

  it("takes an environment's own serving settings, as an object or as JSON", () => {
    const rollout = {
      type: 'canary',
      size: { percent: 10 },
      waitSeconds: 180,
      bakeSeconds: 60,
      executionTimeoutSeconds: 3600,
    };

    const serving = { abalone: { rollout } };

    for (const given of [serving, JSON.stringify(serving)]) {
      const { stack } = createStack(abalone, { serving: given });
      expect(readDefinition(stack, 'Promotion')).toMatch(/WaitIntervalInSeconds\\*": ?180/);
    }
  });

  it("refuses serving settings that break AWS's limits, by the field", () => {
    const rollout = { type: 'canary', size: { percent: 80 }, waitSeconds: 180, bakeSeconds: 60 };

    expect(() => createStack(abalone, { serving: { abalone: { rollout } } })).toThrow(
      /serving\.rollout/,
    );
    expect(() => createStack(abalone, { serving: 'canary' })).toThrow(/as JSON/);
  });

  it('keeps the model packages of a group that is renamed', () => {
    template.hasResource('AWS::SageMaker::ModelPackageGroup', {
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('is synthesized without a comparison with the champion', () => {
    const alone: Project = { ...abalone, gate: { bounds: abalone.gate.bounds, suspicious: [] } };

    const { app, stack } = createStack(alone);

    expect(() => app.synth()).not.toThrow();
    expect(readDefinition(stack, 'Promotion')).not.toContain('Compare with live model');
  });

  it('stops the synthesis at a bad definition, naming the state', () => {
    const code = makeTemporaryFolder('bad-definition');
    for (const script of ['preprocess.py', 'train.py', 'evaluate.py']) {
      writeFileSync(join(code, script), '');
    }
    const bad: Project = {
      ...abalone,
      name: 'bad',
      code: relative('.', code),
      gate: {
        ...abalone.gate,
        bounds: [{ metric: 'm`se', maximum: 1, over: 'test', at: 'value' }],
      },
    };

    expect(() => createStack(bad).app.synth()).toThrow(
      /stepmill-dev-bad\/Training\/Read evaluation: INVALID_JSONATA_EXPRESSION/,
    );
  });
});

function dashboardOf(project: Project): string {
  const made = Template.fromStack(createStack(project).stack);
  return JSON.stringify(made.findResources('AWS::CloudWatch::Dashboard'));
}

/** Everything that has a name of its own. */
function physicalNames(from: Template): string[] {
  const { Resources: resources } = from.toJSON() as {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  };
  return (
    Object.values(resources)
      // They count within their role and their state machine only.
      .filter(
        ({ Type: type }) =>
          !['AWS::IAM::Policy', 'AWS::StepFunctions::StateMachineAlias'].includes(type),
      )
      .flatMap(({ Type: type, Properties: properties = {} }) =>
        Object.entries(properties)
          .filter(([property, value]) => property.endsWith('Name') && typeof value === 'string')
          .filter(([property]) => !['MetricName', 'Namespace'].includes(property))
          .map(([property, value]) => `${type} ${property} ${String(value)}`),
      )
  );
}
