import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { type Compute, defineProject, type ProjectInput } from '../definition/index.ts';
import { adherence } from '../projects/adherence/project.ts';
import { computedProjects } from './testing/computed-projects.testing.ts';
import { sharedStack } from './testing/project-stack.testing.ts';

/**
 * CloudFormation deregisters a revision that an update replaces, and RunTask refuses it from then on:
 * https://github.com/aws/aws-cdk/issues/12080,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
 */
it('an execution can start the revision that it began with after another one is deployed', () => {
  const template = Template.fromStack(sharedStack(computedProjects.fargate).stack);

  const definitions = template.findResources('AWS::ECS::TaskDefinition');
  expect(Object.values(definitions).map(({ UpdateReplacePolicy: kept }): unknown => kept)).toEqual(
    Object.values(definitions).map(() => 'Retain'),
  );
  for (const { Properties } of Object.values(definitions)) {
    const { Family: family } = Properties as { readonly Family: string };
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'ecs:RunTask',
            Resource: {
              'Fn::Join': ['', Match.arrayWith([`:task-definition/${family}:*`])],
            },
          }),
        ]),
      },
    });
  }
});

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
it.each([
  [0.25, 512, { Cpu: '256', Memory: '512' }],
  [32, 249_856, { Cpu: '32768', Memory: '249856' }],
])('a task may have %d vCPU and %d MB', (vcpu, memoryMb, size) => {
  const project = defineProject({
    ...(adherence as ProjectInput),
    compute: { type: 'fargate', vcpu, memoryMb } as Compute,
  });
  const template = Template.fromStack(sharedStack(project).stack);

  const definitions = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  expect(definitions.map(({ Properties }): unknown => Properties)).toMatchObject([
    size,
    size,
    size,
    size,
  ]);
});

// A deployment in the middle of an execution changes the role of its state machine, and not its definition.
it('an execution can invoke the version of a function that it began with after another one is deployed', () => {
  const template = Template.fromStack(sharedStack(computedProjects.lambda).stack);

  const versions = Object.values(template.findResources('AWS::Lambda::Version'));
  const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));

  expect(versions).toHaveLength(4);
  for (const { DeletionPolicy, Properties } of versions) {
    const { FunctionName } = Properties as { readonly FunctionName: { readonly Ref: string } };
    expect(DeletionPolicy).toBe('Retain');
    expect(policies).toContain(
      `{"Fn::Join":["",[{"Fn::GetAtt":["${FunctionName.Ref}","Arn"]},":*"]]}`,
    );
  }
});
