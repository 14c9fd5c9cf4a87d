import { serviceOfArn } from '../cloud/arn-services.ts';
import type { AuthorizationScope, Authorizer } from '../cloud/authorizer.ts';
import { accountOf, type Principal, seenFromAnotherAccount } from '../cloud/principal.ts';
import type { Permission, PolicyDocument, Service } from '../cloud/service.ts';
import {
  askPolicy,
  compilePolicy,
  type PolicyAnswer,
  type PolicyQuestion,
  type PrincipalMatch,
  strongest,
} from './policy.ts';
import { requestContext } from './request-context.ts';

/**
 * Authorizes by the policies of roles and resources, as IAM does:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * An explicit denial wins. Within an account, a role is allowed by its own policies or by the resource's; a service only
 * by the resource's; the account itself is allowed everything. A caller from another account is allowed only if its own
 * account and the resource's policy both allow it. The permissions boundary of a role limits all of it, except what a
 * resource's policy grants to a session by its ARN. Assuming a role always needs the role's trust policy, and using a
 * KMS key the key's. Session policies
 * and organizations are missing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function createIamAuthorizer(): Authorizer {
  return {
    authorize({ cloud, principal, service, permissions }) {
      for (const permission of permissions) {
        const owner = cloud.ownerOfResource(permission.resource, permission.action);
        const caller =
          owner === cloud ? principal : seenFromAnotherAccount(principal, cloud.accountId);
        const reason = refusalOf(owner, caller, service, permission);
        if (reason !== undefined) {
          throw service.accessDenied(refusalMessage(principal, permission, reason));
        }
      }
    },
  };
}

/** The end of AWS's message, after the action and resource; empty if it has no reason. */
function refusalOf(
  cloud: AuthorizationScope,
  principal: Principal,
  service: Service,
  permission: Permission,
): string | undefined {
  const { action, resource } = permission;
  const isForeign = (accountOf(principal) ?? cloud.accountId) !== cloud.accountId;
  const resourcePolicy = (serviceOf(cloud, resource) ?? service).resourcePolicy?.(resource);
  const isKey = action.startsWith('kms:') && resourcePolicy !== undefined;
  const isByResource = isKey || action === 'sts:AssumeRole';
  // The account's own user; but roles and keys are only for principals that their policies name.
  if (principal.kind === 'account' && !isForeign && !isByResource) return undefined;
  const question: PolicyQuestion = {
    principal,
    accountId: accountOf(principal) ?? cloud.accountId,
    action,
    resource,
    context: requestContext(cloud, principal, permission),
  };
  const byIdentity = askIdentity(cloud, question);
  const byResource = askAll(resourcePolicy === undefined ? [] : [resourcePolicy], question);
  const byBoundary = askBoundary(cloud, question);
  const isHidden = isKey && isForeign && byResource.allows === 'none';
  if (byIdentity.denies) return ' with an explicit deny in an identity-based policy';
  if (isHidden) return HIDDEN_KEY;
  if (byResource.denies) return ' with an explicit deny in a resource-based policy';
  if (byBoundary.denies) return ' with an explicit deny in a permissions boundary';
  const allowed = {
    byIdentity: byIdentity.allows,
    byResource: byResource.allows,
    isInBoundary: byBoundary.allows !== 'none',
  };
  if (action === 'sts:AssumeRole') {
    return mayAssume(principal, allowed, isForeign) ? undefined : '';
  }
  const missing = missingOf(principal, allowed, { isForeign, isKey });
  return missing === undefined
    ? undefined
    : ` because no ${NAMES[missing]} allows the ${inWords(action)} action`;
}

/** What the policies of the caller and of the resource allow. */
interface Allowed {
  readonly byIdentity: PrincipalMatch;
  readonly byResource: PrincipalMatch;
  /** Whether the caller's permissions boundary allows it, or there is none. */
  readonly isInBoundary: boolean;
}

/** As messages name them: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const NAMES = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
} as const;

type PolicyType = keyof typeof NAMES;

/** The type of policy that would have to allow it, within an account; undefined if it is allowed. */
function missingWithin(
  principal: Principal,
  { byIdentity, byResource, isInBoundary }: Allowed,
): PolicyType | undefined {
  if (byResource === 'session') return undefined;
  if (byResource !== 'direct') {
    if (principal.kind === 'service') return 'resource';
    if (byIdentity === 'none') return 'identity';
  }
  return isInBoundary ? undefined : 'boundary';
}

/**
 * As above, for a caller from another account. AWS names the identity-based policy only if the resource's policy names
 * the caller itself, and not its account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 * @see https://dev.classmethod.jp/articles/access-denied-error-message-vpcendpoint-crossaccount/ for what is named
 */
