import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  InvalidParameterException,
  NotAuthorizedException,
  PasswordResetRequiredException,
  UserNotFoundException,
} from './errors.ts';
import { isPassword } from './passwords.ts';
import { type CognitoState, findPool, lookUpUser, userKey } from './state.ts';
import type { ClientRecord, UserRecord } from './store.ts';

/**
 * The user with that name and password. A user with a temporary password is returned too: `status` says that the
 * password must be changed.
 *
 * @throws NotAuthorizedException, PasswordResetRequiredException, UserNotFoundException
 */
export async function signIn(
  state: CognitoState,
  client: ClientRecord,
  { userName, password }: { readonly userName: string; readonly password: string },
): Promise<UserRecord> {
  const pool = findPool(state, client.poolId);
  const user = lookUpUser(state, pool, userName);
  const key = userKey(pool, user?.name ?? userName);
  const isCorrect = await state.lockOut.attempt(key, () => isPassword(user?.password, password));
  if (user === undefined) throw unknownUser(client);
  if (!isCorrect) throw new NotAuthorizedException('Incorrect username or password.');
  checkUser(state, user);
  return user;
}

function unknownUser({ settings }: ClientRecord): Error {
  return settings.PreventUserExistenceErrors === 'ENABLED'
    ? new NotAuthorizedException('Incorrect username or password.')
    : new UserNotFoundException();
}

/** @throws NotAuthorizedException, PasswordResetRequiredException for a user that cannot sign in now */
export function checkUser({ cloud }: CognitoState, user: UserRecord): void {
  if (!user.isEnabled) throw new NotAuthorizedException('User is disabled.');
  if (user.status === 'RESET_REQUIRED') throw new PasswordResetRequiredException();
  const { passwordUntil = Number.POSITIVE_INFINITY } = user;
  if (cloud.clock.now() < passwordUntil) return;
  throw new NotAuthorizedException(
    'Temporary password has expired and must be reset by an administrator.',
  );
}

/** Whether a text is the secret of a client; always for a client without one. */
export function isSecretOf({ secret }: ClientRecord, given: string | undefined): boolean {
  return secret === undefined || isSame(secret, given ?? '');
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/**
 * Checks `SECRET_HASH`, with which clients that have a secret prove it for a user name.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 * @throws NotAuthorizedException
 */
export function checkSecretHash(
  { id, secret }: ClientRecord,
  userNames: readonly string[],
  given: string | undefined,
): void {
  if (secret === undefined) return;
  if (given === undefined) {
    throw new NotAuthorizedException(
      `Client ${id} is configured with secret but SECRET_HASH was not received`,
    );
  }
  const isRight = userNames.some((name) =>
    isSame(createHmac('sha256', secret).update(`${name}${id}`).digest('base64'), given),
  );
  if (!isRight) throw new NotAuthorizedException(`Unable to verify secret hash for client ${id}`);
}

/** @throws InvalidParameterException */
export function required(
  parameters: Readonly<Record<string, string>> | undefined,
  name: string,
): string {
  const value = parameters?.[name];
  if (value === undefined || value === '') {
    throw new InvalidParameterException(`Missing required parameter ${name}`);
  }
  return value;
}
