import type { GetCallerIdentityRequest, GetCallerIdentityResponse, STS } from '@aws-sdk/client-sts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { StsState } from './state.ts';

/** Names the caller; it needs no permission. */
export const callerIdentityOperations: OperationTable<STS, StsState> = {
  GetCallerIdentity: {
    readOnly: true,
    permissions: () => [],
    run: (_input: GetCallerIdentityRequest, { cloud }, { principal }) =>
      identityOf(principal, cloud.accountId),
  },
};

function identityOf(principal: Principal, Account: string): GetCallerIdentityResponse {
  switch (principal.kind) {
    case 'account':
      return { UserId: Account, Account, Arn: principal.arn };
    case 'role':
      return { UserId: principal.arn.split('/').slice(1).join(':'), Account, Arn: principal.arn };
    case 'service':
      return { UserId: principal.service, Account, Arn: principal.service };
  }
}
