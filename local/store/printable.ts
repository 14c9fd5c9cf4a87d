const MAXIMUM_CHARACTERS = 300;

/** A key for messages: quoted, without control characters, shortened. */
export function printable(key: string): string {
  const shown = key.length > MAXIMUM_CHARACTERS ? `${key.slice(0, MAXIMUM_CHARACTERS)}…` : key;
  return JSON.stringify(shown);
}
