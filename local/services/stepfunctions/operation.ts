import type { Permission } from '../../cloud/service.ts';

/** A member that the API model requires. */
export function given(value: string | undefined): string {
  return value ?? '';
}

const QUALIFIED_MACHINE = /^(arn:[^:]*:states:[^:]*:[^:]*:stateMachine:[^:]+):([^:]+)$/;

/**
 * The permission that most operations need: one action on the ARN in one member. A version or an alias is authorized on
 * its machine's ARN, and policies narrow that by its number or name.
 * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function allow(action: string, resource: string | undefined): readonly Permission[] {
  const [, machineArn, qualifier] = QUALIFIED_MACHINE.exec(resource ?? '') ?? [];
  if (machineArn === undefined || qualifier === undefined) {
    return [{ action: `states:${action}`, resource: resource ?? '*' }];
  }
  const context = { 'states:StateMachineQualifier': [qualifier] };
  return [{ action: `states:${action}`, resource: machineArn, context }];
}
