import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { AssumeRoleRequest, AssumeRoleResponse, STS } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { type Principal, rolePrincipal } from '../../cloud/principal.ts';
import type { Call } from '../../cloud/service.ts';
import { Unsupported, ValidationError } from './errors.ts';
import {
  CHAINED_DURATION_SECONDS,
  DEFAULT_DURATION_SECONDS,
  SERVICE_DURATION_SECONDS,
} from './limits.ts';
import type { StsState } from './state.ts';

/** Session options that AWS has and this STS lacks. Ignoring one would give a session more permissions than requested. */
const MISSING = {
  Policy: 'session policies',
  PolicyArns: 'session policies',
  Tags: 'session tags',
  TransitiveTagKeys: 'session tags',
  SerialNumber: 'multi-factor authentication',
  TokenCode: 'multi-factor authentication',
  SourceIdentity: 'source identities',
  ProvidedContexts: 'provided contexts',
} as const satisfies Partial<Record<keyof AssumeRoleRequest, string>>;

/** @throws Unsupported */
function refuseMissing(input: AssumeRoleRequest): void {
  for (const [member, what] of Object.entries(MISSING)) {
    const given = input[member as keyof typeof MISSING];
    const isGiven = Array.isArray(given) ? given.length > 0 : given !== undefined;
    if (isGiven) throw new Unsupported(`${what} (${member})`);
  }
}

/** Gives out a session of a role to the principals of its trust policy; that is checked before it runs. */
export const assumeRoleOperations: OperationTable<STS, StsState> = {
  AssumeRole: {
    // It writes nothing: a session lives in its token.
    durable: false,
    permissions: (input: AssumeRoleRequest) => ({
      action: 'sts:AssumeRole',
      resource: input.RoleArn ?? '*',
      context: {
        'sts:RoleSessionName': input.RoleSessionName ?? '',
        ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      },
    }),
    run: (input: Checked<AssumeRoleRequest>, state, call) => assumeRole(state, input, call),
  },
};

async function assumeRole(
  { cloud, tokens }: StsState,
  input: Checked<AssumeRoleRequest>,
  { principal }: Call,
): Promise<AssumeRoleResponse> {
  refuseMissing(input);
  const { RoleArn: roleArn, RoleSessionName: sessionName } = input;
  const seconds = input.DurationSeconds ?? DEFAULT_DURATION_SECONDS;
  await checkSetting(cloud, { principal, roleArn, seconds });
  const { arn } = rolePrincipal(roleArn, sessionName);
  const id = `AROA${cloud.random.hex(17).toUpperCase()}`;
  return {
    Credentials: tokens.issue(
      roleArn,
      sessionName,
      principal.kind === 'service' ? SERVICE_DURATION_SECONDS : seconds,
    ),
    AssumedRoleUser: { AssumedRoleId: `${id}:${sessionName}`, Arn: arn },
  };
}

/**
 * The setting of the role is at least the default, so that only longer sessions are compared with it.
 *
 * @see https://github.com/kreuzwerker/awsu/issues/27 for the sentence
 * @throws ValidationError
 */
async function checkSetting(
  cloud: Cloud,
  asked: { readonly principal: Principal; readonly roleArn: string; readonly seconds: number },
): Promise<void> {
  const { principal, roleArn, seconds } = asked;
  if (seconds <= DEFAULT_DURATION_SECONDS || principal.kind === 'service') return;
  if (principal.kind === 'role' && seconds > CHAINED_DURATION_SECONDS) {
    throw new ValidationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const account = { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` } as const;
  const { Role } = await cloud.call<GetRoleResponse>(account, 'iam', 'GetRole', { RoleName });
  if (seconds > (Role?.MaxSessionDuration ?? DEFAULT_DURATION_SECONDS)) {
    throw new ValidationError(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}
