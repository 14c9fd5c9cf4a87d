import { InvalidParameterException } from './errors.ts';
import type { PoolRecord, UserRecord } from './store.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD = [
  ...['address', 'birthdate', 'email', 'email_verified', 'family_name', 'gender', 'given_name'],
  ...['locale', 'middle_name', 'name', 'nickname', 'phone_number', 'phone_number_verified'],
  ...['picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo'],
];

const FORMATS: Readonly<Record<string, readonly [pattern: RegExp, problem: string]>> = {
  email: [/^[^\s@]+@[^\s@]+$/, 'Invalid email address format.'],
  phone_number: [/^\+\d{1,15}$/, 'Invalid phone number format.'],
};

/** @throws InvalidParameterException for an attribute that the pool does not have, or a value that it cannot have */
export function checkAttributes(
  { settings }: PoolRecord,
  attributes: Readonly<Record<string, string>>,
): void {
  const custom = (settings.Schema ?? []).map(({ Name = '' }) =>
    Name.startsWith('custom:') ? Name : `custom:${Name}`,
  );
  for (const [name, value] of Object.entries(attributes)) {
    if (!STANDARD.includes(name) && !custom.includes(name)) {
      throw new InvalidParameterException(
        `Attributes did not conform to the schema: Type for attribute {${name}} could not be determined`,
      );
    }
    const [pattern, problem] = FORMATS[name] ?? [];
    if (value !== '' && pattern?.test(value) === false)
      throw new InvalidParameterException(problem ?? '');
  }
}

/** The attributes that a pool requires of its users. */
export function requiredAttributes({ settings }: PoolRecord): readonly string[] {
  return (settings.Schema ?? []).flatMap(({ Name, Required }) =>
    Required === true && Name !== undefined && Name !== 'sub' ? [Name] : [],
  );
}

const FILTER = /^\s*"?([\w:-]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

/**
 * The users that a filter of ListUsers means.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
 * @throws InvalidParameterException
 */
export function filterOf(filter: string | undefined): (user: UserRecord) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const [, name, sign, quoted] = FILTER.exec(filter) ?? [];
  if (name === undefined || quoted === undefined) {
    throw new InvalidParameterException('Error while parsing filter.');
  }
  const wanted = quoted.replaceAll(/\\(.)/g, '$1');
  return (user) => {
    const value = valueOf(user, name);
    return sign === '=' ? value === wanted : value?.startsWith(wanted) === true;
  };
}

function valueOf(user: UserRecord, name: string): string | undefined {
  switch (name) {
    case 'username':
      return user.name;
    case 'sub':
      return user.sub;
    case 'cognito:user_status':
      return user.status;
    case 'status':
      return user.isEnabled ? 'Enabled' : 'Disabled';
    default:
      return user.attributes[name];
  }
}
