import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, type NagPack, NagSuppressions } from 'cdk-nag';
import { expect, it } from 'vitest';
import { NagChecks } from './nag-checks.ts';

/** What a pack finds in a stack with one accepted finding and others. */
function findWith(pack: NagPack): readonly string[] {
  const stack = new Stack(new App(), 'Stack');
  new Bucket(stack, 'Bucket');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  for (const resource of ['arn:aws:s3:::accepted/*', 'arn:aws:s3:::refused/*']) {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] }));
  }
  NagSuppressions.addStackSuppressions(stack, [
    {
      id: 'AwsSolutions-IAM5',
      reason: 'A reason of a test.',
      appliesTo: [{ regex: '/^Resource::.*accepted.*$/' }],
    },
  ]);
  Aspects.of(stack).add(pack);
  const found = Annotations.fromStack(stack);
  return [
    ...found.findError('*', Match.anyValue()),
    ...found.findWarning('*', Match.anyValue()),
  ].map(({ id, entry }) => `${id}: ${JSON.stringify(entry.data)}`);
}

it('finds what the pack of cdk-nag finds', () => {
  const found = findWith(new NagChecks());

  expect(found).toEqual(findWith(new AwsSolutionsChecks({ reports: false })));
  expect(found.join('\n')).toContain('AwsSolutions-S1');
  expect(found.join('\n')).toContain('refused');
  expect(found.join('\n')).not.toContain('accepted');
});
