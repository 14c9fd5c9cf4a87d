import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import { rolePrincipal } from '../../cloud/principal.ts';
import { Unsupported, ValidationError } from './errors.ts';
import type { SessionTokens } from './session-tokens.ts';

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const DEFAULT_DURATION_SECONDS = 3_600;
const SHORTEST_DURATION_SECONDS = 900;
const LONGEST_DURATION_SECONDS = 43_200;
/** AWS's services renew the sessions of the processes they run; the environment of a process stays as it is. */
const SERVICE_DURATION_SECONDS = 31_536_000;

/** What a session may have on AWS and has not here. Left out, it could do more than was asked for. */
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

/** Gives out a session of a role to whom its trust policy names; that is checked before it runs. */
export function assumeRole(cloud: Cloud, tokens: SessionTokens) {
  const taking = operation(
    (input: AssumeRoleRequest) => ({
      action: 'sts:AssumeRole',
      resource: input.RoleArn ?? '*',
      context: {
        'sts:RoleSessionName': input.RoleSessionName ?? '',
        ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      },
    }),
    (input, { principal }): AssumeRoleResponse => {
      refuseMissing(input);
      const { RoleArn: roleArn = '', RoleSessionName: sessionName = '' } = input;
      if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
        throw new ValidationError(
          `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
        );
      }
      const seconds = input.DurationSeconds ?? DEFAULT_DURATION_SECONDS;
      if (seconds < SHORTEST_DURATION_SECONDS || seconds > LONGEST_DURATION_SECONDS) {
        throw new ValidationError(
          `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${SHORTEST_DURATION_SECONDS} and ${LONGEST_DURATION_SECONDS}`,
        );
      }
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
    },
  );
  // It writes nothing: a session lives in its token.
  return { ...taking, durable: false };
}
