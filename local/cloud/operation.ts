import type { Account, Call, Operation, Permission } from './service.ts';

/** The permissions an input asks for: one, or a list where an operation passes roles or touches many things. */
export type PermissionRule<Input> = (
  input: Input,
  account: Account,
) => Permission | readonly Permission[];

/**
 * Puts an operation together from what it needs and what it does; inputs and outputs are the SDK's
 * request and response shapes, so that a table of operations reads as one line each.
 *
 * @example
 * GetParameter: operation((input: GetParameterRequest) => on('ssm:GetParameter', input.Name), get)
 */
export function operation<Input extends object, Output>(
  permissions: PermissionRule<Input>,
  run: (input: Input, call: Call) => Output | Promise<Output>,
): Operation<Input, Output> {
  return {
    permissions(input, account) {
      const needed = permissions(input, account);
      return 'action' in needed ? [needed] : needed;
    },
    run,
  };
}

/** Passing a role on to a service, as `iam:PassRole` guards it. */
export function passRole(roleArn: string, service: string): Permission {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': service },
  };
}
