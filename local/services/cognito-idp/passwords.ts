import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { InvalidPasswordException } from './errors.ts';
import { PASSWORD_LENGTH } from './limits.ts';
import type { PasswordRecord, PoolRecord } from './store.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** https://nodejs.org/api/crypto.html#cryptoscryptpassword-salt-keylen-options-callback: 16 MB of memory */
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };

const derive: (
  password: string,
  salt: Uint8Array,
  bytes: number,
  cost: ScryptOptions,
) => Promise<Buffer> = promisify(scrypt);

export async function hashPassword(password: string): Promise<PasswordRecord> {
  const salt = randomBytes(SALT_BYTES);
  return { salt, hash: await derive(password.normalize('NFKC'), salt, HASH_BYTES, COST) };
}

/** A hash that no password has, so that an unknown user takes as long as a known one. */
const NO_PASSWORD: PasswordRecord = {
  salt: new Uint8Array(SALT_BYTES),
  hash: new Uint8Array(HASH_BYTES),
};

export async function isPassword(
  record: PasswordRecord = NO_PASSWORD,
  password: string,
): Promise<boolean> {
  const hash = await derive(password.normalize('NFKC'), record.salt, HASH_BYTES, COST);
  return record !== NO_PASSWORD && timingSafeEqual(hash, record.hash);
}

interface Rule {
  readonly requires: 'RequireLowercase' | 'RequireNumbers' | 'RequireSymbols' | 'RequireUppercase';
  readonly pattern: RegExp;
  readonly problem: string;
}

/** The symbols: https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
const RULES: readonly Rule[] = [
  {
    requires: 'RequireUppercase',
    pattern: /[A-Z]/,
    problem: 'Password must have uppercase characters',
  },
  {
    requires: 'RequireLowercase',
    pattern: /[a-z]/,
    problem: 'Password must have lowercase characters',
  },
  { requires: 'RequireNumbers', pattern: /\d/, problem: 'Password must have numeric characters' },
  {
    requires: 'RequireSymbols',
    pattern: /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/,
    problem: 'Password must have symbol characters',
  },
];

/** The policy of a pool that gives none. */
const STRICT = {
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  RequireUppercase: true,
};

/** @throws InvalidPasswordException, with AWS's words for the first rule that the password breaks */
export function checkPassword({ settings }: PoolRecord, password: string): void {
  const policy = settings.Policies?.PasswordPolicy ?? STRICT;
  const length = 'MinimumLength' in policy ? policy.MinimumLength : undefined;
  if (password.length < (length ?? PASSWORD_LENGTH)) {
    throw new InvalidPasswordException('Password not long enough');
  }
  if (/^\s|\s$/.test(password)) {
    throw new InvalidPasswordException('Password must not begin or end with a space');
  }
  const broken = RULES.find(
    ({ requires, pattern }) => policy[requires] === true && !pattern.test(password),
  );
  if (broken !== undefined) throw new InvalidPasswordException(broken.problem);
}
