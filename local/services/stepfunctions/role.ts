import { type Cloud, UnsupportedOperation } from '../../cloud/cloud.ts';
import {
  assumeRole,
  type Principal,
  rolePrincipal,
  validSessionName,
} from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { AccessDenied, InvalidRoleArn } from './errors.ts';

/**
 * The principal that this role gives a state machine. An unknown role gives the account's own user, like unknown
 * credentials: definitions can be tried without creating roles first. This is
 * a difference by design, listed in `docs/local.md`.
 */
export async function actAs(
  cloud: Cloud,
  roleArn: string,
  sessionName: string,
): Promise<Principal> {
  if (!(await roleExists(cloud, roleArn))) return administrator(cloud);
  return rolePrincipal(roleArn, validSessionName(sessionName));
}

/** @throws InvalidRoleArn */
export function checkRoleArn(roleArn: string): void {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn)) throw new InvalidRoleArn(roleArn);
}

/** The account's own user. */
export function administrator(cloud: Cloud): Principal {
  return { kind: 'account', arn: `arn:${cloud.partition}:iam::${cloud.accountId}:root` };
}

/** Refuses a role that does not trust Step Functions for this state machine, as CreateStateMachine does. */
export async function checkTrust(
  cloud: Cloud,
  roleArn: string,
  stateMachineArn: string,
): Promise<void> {
  if (!(await roleExists(cloud, roleArn))) return;
  try {
    const states = {
      kind: 'service',
      service: 'states.amazonaws.com',
      sourceArn: stateMachineArn,
    } as const;
    await assumeRole(cloud, states, roleArn, 'StepFunctions');
  } catch (error) {
    if (!(error instanceof ServiceError) || error instanceof UnsupportedOperation) throw error;
    throw new AccessDenied(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    );
  }
}

async function roleExists(cloud: Cloud, roleArn: string): Promise<boolean> {
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  try {
    await cloud.call(administrator(cloud), 'iam', 'GetRole', { RoleName });
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return false;
  }
}
