import type { Tag } from '@aws-sdk/client-dynamodb';
import { ValidationException } from './errors.ts';
import { TAGS } from './limits.ts';
import { checkMembers } from './request-checks.ts';

/** The tags of a table together with new ones. @throws ValidationException */
export function checkTags(
  former: Readonly<Record<string, string>>,
  given: readonly Tag[],
): Readonly<Record<string, string>> {
  checkMembers(
    given.flatMap(({ Key, Value }, index) => [
      {
        member: `tags.${index + 1}.member.key`,
        value: Key,
        required: true,
        minimumLength: 1,
        maximumLength: 128,
      },
      {
        member: `tags.${index + 1}.member.value`,
        value: Value,
        required: true,
        maximumLength: 256,
      },
    ]),
  );
  const keys = given.map(({ Key }) => Key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) < index);
  if (duplicate !== undefined) {
    throw new ValidationException(
      `One or more parameter values were invalid: Duplicate Tag Key found: ${duplicate}`,
    );
  }
  const tags = new Map([
    ...Object.entries(former),
    ...given.map(({ Key = '', Value = '' }) => [Key, Value] as const),
  ]);
  if (tags.size > TAGS) {
    throw new ValidationException(
      `One or more parameter values were invalid: Too many tags: the limit is ${TAGS}`,
    );
  }
  return Object.fromEntries(tags);
}
