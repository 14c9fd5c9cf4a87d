import type { AssumeRoleRequest, AssumeRoleResponse, STS } from '@aws-sdk/client-sts';
import type { OperationTable } from '../../cloud/operation.ts';
import { rolePrincipal } from '../../cloud/principal.ts';
import type { Call } from '../../cloud/service.ts';
import { Unsupported, ValidationError } from './errors.ts';
import type { StsState } from './session-tokens.ts';

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const DEFAULT_DURATION_SECONDS = 3_600;
const SHORTEST_DURATION_SECONDS = 900;
const LONGEST_DURATION_SECONDS = 43_200;
/** AWS's services renew the sessions of the processes they run; here the environment of a process cannot change. */
const SERVICE_DURATION_SECONDS = 31_536_000;

/** Session options that AWS has and this STS lacks. Ignoring one would give a session more permissions than requested. */
const MISSING = {
  Policy: 'session policies',
  PolicyArns: 'session policies',
  Tags: 'session tags',
  TransitiveTagKeys: 'session tags',
  SerialNumber: 'multi-factor authentication',
  TokenCode: 'multi-factor authentication',
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
    run: (input: AssumeRoleRequest, state, call) => assumeRole(state, input, call),
  },
};

function assumeRole(
  { cloud, tokens }: StsState,
  input: AssumeRoleRequest,
  { principal }: Call,
): AssumeRoleResponse {
  refuseMissing(input);
  const { RoleArn: roleArn = '', RoleSessionName: sessionName = '' } = input;
  checkSessionName(sessionName);
  const seconds = input.DurationSeconds ?? DEFAULT_DURATION_SECONDS;
  checkDuration(seconds);
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

/** @throws ValidationError */
function checkSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  throw new ValidationError(
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

/** @throws ValidationError */
function checkDuration(seconds: number): void {
  if (seconds >= SHORTEST_DURATION_SECONDS && seconds <= LONGEST_DURATION_SECONDS) return;
  throw new ValidationError(
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${SHORTEST_DURATION_SECONDS} and ${LONGEST_DURATION_SECONDS}`,
  );
}
