import { beforeAll, describe, expect, it } from 'vitest';
import {
  configOf,
  findResources,
  type SynthesizedDelivery,
  synthesizeDelivery,
} from './delivery.testing.ts';

let made: SynthesizedDelivery;

beforeAll(() => {
  made = synthesizeDelivery(
    configOf({
      source: { github: 'Shellfish/models', ids: { owner: '123', repository: '4567' } },
    }),
  );
});

function trustOf(roleName: string) {
  const role = findResources(made, 'AWS::IAM::Role').find(({ RoleName }) => RoleName === roleName);
  return role?.AssumeRolePolicyDocument.Statement[0];
}

describe('the roles of jobs of GitHub', () => {
  it('have no finding without a reason', () => {
    expect(made.findings).toEqual([]);
  });

  it('trust one repository, in both forms of its tokens, and one place in it', () => {
    const subject = 'token.actions.githubusercontent.com:sub';

    expect(trustOf('stepmill-delivery-deploy-prod')).toMatchObject({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { Ref: expect.stringContaining('Provider') } },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          [subject]: [
            'repo:Shellfish/models:environment:prod',
            'repo:Shellfish@123/models@4567:environment:prod',
          ],
        },
      },
    });
    expect(trustOf('stepmill-delivery-images').Condition.StringEquals[subject]).toEqual([
      'repo:Shellfish/models:ref:refs/heads/main',
      'repo:Shellfish@123/models@4567:ref:refs/heads/main',
    ]);
  });

  it('are as many as steps that use AWS, trainings among them', () => {
    const names = findResources(made, 'AWS::IAM::Role').map(({ RoleName }) => RoleName);

    expect(names).toContain('stepmill-delivery-train-abalone');
    expect(names).not.toContain('stepmill-delivery-check');
    expect(findResources(made, 'AWS::CodePipeline::Pipeline')).toEqual([]);
    expect(findResources(made, 'AWS::IAM::OIDCProvider')).toMatchObject([
      { ClientIdList: ['sts.amazonaws.com'] },
    ]);
  });
});
