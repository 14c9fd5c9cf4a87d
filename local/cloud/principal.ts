/**
 * The caller of an operation. The account's own user may do everything; roles and services may do what policies allow.
 */
export type Principal = AccountPrincipal | RolePrincipal | ServicePrincipal;

/** The user of this machine: any credentials that the local STS did not issue. */
export interface AccountPrincipal {
  readonly kind: 'account';
  readonly arn: string;
}

/** A session of a role, created by `sts:AssumeRole`. */
export interface RolePrincipal {
  readonly kind: 'role';
  readonly roleArn: string;
  readonly sessionName: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
}

/** An AWS service that acts by itself, such as EventBridge that sends to a queue. */
export interface ServicePrincipal {
  readonly kind: 'service';
  /** For example `events.amazonaws.com`. */
  readonly service: string;
  /** The resource it acts for: `aws:SourceArn` in resource policies. */
  readonly sourceArn?: string;
  /** The account it acts for: `aws:SourceAccount` in resource policies. @default the account of the resource that is called */
  readonly sourceAccount?: string;
}

/** The account of a caller; undefined for a service, which has none. */
export function accountOf(principal: Principal): string | undefined {
  return principal.kind === 'service' ? undefined : principal.arn.split(':')[4];
}

/** A principal as another account sees it: a service acts for the account that it comes from. */
export function seenFromAnotherAccount(principal: Principal, sourceAccount: string): Principal {
  return principal.kind === 'service' ? { sourceAccount, ...principal } : principal;
}

/** The part of the cloud that assuming a role needs. */
interface StsCaller {
  call<Output>(
    principal: Principal,
    service: 'sts',
    operation: string,
    input: object,
  ): Promise<Output>;
}

/**
 * Assumes a role for a service, as Step Functions does before each task: STS checks the trust policy of the
 * role. Returns the principal of the session, for further calls.
 *
 * @param service the service's principal, or its name such as `states.amazonaws.com`
 * @throws STS's AccessDenied when the role does not exist or does not trust the service
 * @example
 * const role = await assumeRole(cloud, 'states.amazonaws.com', machine.roleArn, executionName);
 * await cloud.call(role, 's3', 'GetObject', { Bucket, Key });
 */
export async function assumeRole(
  cloud: StsCaller,
  service: string | ServicePrincipal,
  roleArn: string,
  sessionName: string,
): Promise<RolePrincipal> {
  const caller: ServicePrincipal =
    typeof service === 'string' ? { kind: 'service', service } : service;
  const session = validSessionName(sessionName);
  await cloud.call(caller, 'sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: session });
  return rolePrincipal(roleArn, session);
}

/** The principal of a session of a role, without a check of the trust policy. */
export function rolePrincipal(roleArn: string, sessionName: string): RolePrincipal {
  const [, partition = 'aws', , , accountId = '', resource = ''] = roleArn.split(':');
  const roleName = resource.slice(resource.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    roleArn,
    sessionName,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
  };
}

/** A valid session name, 2–64 characters of `[\w+=,.@-]`, from the name of a function, an execution or a job. */
export function validSessionName(name: string): string {
  const fitting = name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return fitting.length < 2 ? `s-${fitting}` : fitting;
}
