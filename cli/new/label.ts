import leven from 'leven';
import { visibleLine } from '../../local/index.ts';
import { UserError } from '../terminal/user-error.ts';
import type { Column } from './columns.ts';
import type { Problem } from './leaks.ts';

/** The kind of prediction. */
export interface Target {
  readonly problem: Problem;
  /** Why it is not certain. */
  readonly doubt?: string;
  /** Of a classification: its classes and their numbers of rows; of `binary` the second is the positive one. */
  readonly classes: ReadonlyMap<string, number>;
}

export const PROBLEMS: readonly Problem[] = ['regression', 'binary', 'multiclass'];

const FEW_INTEGERS = 10;
const MAXIMUM_CLASSES = 50;
const NAMED_COLUMNS = 20;

const LABEL_WORDS = [
  'label',
  'target',
  'class',
  'outcome',
  'survived',
  'y',
  'response',
  'churn',
  'default',
  'species',
  'diagnosis',
  'readmitted',
];
const POSITIVE = new Set([
  '1',
  '1.0',
  'yes',
  'y',
  'true',
  't',
  'positive',
  'pos',
  'ja',
  'churned',
  'default',
  'malignant',
  'fraud',
  'spam',
  'bad',
  '>50k',
]);

/** The column that is probably the label: by its name, or the last one. */
export function suggestLabel(names: readonly string[]): string {
  const named = LABEL_WORDS.flatMap((word) => names.filter((name) => name.toLowerCase() === word));
  return named[0] ?? names.at(-1) ?? '';
}

/**
 * Finds the label among the columns.
 *
 * @param path of the file, for the error
 * @throws UserError naming the columns with similar names
 */
export function findLabel(columns: readonly Column[], label: string, path: string): Column {
  const found = columns.find(({ name }) => name === label);
  if (found !== undefined) return found;
  const names = columns.map(({ name }) => name);
  const near = names.filter((name) => leven(name.toLowerCase(), label.toLowerCase()) <= 2);
  const some = near.length > 0 ? near : names.slice(0, NAMED_COLUMNS);
  const more = near.length > 0 ? 0 : names.length - some.length;
  const hint =
    near.length > 0
      ? `Did you mean --label ${some.map(visibleLine).join(' or --label ')}?`
      : `Name one of its columns with --label: ${some.map(visibleLine).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  throw new UserError(
    `${visibleLine(path)} has no column "${visibleLine(label)}"; nothing was written. ${hint}`,
  );
}

/**
 * Determines the problem of a label.
 *
 * @param wanted the option `--problem`
 * @throws UserError if the label cannot be predicted, or not with this problem
 */
export function findTarget(label: Column, wanted: Problem | undefined): Target {
  refuseUseless(label);
  const problem = wanted === undefined ? inferProblem(label) : judgeWanted(label, wanted);
  const classes = problem.problem === 'regression' ? new Map<string, number>() : classesOf(label);
  return { ...problem, classes };
}

function refuseUseless(label: Column): void {
  const name = visibleLine(label.name);
  const step = 'Name another column with --label.';
  if (label.present === 0) {
    throw new UserError(`The label ${name} is missing in every row; nothing was written. ${step}`);
  }
  if (label.distinct === 1) {
    throw new UserError(
      `The label ${name} has the same value in every row, so there is nothing to learn; nothing was written. ${step}`,
    );
  }
  if (label.type === 'date') {
    throw new UserError(
      `The label ${name} holds dates, which cannot be predicted; nothing was written. ${step}`,
    );
  }
}

function inferProblem(label: Column): Omit<Target, 'classes'> {
  const { distinct, type } = label;
  if (distinct === 2) return { problem: 'binary' };
  if (type === 'number') return { problem: 'regression' };
  if (type === 'integer') {
    if (distinct === undefined || distinct > FEW_INTEGERS) return { problem: 'regression' };
    return {
      problem: 'multiclass',
      doubt: `${visibleLine(label.name)} has ${distinct} different whole numbers: classes, or a quantity (--problem regression)?`,
    };
  }
  refuseManyClasses(label);
  return { problem: 'multiclass' };
}

function refuseManyClasses({ name, distinct, strayTexts }: Column): void {
  if (distinct !== undefined && distinct <= MAXIMUM_CLASSES) return;
  const strays =
    strayTexts === undefined
      ? ''
      : ` It contains numbers, except in ${strayTexts.count} rows (the first in ${strayTexts.firstPlace}): correct them.`;
  throw new UserError(
    `The label ${visibleLine(name)} has ${distinct ?? 'more than 1000'} different texts, of at most ${MAXIMUM_CLASSES}; nothing was written.${strays} Name another column with --label, or replace its texts by fewer classes.`,
  );
}

function judgeWanted(label: Column, wanted: Problem): Omit<Target, 'classes'> {
  const name = visibleLine(label.name);
  const isNumber = label.type === 'number' || label.type === 'integer';
  if (wanted === 'regression' && !isNumber) {
    throw new UserError(
      `The label ${name} holds texts, which --problem regression cannot predict; nothing was written. Leave the option out.`,
    );
  }
  if (wanted === 'binary' && label.distinct !== 2) {
    throw new UserError(
      `The label ${name} has ${label.distinct ?? 'more than 1000'} different values, and --problem binary needs two; nothing was written. Leave the option out.`,
    );
  }
  if (wanted === 'multiclass') refuseManyClasses(label);
  return { problem: wanted };
}

/** In a stable order. Of two classes, the positive one is the second: the word for it, otherwise the rarer one. */
function classesOf({ values = new Map() }: Column): ReadonlyMap<string, number> {
  const sorted = [...values].toSorted(([one], [other]) => compareTexts(one, other));
  if (sorted.length !== 2) return new Map(sorted);
  const isPositive = sorted.map(([text]) => POSITIVE.has(text.trim().toLowerCase()));
  const [first = ['', 0], second = ['', 0]] = sorted;
  const isSwapped = isPositive[0] === isPositive[1] ? first[1] < second[1] : isPositive[0] === true;
  return new Map(isSwapped ? [second, first] : [first, second]);
}

/** Numbers by their value, texts by their characters. */
function compareTexts(one: string, other: string): number {
  const difference = Number(one) - Number(other);
  if (Number.isFinite(difference) && difference !== 0) return difference;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
