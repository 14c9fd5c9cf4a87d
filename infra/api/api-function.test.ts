import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { planned } from '../../delivery/planned.testing.ts';
import { findConsoleDelivery } from '../delivery/console-access.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { ApiFunction } from './api-function.ts';
import { Audit } from './audit.ts';

function synthesize(environment: string, plan = planned()) {
  const stack = new Stack(new App({ outdir: makeTemporaryFolder('cdk') }), 'Console');
  const audit = new Audit(stack, 'Audit', { environment, retain: false });
  const delivery = findConsoleDelivery(plan, environment);
  void new ApiFunction(stack, 'Function', { environment, projects: [], audit, delivery });
  return Template.fromStack(stack);
}

it('takes on the role of its environment in the pipeline, which names the role of the function', () => {
  const template = synthesize('prod');

  const role = 'arn:aws:iam::000011112222:role/stepmill-delivery-console-prod';
  template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'stepmill-prod-console' });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(
    JSON.stringify({ Action: 'sts:AssumeRole', Effect: 'Allow', Resource: role }),
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        STEPMILL_DELIVERY: JSON.stringify({
          pipeline: 'stepmill-delivery',
          region: 'eu-west-1',
          roleArn: role,
          approval: { stage: 'Approve-prod', action: 'Approve-prod' },
        }),
      },
    },
  });
});

it('knows no pipeline where GitHub runs the stages', () => {
  const template = synthesize('prod', planned({ source: { github: 'o/r', branch: 'main' } }));

  expect(JSON.stringify(template.toJSON())).not.toMatch(
    /STEPMILL_DELIVERY|stepmill-delivery|stepmill-prod-console/,
  );
});