function missingAcross({ byIdentity, byResource, isInBoundary }: Allowed): PolicyType | undefined {
  const names = byResource === 'direct' || byResource === 'session' ? 'identity' : 'resource';
  if (byIdentity === 'none' || byResource === 'none') return names;
  return isInBoundary ? undefined : 'boundary';
}

/** The type of policy that would have to allow it; undefined if it is allowed. */
function missingOf(
  principal: Principal,
  allowed: Allowed,
  { isForeign, isKey }: { readonly isForeign: boolean; readonly isKey: boolean },
): PolicyType | undefined {
  if (isKey) return missingForKey(principal, allowed, isForeign);
  return isForeign ? missingAcross(allowed) : missingWithin(principal, allowed);
}

/** A key's policy comes first; where it names the account, the caller's own policies decide. */
function missingForKey(
  principal: Principal,
  allowed: Allowed,
  isForeign: boolean,
): PolicyType | undefined {
  if (mayAssume(principal, allowed, isForeign)) return undefined;
  const { byIdentity, byResource } = allowed;
  if (byResource === 'none') return 'resource';
  return byIdentity === 'none' ? 'identity' : 'boundary';
}

/**
 * KMS does not tell another account whether a key exists:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/cmk-related-errors.html, and many public issues.
 */
const HIDDEN_KEY =
  ' because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

/** A trust policy names the caller, or its account and then the caller's own policies must allow it. */
function mayAssume(principal: Principal, allowed: Allowed, isForeign: boolean): boolean {
  if (isForeign) return missingAcross(allowed) === undefined;
  const { byIdentity, byResource: byTrust, isInBoundary } = allowed;
  if (byTrust === 'session') return true;
  const isDelegated = byTrust === 'account' && principal.kind === 'role' && byIdentity !== 'none';
  return (byTrust === 'direct' || isDelegated) && isInBoundary;
}

function askAll(documents: readonly PolicyDocument[], question: PolicyQuestion): PolicyAnswer {
  let allows: PrincipalMatch = 'none';
  for (const document of documents) {
    const answer = askPolicy(compilePolicy(document), question);
    if (answer.denies) return answer;
    allows = strongest(allows, answer.allows);
  }
  return { denies: false, allows };
}

/** The decision of the caller's own account: its own user may do everything. */
function askIdentity(cloud: AuthorizationScope, question: PolicyQuestion): PolicyAnswer {
  const { principal, accountId } = question;
  if (principal.kind === 'account') return { denies: false, allows: 'direct' };
  if (principal.kind === 'service') return { denies: false, allows: 'none' };
  return askAll(iamOf(cloud, accountId)?.identityPolicies?.(principal.roleArn) ?? [], question);
}

/** The decision of the caller's permissions boundary; without one nothing is limited. */
function askBoundary(cloud: AuthorizationScope, question: PolicyQuestion): PolicyAnswer {
  const { principal, accountId } = question;
  const boundary =
    principal.kind === 'role'
      ? iamOf(cloud, accountId)?.permissionsBoundary?.(principal.roleArn)
      : undefined;
  return boundary === undefined
    ? { denies: false, allows: 'direct' }
    : askAll([boundary], question);
}

function iamOf(cloud: AuthorizationScope, accountId: string): Service | undefined {
  const account = accountId === cloud.accountId ? cloud : cloud.directory.find(accountId);
  return account?.service('iam');
}

/** The service that owns the resource: a role belongs to IAM, also in calls of STS. */
function serviceOf(cloud: AuthorizationScope, resource: string): Service | undefined {
  const name = serviceOfArn(resource);
  return name === undefined ? undefined : cloud.service(name);
}

/** As on AWS, SNS writes its name in capitals: `SNS:Publish`. */
function inWords(action: string): string {
  return action.replace(/^sns:/, 'SNS:');
}

function refusalMessage(principal: Principal, permission: Permission, reason: string): string {
  const caller = principal.kind === 'service' ? principal.service : principal.arn;
  const { action, resource } = permission;
  // As on AWS, only S3 quotes the resource.
  const quoted = action.startsWith('s3:') ? `"${resource}"` : resource;
  let where = resource === '*' ? '' : ` on resource: ${quoted}`;
  if (reason === HIDDEN_KEY) where = ' on this resource';
  // A ciphertext names its key, which the caller does not.
  if (action === 'kms:Decrypt') where = ' on the resource associated with this ciphertext';
  return `User: ${caller} is not authorized to perform: ${inWords(action)}${where}${reason}`;
}
