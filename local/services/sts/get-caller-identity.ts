import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Operation } from '../../cloud/service.ts';

/** Says who asks; nobody needs a permission for that. */
export function getCallerIdentity(
  cloud: Cloud,
): Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> {
  return {
    permissions: () => [],
    run(_input, { principal }) {
      const Account = cloud.accountId;
      switch (principal.kind) {
        case 'account':
          return { UserId: Account, Account, Arn: principal.arn };
        case 'role':
          return {
            UserId: principal.arn.split('/').slice(1).join(':'),
            Account,
            Arn: principal.arn,
          };
        case 'service':
          return { UserId: principal.service, Account, Arn: principal.service };
      }
    },
  };
}
