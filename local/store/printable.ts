const MAXIMUM_CHARACTERS = 300;

/** A key in a message: quoted, without control characters, and not endless. */
export function printable(key: string): string {
  const shown = key.length > MAXIMUM_CHARACTERS ? `${key.slice(0, MAXIMUM_CHARACTERS)}…` : key;
  return JSON.stringify(shown);
}
