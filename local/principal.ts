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
