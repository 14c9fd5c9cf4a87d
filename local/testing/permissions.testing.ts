import type { ServiceFactory } from '../cloud/cloud.ts';
import type { Permission } from '../cloud/service.ts';
import { createTestCloud } from './cloud.testing.ts';

/**
 * The permissions that each operation of a service needs, one a line (`iam:PassRole arn:… {"iam:PassedToService":…}`). All
 * operations get the same input: each reads the members that it has.
 *
 * The tests that use it compare with the Service Authorization Reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function permissionsOf(
  create: ServiceFactory,
  input: object,
): Readonly<Record<string, readonly string[]>> {
  const cloud = createTestCloud([]);
  const { operations } = create(cloud);
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      operation.permissions(input, cloud).map((permission) => lineOf(permission)),
    ]),
  );
}

function lineOf({ action, resource, context }: Permission): string {
  const parts = context === undefined ? [] : [JSON.stringify(context)];
  return [action, resource, ...parts].join(' ');
}
