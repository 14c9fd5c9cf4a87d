import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { GetCallerIdentityRequest, GetCallerIdentityResponse, STS } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Principal, RolePrincipal } from '../../cloud/principal.ts';
import type { StsState } from './state.ts';

/** Names the caller; it needs no permission. */
export const callerIdentityOperations: OperationTable<STS, StsState> = {
  GetCallerIdentity: {
    readOnly: true,
    permissions: () => [],
    run: (_input: GetCallerIdentityRequest, { cloud }, { principal }) =>
      identityOf(cloud, principal),
  },
};

async function identityOf(cloud: Cloud, principal: Principal): Promise<GetCallerIdentityResponse> {
  const Account = cloud.accountId;
  switch (principal.kind) {
    case 'account':
      return { UserId: Account, Account, Arn: principal.arn };
    case 'role':
      return { UserId: await userIdOf(cloud, principal), Account, Arn: principal.arn };
    case 'service':
      return { UserId: principal.service, Account, Arn: principal.service };
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
async function userIdOf(cloud: Cloud, { roleArn, sessionName }: RolePrincipal): Promise<string> {
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const account = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
  const { Role } = await cloud.call<GetRoleResponse>(account, 'iam', 'GetRole', { RoleName });
  return `${Role?.RoleId}:${sessionName}`;
}
