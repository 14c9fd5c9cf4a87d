import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStack, type StackUnderTest } from '../testing/project-stack.testing.ts';
import { abaloneInContainers } from '../testing/served-projects.testing.ts';

let made: StackUnderTest;
let template: Template;

beforeAll(() => {
  made = createStack(abaloneInContainers);
  template = Template.fromStack(made.stack);
}, 120_000);

/** The statements of the policies whose name begins so. */
function policiesOf(start: string): string {
  const found = template.findResources('AWS::IAM::Policy', {
    Properties: { PolicyName: Match.stringLikeRegexp(`^${start}`) },
  });
  return JSON.stringify(found);
}

describe('the stack of a project in containers', () => {
  it('has neither service nor task definition, which promotion makes', () => {
    template.resourceCountIs('AWS::ECS::Cluster', 1);
    expect(template.findResources('AWS::ECS::Service')).toEqual({});
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Actions: [
        { ForwardConfig: { TargetGroups: [Match.objectLike({ Weight: 1 }), { Weight: 0 }] } },
      ].map((action) => Match.objectLike(action)),
    });
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 2);
  });

  it('is reached through a VPC link by those who sign only', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internal',
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      ConnectionType: 'VPC_LINK',
    });
    const serving = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
    expect(serving.map(({ Properties }) => Properties['AuthorizationType'])).toEqual(
      serving.map(() => 'AWS_IAM'),
    );
    const smoke = policiesOf('HandlersSmokeTest');
    expect(smoke).toContain('execute-api:Invoke');
    expect(smoke).toContain('/$default/POST/invocations');
    expect(smoke).not.toContain('sagemaker:InvokeEndpoint');
  });

  it('has no way to or from the internet', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'EIP']) {
      expect(template.findResources(`AWS::EC2::${type}`)).toEqual({});
    }
    template.resourceCountIs('AWS::EC2::Subnet', 2);
  });

  it('alarms on what the load balancer measures', () => {
    const alarms = template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { AlarmName: Match.stringLikeRegexp('^abalone-rollback-') },
    });

    expect(
      Object.values(alarms)
        .map(({ Properties }) => String(Properties['AlarmName']))
        .toSorted(),
    ).toEqual([
      'abalone-rollback-error-increase',
      'abalone-rollback-errors',
      'abalone-rollback-latency',
      'abalone-rollback-wrong-answers',
    ]);
    expect(JSON.stringify(alarms)).toContain('AWS/ApplicationELB');
    expect(JSON.stringify(alarms)).not.toContain('AWS/SageMaker');
  });

  it('lets tasks read models and write captures, and nothing else of the bucket', () => {
    const policies = policiesOf('ModelServiceTaskRole');

    expect(policies).toContain('/runs/abalone/*/model.tar.gz');
    expect(policies).toContain('/captured/abalone/*');
    expect(policies.match(/"s3:[A-Za-z]+"/g)).toEqual([
      '"s3:GetObject"',
      '"s3:ListBucket"',
      '"s3:PutObject"',
    ]);
  });

  it('removes the service before what it stands on and writes to', () => {
    const [cleaner] = Object.values(template.findResources('Custom::StepmillTeardown'));
    const dependencies = cleaner?.['DependsOn'] as readonly string[];
    const stands = [
      'AWS::ECS::Cluster',
      'AWS::ElasticLoadBalancingV2::ListenerRule',
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      'AWS::EC2::Subnet',
      'AWS::EC2::SecurityGroup',
      'AWS::S3::Bucket',
      'Custom::S3AutoDeleteObjects',
    ].flatMap((type) => Object.keys(template.findResources(type)));

    expect(dependencies).toEqual(expect.arrayContaining(stands));
    const removal = policiesOf('HandlersTeardown');
    expect(removal).toContain('ecs:DeleteService');
    expect(removal).toContain('ecs:DeregisterTaskDefinition');
  });

  it('has no finding of cdk-nag', () => {
    made.app.synth();
    const found = Annotations.fromStack(made.stack).findError('*', Match.anyValue());

    expect(found.map(({ id, entry }) => `${id}: ${JSON.stringify(entry.data)}`)).toEqual([]);
  });
});
