import { DatasetRejected } from './dataset-rejected.ts';

/** Delimiters that files often have instead of the declared one. */
export const delimiters = [',', ';', '\t', '|'];

export function wrongDelimiter(used: string, promised: string): DatasetRejected {
  return new DatasetRejected(
    `The fields are separated by ${JSON.stringify(used)}, the project says ${JSON.stringify(promised)}. Save the file with that delimiter, or change dataset.delimiter.`,
  );
}
