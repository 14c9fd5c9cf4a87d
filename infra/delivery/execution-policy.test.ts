import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  findUnknownPolicies,
  findUnknownTypes,
  listRoleActions,
  listTypes,
  MAXIMUM_POLICIES,
  MAXIMUM_POLICY_CHARACTERS,
  renderBootstrapCommands,
  renderBoundary,
  renderStatements,
  splitPolicies,
} from '../../delivery/index.ts';
import { nameHandoverRole, nameParts } from '../../workflows/index.ts';
import { nameArchiveReaders } from '../handover/archive-readers.ts';
import { nameApprovalsRole } from '../handover/neighbor.ts';
import { sharedStack } from '../testing/project-stack.testing.ts';
import { abaloneInContainers, abaloneOnLambda } from '../testing/served-projects.testing.ts';
import { watchedAbalone } from '../testing/watched-project.testing.ts';

const templates = () =>
  [undefined, abaloneOnLambda, abaloneInContainers, watchedAbalone].map((project) =>
    Template.fromStack(sharedStack(project).stack).toJSON(),
  );

describe('the policies with which CloudFormation deploys', () => {
  it('know every resource type of the stacks of projects', () => {
    const types = listTypes(templates());

    expect(types).toContain('AWS::StepFunctions::StateMachine');
    expect(types).toContain('AWS::ECS::Cluster');
    expect(findUnknownTypes(types)).toEqual([]);
    expect(findUnknownTypes(['AWS::Braket::Job', 'Custom::Thing'])).toEqual(['AWS::Braket::Job']);
  });

  it('name each action, and change roles and policies of the app alone', () => {
    const statements = renderStatements(listTypes(templates()));
    const actions = statements.flatMap(({ Action }) => Action);

    expect(actions.filter((action) => /^[*]|:[*]$/.test(action))).toEqual([]);
    for (const { Action, Resource } of statements) {
      if (Action.some((action) => action.startsWith('iam:'))) {
        expect(
          [Resource]
            .flat()
            .every((each) => /stepmill-|aws-service-role|-(approvals|handover)-/.test(each)),
        ).toBe(true);
      }
    }
    expect(actions).toEqual(
      expect.arrayContaining(['states:CreateStateMachine', 'iam:PassRole', 's3:CreateBucket']),
    );
  });

  it('cover the roles of handovers, which are named after projects', () => {
    const statements = renderStatements(['AWS::IAM::Role']);
    const patterns = statements
      .filter(({ Sid }) => Sid === 'RolesOfTheApp')
      .flatMap(({ Resource }) => Resource);
    const isCovered = (role: string) =>
      patterns.some((pattern) => {
        const [, name = ''] = pattern.split(':role/');
        return new RegExp(`^${name.replaceAll('*', '.*')}$`).test(role) && name !== '';
      });

    for (const environment of ['dev', 'staging']) {
      const names = nameParts(environment, 'abalone', 'Models');
      expect(isCovered(nameHandoverRole(names, 'eu-west-1'))).toBe(true);
      expect(isCovered(nameApprovalsRole(names, 'eu-west-1'))).toBe(true);
      expect(nameArchiveReaders(names).every(isCovered)).toBe(true);
    }
    expect(isCovered('administrators')).toBe(false);
  });

  it('make no role without the boundary, and take none away', () => {
    const statements = renderStatements(listTypes(templates()));
    const giving = /^iam:(AttachRolePolicy|CreateRole|Put.*)$/;

    const granting = statements.filter(({ Action }) => Action.some((each) => giving.test(each)));
    expect(granting).toMatchObject([
      {
        Sid: 'RolesWithTheBoundary',
        Condition: {
          StringLike: {
            'iam:PermissionsBoundary': 'arn:*:iam::*:policy/cfn-execution-of-stepmill-boundary',
          },
        },
      },
    ]);
    expect(statements.flatMap(({ Action }) => Action)).not.toContain(
      'iam:DeleteRolePermissionsBoundary',
    );
    // The policies themselves cannot be changed: their names do not begin as those of the app.
    expect(JSON.stringify(statements)).not.toMatch(/policy\/(\*|cfn-execution-of-stepmill-[\d*])/);
  });

  it('pass roles to the services of the app alone', () => {
    const passing = renderStatements(listTypes(templates())).filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );

    expect(passing).toMatchObject([
      {
        Condition: {
          StringEquals: {
            'iam:PassedToService': expect.arrayContaining([
              'events.amazonaws.com',
              'lambda.amazonaws.com',
              'scheduler.amazonaws.com',
              'states.amazonaws.com',
            ]),
          },
        },
      },
    ]);
  });

  it('fit into managed policies of one role', () => {
    const documents = splitPolicies(renderStatements(listTypes(templates())));

    expect(documents.length).toBeLessThanOrEqual(MAXIMUM_POLICIES);
    for (const document of [...documents, { Statement: renderBoundary(templates()) }]) {
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(MAXIMUM_POLICY_CHARACTERS);
    }
  });

  it('take the place of AdministratorAccess, for an account that trusts that of the pipeline', () => {
    const target = {
      account: '222222222222',
      region: 'eu-west-1',
      partition: 'aws',
      trusted: '000011112222',
    };

    const [policies, bootstrap] = renderBootstrapCommands(['AWS::SNS::Topic'], target, 'b.json');

    expect(policies).toContain('--template-file b.json');
    expect(bootstrap).toBe(
      'npx cdk bootstrap aws://222222222222/eu-west-1 --trust 000011112222 --trust-for-lookup 000011112222 --cloudformation-execution-policies arn:aws:iam::222222222222:policy/cfn-execution-of-stepmill-1',
    );
  });
});

const role = (policy: string) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        ManagedPolicyArns: [
          {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${policy}`]],
          },
        ],
      },
    },
  },
});

const allowed = () => renderBoundary(templates()).flatMap(({ Action }) => Action);

describe('the boundary of roles', () => {
  it('lets every role of the app do what its policies say', () => {
    const patterns = allowed().map((action) => new RegExp(`^${action.replace('*', '.*')}$`));
    const actions = listRoleActions(templates());

    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => !patterns.some((each) => each.test(action)))).toEqual([]);
  });

  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
  it('lets roles do what policies of AWS say, which templates only name', () => {
    expect(allowed()).toEqual(expect.arrayContaining(['elasticloadbalancing:*', 'logs:*']));
    expect(findUnknownPolicies(templates())).toEqual([]);
    expect(findUnknownPolicies([role('service-role/AWSLambdaKinesisExecutionRole')])).toEqual([
      'AWSLambdaKinesisExecutionRole',
    ]);
  });

  it('has no right over identities but to pass the roles of the app', () => {
    expect(
      allowed().filter((action) => /^(\*|iam|organizations|account|sts)/.test(action)),
    ).toEqual(['iam:PassRole', 'iam:CreateServiceLinkedRole', 'sts:AssumeRole']);
    expect(renderBoundary([]).map(({ Sid, Resource }) => [Sid, [Resource].flat()[0]])).toEqual([
      ['ServicesOfTheApp', '*'],
      ['RolesOfTheApp', 'arn:*:iam::*:role/stepmill-*'],
      ['RolesOfServices', 'arn:*:iam::*:role/aws-service-role/*'],
      ['OtherEnvironments', 'arn:*:iam::*:role/stepmill-*'],
    ]);
  });
});
