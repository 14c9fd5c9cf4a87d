import type { Column } from './columns.ts';

/** A column that names its row, so that a model learns nothing from it. */
export interface Identifier {
  readonly column: string;
  readonly why: string;
  /** Whether rows that share its value belong together. */
  readonly isGroup: boolean;
}

const ID_WORDS = new Set([
  'id',
  'ids',
  'uid',
  'uuid',
  'guid',
  'key',
  'pk',
  'nbr',
  'no',
  'nr',
  'num',
  'number',
  'index',
  'idx',
  'row',
  'rownum',
  'rowid',
  'serial',
  'ssn',
  'iban',
  'vin',
  'isbn',
  'unnamed',
  'mrn',
]);
const PERSON_WORDS = new Set([
  'name',
  'surname',
  'firstname',
  'lastname',
  'fullname',
  'email',
  'mail',
  'phone',
  'address',
  'street',
  'passport',
  'url',
  'username',
]);

/** With fewer rows, any column may be unique by chance. */
const FEWEST_ROWS = 30;
/** With this many rows, measured values repeat. */
const MANY_ROWS = 1_000;
const UNIQUE_SHARE = 0.999;
const NEAR_UNIQUE_SHARE = 0.9;
const REPEATED_SHARE = 0.3;
/** Sentences are unique too, but contain information. */
const SENTENCE_WORDS = 6;

export function findIdentifiers(columns: readonly Column[], label: Column): Identifier[] {
  return columns
    .filter(({ index, present }) => index !== label.index && present >= FEWEST_ROWS)
    .flatMap((column) => identifierOf(column) ?? []);
}

/** The minimum length of a sentence. */
export function isFreeText({ type, averageWords }: Column): boolean {
  return type === 'text' && averageWords >= SENTENCE_WORDS;
}

function identifierOf(column: Column): Identifier | undefined {
  const { name, type, uniqueShare } = column;
  const words = wordsOf(name);
  const hasIdName = words.some((word) => ID_WORDS.has(word));
  if (type === 'text' || type === 'category') {
    return identifierOfTexts(
      column,
      hasIdName,
      words.some((word) => PERSON_WORDS.has(word)),
    );
  }
  if (type !== 'integer') return undefined;
  const made = (why: string, isGroup = false) => ({ column: name, why, isGroup });
  if (uniqueShare >= UNIQUE_SHARE) {
    if (hasIdName || isNumbering(column) || column.present >= MANY_ROWS) {
      return made('every number is different');
    }
    return undefined;
  }
  if (!hasIdName || uniqueShare < REPEATED_SHARE) return undefined;
  return made(`${percent(uniqueShare)} of its numbers are different`, true);
}

function identifierOfTexts(
  column: Column,
  hasIdName: boolean,
  hasPersonName: boolean,
): Identifier | undefined {
  const { name, uniqueShare } = column;
  if (isFreeText(column)) return undefined;
  if (uniqueShare >= NEAR_UNIQUE_SHARE) {
    const why =
      uniqueShare >= UNIQUE_SHARE
        ? 'every text is different'
        : `${percent(uniqueShare)} of its texts are different`;
    return { column: name, why, isGroup: hasIdName && uniqueShare < UNIQUE_SHARE };
  }
  if (uniqueShare < REPEATED_SHARE || !(hasIdName || hasPersonName)) return undefined;
  return {
    column: name,
    why: `${percent(uniqueShare)} of its texts are different`,
    isGroup: hasIdName,
  };
}

/** Row numbers, with a few left out. */
function isNumbering({ isAscending, minimum, maximum, present }: Column): boolean {
  return isAscending && minimum >= 0 && minimum <= 1 && maximum - minimum < present * 1.2;
}

/** `patient_nbr`, `PatientNbr` → `patient`, `nbr` */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
