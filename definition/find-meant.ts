import leven from 'leven';

/** How much of a name may be mistyped: `enviorment` has three letters of eleven wrong. */
const LETTERS_PER_TYPO = 3;
const LEAST_SHORTHAND_LETTERS = 3;

const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The name that somebody meant who wrote another: one that begins so, or the nearest in spelling. */
export function findMeant<Name extends string>(
  name: string,
  names: readonly Name[],
): Name | undefined {
  const got = plain(name);
  const shorthand = names.find(
    (known) => got.length >= LEAST_SHORTHAND_LETTERS && plain(known).startsWith(got),
  );
  if (shorthand !== undefined) return shorthand;
  const [nearest] = names
    .map((known) => ({ known, typos: leven(plain(known), got) }))
    .filter(({ known, typos }) => typos <= Math.floor(known.length / LETTERS_PER_TYPO))
    .sort((one, other) => one.typos - other.typos);
  return nearest?.known;
}
