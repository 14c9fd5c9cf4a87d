import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud.ts';
import type { Operation } from '../../service.ts';

/** Gives out a session of a role to who its trust policy names. */
export function assumeRole(
  _cloud: Cloud,
): Operation<AssumeRoleCommandInput, AssumeRoleCommandOutput> {
  return {
    permissions: (input) => [{ action: 'sts:AssumeRole', resource: input.RoleArn ?? '*' }],
    run: () => ({ $metadata: {} }),
  };
}
