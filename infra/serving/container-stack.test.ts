import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { createStack, sharedStack } from '../testing/project-stack.testing.ts';
import { abaloneInContainers } from '../testing/served-projects.testing.ts';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/a';

const partsNamed = (kind: string) => ({
  'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:${kind}/$`)])],
});

describe('what containers stand on', () => {
  let template: Template;

  beforeAll(() => {
    template = Template.fromStack(sharedStack(abaloneInContainers).stack);
  }, 120_000);

  const count = (type: string, properties: object) =>
    Object.keys(template.findResources(type, { Properties: properties })).length;

  // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818
  it('can be made in an account that never had a cluster', () => {
    expect(count('AWS::ECS::Cluster', { CapacityProviders: Match.absent() })).toBe(1);
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
  it('trusts ECS to shift requests as its guide does', () => {
    const trust = {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { Service: 'ecs.amazonaws.com' },
      Condition: Match.absent(),
    };

    expect(
      count('AWS::IAM::Role', {
        Description: 'Shifts requests between the target groups of a service',
        AssumeRolePolicyDocument: { Statement: [trust] },
      }),
    ).toBe(1);
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
  it('lets the promotion stop deployments, of which ECS wants the service too', () => {
    const stop = Match.objectLike({
      Action: 'ecs:StopServiceDeployment',
      Resource: [partsNamed('service'), partsNamed('service-deployment')],
    });

    expect(
      count('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([stop]) } }),
    ).toBe(1);
  });

  it('speaks HTTP to the load balancer without a certificate', () => {
    expect(count('AWS::ApiGatewayV2::Integration', { TlsConfig: Match.absent() })).toBe(1);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
it('the API verifies the host of the certificate of the listener', () => {
  const { stack } = createStack(
    defineProject({
      ...(abalone as ProjectInput),
      serving: { type: 'container', certificateArn, certificateName: 'models.example.com' },
    }),
  );

  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: certificateArn }],
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    TlsConfig: { ServerNameToVerify: 'models.example.com' },
  });
  expect(template.findResources('AWS::ApiGatewayV2::VpcLink')).not.toEqual({});
}, 120_000);
