import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../terminal/user-error.ts';

/** As AWS's clients take them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Takes on a role of another account. The CDK's roles refuse a request with an ExternalId, so it has none.
 *
 * @throws UserError where the role does not trust the caller, or does not exist
 */
export async function assumeRole(role: string, region: string): Promise<RoleCredentials> {
  try {
    const { Credentials } = await new STSClient({ region }).send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'stepmill-delivery' }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
  } catch (error) {
    throw new UserError(
      `The role ${role} could not be taken on (${(error as Error).message}); nothing was done there. It is made when its environment is deployed or bootstrapped: see docs/delivery.md.`,
      { cause: error },
    );
  }
}
