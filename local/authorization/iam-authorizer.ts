import type { AuthorizationScope, Authorizer } from '../cloud/authorizer.ts';
import type { Principal } from '../cloud/principal.ts';
import type { Permission, PolicyDocument, Service } from '../cloud/service.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { askPolicy, compilePolicy, type PolicyQuestion, type PrincipalMatch } from './policy.ts';
import { requestContext } from './request-context.ts';

/**
 * Authorizes by the policies of roles and resources, as IAM does within one account:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * An explicit denial wins. A role is allowed by its own policies or by the resource's; a service only by
 * the resource's. Assuming a role always needs the role's trust policy. The account itself is allowed
 * everything else. Boundaries, session policies and organizations are missing.
 */
export function createIamAuthorizer(): Authorizer {
  return {
    authorize({ cloud, principal, service, permissions }) {
      for (const permission of permissions) {
        // The account's own user; but a role can be assumed only by principals that it trusts.
        if (principal.kind === 'account' && permission.action !== 'sts:AssumeRole') continue;
        const reason = refusalOf(cloud, principal, service, permission);
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
  const question: PolicyQuestion = {
    principal,
    accountId: cloud.accountId,
    action,
    resource,
    context: requestContext(cloud, principal, permission),
  };
  const resourcePolicy = (serviceOf(cloud, resource) ?? service).resourcePolicy?.(resource);
  const byIdentity = askAll(identityPoliciesOf(cloud, principal), question);
  const byResource = askAll(resourcePolicy === undefined ? [] : [resourcePolicy], question);
  if (byIdentity.denies) return ' with an explicit deny in an identity-based policy';
  if (byResource.denies) return ' with an explicit deny in a resource-based policy';
  if (action === 'sts:AssumeRole') {
    return mayAssume(principal, byIdentity.allows, byResource.allows) ? undefined : '';
  }
  if (byResource.allows === 'direct') return undefined;
  if (principal.kind === 'service') {
    return ` because no resource-based policy allows the ${action} action`;
  }
  return byIdentity.allows === 'none'
    ? ` because no identity-based policy allows the ${action} action`
    : undefined;
}

/** A trust policy names the caller, or its account and then the caller's own policies must allow it. */
function mayAssume(
  principal: Principal,
  byIdentity: PrincipalMatch,
  byTrust: PrincipalMatch,
): boolean {
  if (byTrust === 'direct') return true;
  return byTrust === 'account' && principal.kind === 'role' && byIdentity !== 'none';
}

function askAll(
  documents: readonly PolicyDocument[],
  question: PolicyQuestion,
): { readonly denies: boolean; readonly allows: PrincipalMatch } {
  let allows: PrincipalMatch = 'none';
  for (const document of documents) {
    const answer = askPolicy(compilePolicy(document), question);
    if (answer.denies) return answer;
    if (answer.allows === 'direct' || allows === 'none') allows = answer.allows;
  }
  return { denies: false, allows };
}

function identityPoliciesOf(
  cloud: AuthorizationScope,
  principal: Principal,
): readonly PolicyDocument[] {
  if (principal.kind !== 'role') return [];
  return cloud.service('iam')?.identityPolicies?.(principal.roleArn) ?? [];
}

/** Service names in ARNs that differ from the names here. */
const ARN_SERVICES: Readonly<Record<string, ServiceName>> = {
  states: 'stepfunctions',
  events: 'eventbridge',
  monitoring: 'cloudwatch',
};

/** The service that owns the resource: a role belongs to IAM, also in calls of STS. */
function serviceOf(cloud: AuthorizationScope, resource: string): Service | undefined {
  const name = resource.split(':')[2] ?? '';
  return name === '' ? undefined : cloud.service(ARN_SERVICES[name] ?? (name as ServiceName));
}

function refusalMessage(principal: Principal, permission: Permission, reason: string): string {
  const caller = principal.kind === 'service' ? principal.service : principal.arn;
  const { action, resource } = permission;
  // As on AWS, only S3 quotes the resource.
  const quoted = action.startsWith('s3:') ? `"${resource}"` : resource;
  const where = resource === '*' ? '' : ` on resource: ${quoted}`;
  return `User: ${caller} is not authorized to perform: ${action}${where}${reason}`;
}
