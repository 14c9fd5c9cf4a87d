/** Tag keys with this prefix, in upper or lower case, are reserved for AWS. @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const SYSTEM_PREFIX = /^aws:/i;

/** The members of requests that hold tags or tag keys. */
const TAG_MEMBERS = ['Tags', 'tags', 'TagKeys', 'tagKeys'] as const;

/** The message of most AWS services for such a key. */
export const SYSTEM_TAG_REFUSED = 'aws: prefixed tag key names are not allowed for external use.';

/**
 * The first tag key of a request that is reserved for AWS.
 *
 * @param input of any operation of a service; its tags are a list of pairs, a map, or a list of keys
 */
export function systemTagOf(input: object): string | undefined {
  for (const member of TAG_MEMBERS) {
    const given = (input as Readonly<Record<string, unknown>>)[member];
    const key = keysOf(given).find((each) => SYSTEM_PREFIX.test(each));
    if (key !== undefined) return key;
  }
  return undefined;
}

function keysOf(given: unknown): readonly string[] {
  if (!Array.isArray(given)) return Object.keys(given ?? {});
  return given.flatMap((item: unknown) => {
    if (typeof item === 'string') return [item];
    const { Key, key } = (item ?? {}) as { readonly Key?: unknown; readonly key?: unknown };
    const name = Key ?? key;
    return typeof name === 'string' ? [name] : [];
  });
}
