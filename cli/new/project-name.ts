import { basename, dirname, extname, resolve } from 'node:path';
import { MAXIMUM_NAME_CHARACTERS, PROJECT_NAME, RESERVED_WORDS } from '../../definition/index.ts';
import { visibleLine } from '../../local/index.ts';
import { UserError } from '../terminal/user-error.ts';

/** Folders below `projects/` that are not projects. */
const RESERVED_NAMES = ['tabular'];

/** `Loan Data (2).csv` → `loan-data-2`; a file that is called `train.csv` gets the name of its folder. */
export function nameOfFile(path: string): string {
  const file = resolve(path);
  const names = [basename(file, extname(file)), basename(dirname(file)), 'my-data'];
  return names.map(nameOf).find((name) => name !== undefined) ?? 'my-data';
}

/** Why the name is not that of the file; undefined if it is. */
export function explainName(path: string): string | undefined {
  const file = resolve(path);
  if (nameOf(basename(file, extname(file))) !== undefined) return undefined;
  return `The name of the file cannot be a project's, so the project is called ${nameOfFile(path)}; --name chooses another.`;
}

function nameOf(text: string): string | undefined {
  const words = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !RESERVED_WORDS.includes(word));
  // A name begins with a letter.
  if (/^\d/.test(words[0] ?? '')) words.unshift('data');
  const name = shorten(words);
  return name === '' || RESERVED_NAMES.includes(name) ? undefined : name;
}

function shorten(words: readonly string[]): string {
  let name = '';
  for (const word of words) {
    const longer = name === '' ? word.slice(0, MAXIMUM_NAME_CHARACTERS) : `${name}-${word}`;
    if (longer.length > MAXIMUM_NAME_CHARACTERS) break;
    name = longer;
  }
  return name;
}

/** @throws UserError where a project cannot have the name */
export function demandName(name: string): string {
  const reserved = name.split('-').find((word) => RESERVED_WORDS.includes(word));
  const rule =
    (name.length > MAXIMUM_NAME_CHARACTERS &&
      `has more than ${MAXIMUM_NAME_CHARACTERS} characters`) ||
    (!PROJECT_NAME.test(name) &&
      'is not of lower-case words joined by single hyphens, beginning with a letter') ||
    (reserved !== undefined &&
      `contains the word ${reserved}, which is reserved for Stepmill's own names`) ||
    (RESERVED_NAMES.includes(name) && "is the folder of the kit's scripts");
  if (rule === false) return name;
  throw new UserError(
    `The name ${visibleLine(name)} ${rule}; nothing was written. Choose another with --name.`,
  );
}

const KEYWORDS = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield arguments eval async undefined'.split(
    ' ',
  ),
);

/** `loan-data-2` → `loanData2` */
export function constantOf(name: string): string {
  const [first = '', ...others] = name.split('-');
  const constant = [
    first,
    ...others.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`),
  ].join('');
  return KEYWORDS.has(constant) ? `${constant}Project` : constant;
}
