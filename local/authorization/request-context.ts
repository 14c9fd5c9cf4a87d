import type { AuthorizationScope } from '../cloud/authorizer.ts';
import { accountOf, type Principal } from '../cloud/principal.ts';
import type { Permission } from '../cloud/service.ts';

/** The values of condition keys, by their names in lower case: IAM's keys are case-insensitive. */
export interface ContextValues {
  get(key: string): readonly string[] | undefined;
}

/** The condition keys of a request, for conditions and policy variables. */
export function requestContext(
  cloud: AuthorizationScope,
  principal: Principal,
  permission: Permission,
): ContextValues {
  const values = new Map<string, readonly string[]>();
  const set = (key: string, value: string) => values.set(key, [value]);
  const now = new Date(cloud.clock.now());
  set('aws:currenttime', now.toISOString());
  set('aws:epochtime', String(Math.floor(now.getTime() / 1000)));
  set('aws:requestedregion', cloud.region);
  set('aws:resourceaccount', cloud.accountId);
  // The loopback interface counts as TLS: requests do not leave the machine.
  set('aws:securetransport', 'true');
  set('aws:sourceip', '127.0.0.1');
  set('aws:viaawsservice', 'false');
  set('aws:principalisawsservice', String(principal.kind === 'service'));
  describePrincipal(cloud, principal, set);
  set('kms:calleraccount', accountOf(principal) ?? cloud.accountId);
  for (const [key, value] of Object.entries(permission.context ?? {})) {
    values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  }
  return values;
}

function describePrincipal(
  cloud: AuthorizationScope,
  principal: Principal,
  set: (key: string, value: string) => void,
): void {
  const accountId = accountOf(principal) ?? cloud.accountId;
  switch (principal.kind) {
    case 'account':
      set('aws:principalarn', principal.arn);
      set('aws:principalaccount', accountId);
      set('aws:principaltype', 'Account');
      set('aws:userid', accountId);
      return;
    case 'role':
      // The role's ARN, not the session's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
      set('aws:principalarn', principal.roleArn);
      set('aws:principalaccount', accountId);
      set('aws:principaltype', 'AssumedRole');
      set('aws:userid', principal.arn.split('/').slice(1).join(':'));
      return;
    case 'service':
      set('aws:principalservicename', principal.service);
      set('aws:sourceaccount', principal.sourceAccount ?? cloud.accountId);
      if (principal.sourceArn !== undefined) set('aws:sourcearn', principal.sourceArn);
      return;
  }
}
