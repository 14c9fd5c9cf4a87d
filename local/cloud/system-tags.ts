/** Tag keys that begin so, in any case, belong to AWS. @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const SYSTEM_PREFIX = /^aws:/i;

/** How the services' requests call what they tag or untag with. */
const TAG_MEMBERS = ['Tags', 'tags', 'TagKeys', 'tagKeys'] as const;

/** What AWS's services say of such a key, most of them in the same words. */
export const SYSTEM_TAG_REFUSED = 'aws: prefixed tag key names are not allowed for external use.';

/**
 * The first tag key of a request that only AWS may set or remove.
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
