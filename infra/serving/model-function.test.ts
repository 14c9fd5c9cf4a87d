import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesizeConsole } from '../api/console-stack.testing.ts';
import { createStack, type StackUnderTest } from '../testing/project-stack.testing.ts';
import { abaloneOnLambda } from '../testing/served-projects.testing.ts';

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
}

let made: StackUnderTest;
let template: Template;

beforeAll(() => {
  made = createStack(abaloneOnLambda);
  template = Template.fromStack(made.stack);
}, 120_000);

describe('the stack of a project on Lambda', () => {
  it('has a function of the image, and neither version nor alias, which promotion makes', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'abalone-serving',
      PackageType: 'Image',
      MemorySize: 1_769,
      Timeout: 29,
      Environment: { Variables: Match.objectLike({ CAPTURE_PERCENT: '10' }) },
    });
    expect(template.findResources('AWS::Lambda::Version')).toEqual({});
    expect(template.findResources('AWS::Lambda::Alias')).toEqual({});
  });

  it('alarms on the alias, also on throttling', () => {
    const alarms = template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { AlarmName: Match.stringLikeRegexp('^abalone-rollback-') },
    });
    const dimensions = JSON.stringify(alarms);

    expect(
      Object.values(alarms)
        .map(({ Properties }) => String(Properties['AlarmName']))
        .toSorted(),
    ).toEqual([
      'abalone-rollback-error-increase',
      'abalone-rollback-errors',
      'abalone-rollback-latency',
      'abalone-rollback-throttles',
      'abalone-rollback-wrong-answers',
    ]);
    expect(dimensions).toContain('abalone-serving:live');
    expect(dimensions).not.toContain('AWS/SageMaker');
  });

  it('lets the function read models and write captures, and nothing else of the bucket', () => {
    const policies = JSON.stringify(
      template.findResources('AWS::IAM::Policy', {
        Properties: { PolicyName: Match.stringLikeRegexp('^ModelFunctionRole') },
      }),
    );

    expect(policies).toContain('/runs/abalone/*/model.tar.gz');
    expect(policies).toContain('/captured/abalone/*');
    expect(policies.match(/"s3:[A-Za-z]+"/g)).toEqual([
      '"s3:GetObject"',
      '"s3:ListBucket"',
      '"s3:PutObject"',
    ]);
  });

  it('lets the promotion invoke versions, and the smoke test the alias', () => {
    const invoking = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => {
        const { Statement: all } = Properties['PolicyDocument'] as { Statement: Statement[] };
        const role = String(Properties['PolicyName']).replace(/DefaultPolicy.*$/, '');
        return all
          .filter(({ Action }) => Action === 'lambda:InvokeFunction')
          .map(({ Resource }) => [
            role,
            /:abalone-serving(.*?)"/.exec(JSON.stringify(Resource))?.[1],
          ]);
      },
    );

    expect(invoking.filter(([, version]) => version !== undefined)).toEqual([
      ['HandlersSmokeTestRole', ':live'],
      ['PromotionRole', ':*'],
    ]);
  });

  it('has no role with which SageMaker would serve its models', () => {
    const serving = template.findResources('AWS::IAM::Role', {
      Properties: { Description: Match.stringLikeRegexp('^Runs the models') },
    });

    expect(Object.keys(serving)).toEqual([expect.stringMatching(/^ModelFunctionRole/)]);
    expect(JSON.stringify(template.toJSON())).not.toContain('sagemaker:CreateEndpoint');
  });

  it('has a console without a finding of cdk-nag', () => {
    const { findings } = synthesizeConsole([abaloneOnLambda], {
      origins: 'https://ml.example.org',
    });

    expect(findings).toEqual([]);
  });

  it('has no finding of cdk-nag', () => {
    made.app.synth();
    const found = Annotations.fromStack(made.stack).findError('*', Match.anyValue());

    expect(found.map(({ id, entry }) => `${id}: ${JSON.stringify(entry.data)}`)).toEqual([]);
  });
});
