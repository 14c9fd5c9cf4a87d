import { visibleLine } from '../../local/index.ts';
import type { Column } from './columns.ts';
import type { Identifier } from './identifiers.ts';
import type { Target } from './label.ts';
import type { Leak } from './leaks.ts';

/** A decision that the file leaves open: the question on a terminal, and the answer of `--yes`. */
export interface Doubt {
  readonly key: string;
  readonly question: string;
  readonly suggestion: boolean;
}

/** The answers, by the key of the doubt. */
export type Answers = ReadonlyMap<string, boolean>;

export const keys = {
  mark: (column: string, text: string) => `mark ${column} ${text}`,
  leak: (column: string) => `leak ${column}`,
  identifiers: 'identifiers',
  group: (column: string) => `group ${column}`,
  missingLabel: 'missing label',
  smallClasses: 'small classes',
  problem: 'problem',
} as const;

/** A class with fewer rows cannot be split into training, validation, test and five folds. */
export const FEWEST_OF_CLASS = 10;

export interface Findings {
  readonly columns: readonly Column[];
  readonly label: Column;
  readonly target: Target;
  readonly leaks: readonly Leak[];
  readonly identifiers: readonly Identifier[];
}

/** All questions; those with the largest effect come first. */
export function findDoubts(findings: Findings): Doubt[] {
  return [
    ...problemDoubts(findings),
    ...missingLabelDoubts(findings),
    ...smallClassDoubts(findings),
    ...markDoubts(findings),
    ...findings.leaks.map(leakDoubt),
    ...identifierDoubts(findings),
  ];
}

function problemDoubts({ target: { doubt } }: Findings): Doubt[] {
  if (doubt === undefined) return [];
  return [{ key: keys.problem, question: `${doubt} Predict classes?`, suggestion: true }];
}

function missingLabelDoubts({ label }: Findings): Doubt[] {
  if (label.missing === 0) return [];
  return [
    {
      key: keys.missingLabel,
      question: `${rows(label.missing)} without ${visibleLine(label.name)}. Leave such rows out, and count them?`,
      suggestion: true,
    },
  ];
}

function smallClassDoubts({ target }: Findings): Doubt[] {
  const small = smallClassesOf(target);
  if (small.length === 0) return [];
  const names = small.map((name) => `${visibleLine(name)} (${target.classes.get(name)})`);
  return [
    {
      key: keys.smallClasses,
      question: `Too few rows to learn from: ${names.join(', ')}. Leave out these classes?`,
      suggestion: true,
    },
  ];
}

/** Of more than two classes, those that have too few rows. */
export function smallClassesOf({ problem, classes }: Target): string[] {
  if (problem !== 'multiclass') return [];
  const small = [...classes].filter(([, count]) => count < FEWEST_OF_CLASS).map(([name]) => name);
  return classes.size - small.length < 2 ? [] : small;
}

function markDoubts({ columns, label }: Findings): Doubt[] {
  const others = columns.filter(({ index }) => index !== label.index);
  return others.flatMap((column) =>
    column.doubtfulMarks.map(({ text, count, isLikely }) => ({
      key: keys.mark(column.name, text),
      question: `${visibleLine(column.name)} is ${JSON.stringify(visibleLine(text))} in ${rows(count)}. Does that mean a missing value?`,
      suggestion: isLikely,
    })),
  );
}

function leakDoubt({ column, evidence }: Leak): Doubt {
  return {
    key: keys.leak(column),
    question: `${visibleLine(column)} separates the label almost alone (${evidence}). Is it known only afterwards, so ignore it?`,
    suggestion: true,
  };
}

function identifierDoubts({ identifiers }: Findings): Doubt[] {
  if (identifiers.length === 0) return [];
  const names = identifiers.map(({ column }) => visibleLine(column));
  const groups = identifiers.filter(({ isGroup }) => isGroup);
  return [
    {
      key: keys.identifiers,
      question: `${names.join(', ')}: ${names.length === 1 ? 'an identifier' : 'identifiers'}, from which no model learns. Ignore?`,
      suggestion: true,
    },
    ...groups.map(({ column }) => ({
      key: keys.group(column),
      question: `Rows share values of ${visibleLine(column)}. Keep them together when rows are split?`,
      suggestion: true,
    })),
  ];
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
