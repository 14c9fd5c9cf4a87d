/**
 * Who calls. The account's own user may do everything; roles and services only what policies allow.
 */
export type Principal = AccountPrincipal | RolePrincipal | ServicePrincipal;

/** Somebody at this machine: any credentials that the local STS did not issue. */
export interface AccountPrincipal {
  readonly kind: 'account';
  readonly arn: string;
}

/** A session of a role, as `sts:AssumeRole` gave it out. */
export interface RolePrincipal {
  readonly kind: 'role';
  readonly roleArn: string;
  readonly sessionName: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
}

/** An AWS service that acts by itself, as EventBridge does on a queue or a function. */
export interface ServicePrincipal {
  readonly kind: 'service';
  /** For example `events.amazonaws.com`. */
  readonly service: string;
  /** What it acts for: `aws:SourceArn` in resource policies. */
  readonly sourceArn?: string;
}

/** The part of the cloud that taking a role needs. */
interface Door {
  call<Output>(
    principal: Principal,
    service: 'sts',
    operation: string,
    input: object,
  ): Promise<Output>;
}

/**
 * Lets a service take on a role, as Step Functions does before each task: the role's trust policy is
 * checked through STS, then the session's principal is given back for further calls.
 *
 * @param service the service's principal, or its name such as `states.amazonaws.com`
 * @throws STS's AccessDenied when the role is missing or does not trust the service
 * @example
 * const role = await assumeRole(cloud, 'states.amazonaws.com', machine.roleArn, executionName);
 * await cloud.call(role, 's3', 'GetObject', { Bucket, Key });
 */
export async function assumeRole(
  cloud: Door,
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

/** The principal of a session of a role; trust is not checked here. */
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

/** Session names have 2–64 characters of `[\w+=,.@-]`: names of functions, executions and jobs are fitted. */
export function validSessionName(name: string): string {
  const fitting = name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return fitting.length < 2 ? `s-${fitting}` : fitting;
}
