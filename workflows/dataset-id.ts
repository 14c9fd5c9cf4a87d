/** The number of characters in a dataset id. */
export const DATASET_ID_LENGTH = 32;

/**
 * Hexadecimal digits that only this version of this object has, as JSONata; each argument is JSONata.
 *
 * @param settings what a run sets for itself, with a line feed before it; empty where an upload starts it
 */
export function datasetIdOf(
  bucket: string,
  key: string,
  versionId: string,
  settings = '""',
): string {
  return `$substring($hash(${bucket} & "\\n" & ${key} & "\\n" & ${versionId} & ${settings}, "SHA-256"), 0, ${DATASET_ID_LENGTH})`;
}
