import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../terminal/user-error.ts';

/** The account and region that a deployment changes. */
export interface Identity {
  readonly account: string;
  readonly region: string;
  readonly arn: string;
}

/** @throws UserError where no credentials are found, or AWS refuses them */
export async function findIdentity(region: string): Promise<Identity> {
  try {
    const { Account: account = '', Arn: arn = '' } = await new STSClient({ region }).send(
      new GetCallerIdentityCommand({}),
    );
    return { account, region, arn };
  } catch (error) {
    throw new UserError(
      `AWS does not know who you are (${(error as Error).message}); nothing was deployed. Sign in, for example with "aws sso login", or name a profile with --profile.`,
      { cause: error },
    );
  }
}
