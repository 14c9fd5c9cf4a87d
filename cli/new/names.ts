import { visibleLine } from '../../local/index.ts';
import { refusal } from './source-file.ts';
import type { Table } from './table.ts';

const LONGEST_NAME = 128;

/**
 * The project uses the column names of the file, so names that a project does not allow must be changed in the file.
 *
 * @throws UserError naming the first column whose name is not allowed
 */
export function demandNames({ names, path }: Table): void {
  for (const [index, name] of names.entries()) {
    const what = whatIsWrong(name, index, names);
    if (what === undefined) continue;
    throw refusal(visibleLine(path), `has a header in which ${what}`, stepFor(name));
  }
}

function whatIsWrong(name: string, index: number, names: readonly string[]): string | undefined {
  const place = `field ${index + 1}`;
  const shown = JSON.stringify(visibleLine(name.slice(0, LONGEST_NAME)));
  if (name === '') return `${place} is empty`;
  if (/\p{Cc}/u.test(name)) return `${place} (${shown}) holds control characters`;
  if (name.includes('"')) return `${place} (${shown}) holds quotes`;
  if (name.length > LONGEST_NAME) {
    return `${place} (${shown}…) has more than ${LONGEST_NAME} characters`;
  }
  const first = names.indexOf(name);
  return first === index
    ? undefined
    : `fields ${first + 1} and ${index + 1} have the same name, ${shown}`;
}

function stepFor(name: string): string {
  return name === ''
    ? 'Name the column, or leave it out: pandas writes its index so, unless to_csv has index=False.'
    : 'Correct the first line of the file.';
}
