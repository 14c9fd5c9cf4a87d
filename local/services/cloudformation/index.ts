import type {
  DescribeStackResourceInput,
  DescribeStackResourcesInput,
  DescribeStacksInput,
  ListExportsInput,
  ListStackResourcesInput,
  ListStacksInput,
} from '@aws-sdk/client-cloudformation';
import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import type { Permission, Service } from '../../cloud/service.ts';
import { stackTable } from '../../provision/index.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import {
  describeStackResource,
  describeStackResources,
  listStackResources,
} from './stack-resources.ts';
import { describeStacks, listExports, listStacks } from './stacks.ts';

/**
 * AWS CloudFormation, for looking at what was provisioned.
 *
 * Missing, and answered as missing: everything that changes stacks. They are what the cloud assembly
 * says; provisioning writes the records that are shown here. Listings are one page.
 * Taken from the CloudFormation API reference.
 */
export function createCloudFormationService(cloud: Cloud): Service {
  const stacks = stackTable(cloud);
  const onStack =
    (action: string) =>
    ({ StackName: name }: { readonly StackName?: string | undefined }): Permission => ({
      action: `cloudformation:${action}`,
      resource:
        name === undefined
          ? '*'
          : (stacks.get(name)?.stackId ?? cloud.arn('cloudformation', `stack/${name}/*`)),
    });
  return {
    name: 'cloudformation',
    operations: {
      DescribeStacks: operation(onStack('DescribeStacks'), (input: DescribeStacksInput) =>
        describeStacks(stacks, input),
      ),
      ListStacks: operation(
        () => ({ action: 'cloudformation:ListStacks', resource: '*' }),
        (input: ListStacksInput) => listStacks(stacks, input),
      ),
      ListExports: operation(
        (_input: ListExportsInput) => ({ action: 'cloudformation:ListExports', resource: '*' }),
        () => listExports(stacks),
      ),
      DescribeStackResources: operation(
        onStack('DescribeStackResources'),
        (input: DescribeStackResourcesInput) => describeStackResources(stacks, input),
      ),
      DescribeStackResource: operation(
        onStack('DescribeStackResource'),
        (input: DescribeStackResourceInput) => describeStackResource(stacks, input),
      ),
      ListStackResources: operation(
        onStack('ListStackResources'),
        (input: ListStackResourcesInput) => listStackResources(stacks, input),
      ),
    },
    accessDenied: (message) => new AccessDenied(message),
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
  };
}
