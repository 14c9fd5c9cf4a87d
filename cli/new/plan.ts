import { basename } from 'node:path';
import { visibleLine } from '../../local/index.ts';
import { UserError } from '../terminal/user-error.ts';
import type { Column, ColumnType } from './columns.ts';
import { type Answers, FEWEST_OF_CLASS, type Findings, keys, smallClassesOf } from './doubts.ts';
import { type Gate, honestGate } from './gate.ts';
import type { Target } from './label.ts';
import type { Problem } from './leaks.ts';
import type { NumberMarks } from './numbers.ts';
import type { Table } from './table.ts';
import { widen } from './widen.ts';

/** A column of the new project. */
export interface PlannedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly format?: string;
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly affix?: string;
  readonly optional?: true;
  readonly missingValues?: readonly string[];
  /** Why it is ignored. */
  readonly ignored?: string;
}

export interface Exclusion {
  readonly column: string;
  readonly values: readonly string[];
}

/** What will be written. */
export interface Plan {
  readonly name: string;
  readonly description: string;
  readonly summary: string;
  readonly problem: Problem;
  readonly algorithm: string;
  readonly table: Table;
  readonly marks: NumberMarks;
  readonly label: string;
  readonly columns: readonly PlannedColumn[];
  /** Rows without a label are left out. */
  readonly setAside: boolean;
  /** Rows that are not left out. */
  readonly usedRows: number;
  readonly exclude: readonly Exclusion[];
  readonly groupBy?: string;
  /** Of a classification; of `binary` the second is the positive one. */
  readonly classes: readonly string[];
  /** The number of rows of each class. */
  readonly classCounts: readonly number[];
  readonly gate: Gate;
  readonly baseline: string;
}

export interface PlanOptions {
  readonly name: string;
  readonly algorithm?: string;
  readonly table: Table;
  readonly marks: NumberMarks;
}

const LONGEST_DESCRIPTION = 200;

/** Determines the project from the findings and the answers. */
export function makePlan(findings: Findings, answers: Answers, options: PlanOptions): Plan {
  const { label, target } = findings;
  const { table, marks, name, algorithm = 'xgboost' } = options;
  const small = answers.get(keys.smallClasses) === true ? smallClassesOf(target) : [];
  const classes = new Map([...target.classes].filter(([text]) => !small.includes(text)));
  const kept = { ...target, classes };
  const reasons = reasonsToIgnore(findings, answers);
  const file = visibleLine(basename(table.path));
  const columns = findings.columns.map((column) =>
    column.index === label.index
      ? planLabel(column, kept)
      : planColumn(column, reasons.get(column.name)),
  );
  const group = findings.identifiers.find(({ column }) => answers.get(keys.group(column)) === true);
  return {
    name,
    description: `Predicts ${visibleLine(label.name)} from ${file}`.slice(0, LONGEST_DESCRIPTION),
    summary: `${file.replaceAll('*/', '* /')}: ${table.rowCount.toLocaleString('en')} rows. Made by "stepmill new".`,
    problem: target.problem,
    algorithm,
    table,
    marks,
    label: label.name,
    columns,
    setAside: answers.get(keys.missingLabel) === true,
    usedRows: label.present - sumOf(small.map((text) => target.classes.get(text) ?? 0)),
    classes: [...classes.keys()],
    classCounts: [...classes.values()],
    exclude: exclusionsOf(table, label.name, small),
    ...(group === undefined ? {} : { groupBy: group.column }),
    ...honestGate(label, kept),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** @throws UserError if no column is left for the model */
export function demandFeatures({ columns, label }: Plan): void {
  if (columns.some(({ name, ignored }) => name !== label && ignored === undefined)) return;
  throw new UserError(
    'A model has no column to learn from: all columns except the label are identifiers, leaks, empty or the same in every row; nothing was written. Add other columns to the file, or leave --yes out to keep some.',
  );
}

/** Rows for training, validation, test and five folds. */
const FEWEST_ROWS = 10;

/** @throws UserError if there are too few rows, or too few of a class, to learn from and to measure with */
export function demandRows({ problem, usedRows, label, classes, classCounts }: Plan): void {
  if (usedRows < FEWEST_ROWS) {
    throw new UserError(
      `${usedRows} ${usedRows === 1 ? 'row has' : 'rows have'} a label, and a model needs at least ${FEWEST_ROWS}; nothing was written. Add rows to the file.`,
    );
  }
  const small = classes.find((_text, at) => (classCounts[at] ?? 0) < FEWEST_OF_CLASS);
  if (problem !== 'binary' || small === undefined) return;
  const count = classCounts[classes.indexOf(small)] ?? 0;
  throw new UserError(
    `Only ${count} ${count === 1 ? 'row has' : 'rows have'} ${visibleLine(label)} ${JSON.stringify(visibleLine(small))}, and each class needs at least ${FEWEST_OF_CLASS}; nothing was written. Add such rows to the file, or name another label.`,
  );
}

function reasonsToIgnore(
  { columns, leaks, identifiers, label }: Findings,
  answers: Answers,
): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { name, index, present, missing, distinct } of columns) {
    if (index === label.index) continue;
    if (present === 0) reasons.set(name, 'empty in every row');
    else if (distinct === 1 && missing === 0) reasons.set(name, 'the same in every row');
  }
  if (answers.get(keys.identifiers) === true) {
    for (const { column, why } of identifiers) reasons.set(column, `identifier: ${why}`);
  }
  for (const { column, evidence } of leaks) {
    if (answers.get(keys.leak(column)) === true) {
      reasons.set(column, `leak: separates ${visibleLine(label.name)} almost alone (${evidence})`);
    }
  }
  return reasons;
}

function exclusionsOf(
  { totals, names }: Table,
  label: string,
  small: readonly string[],
): Exclusion[] {
  const at = totals?.fields.findIndex((field) => field !== '') ?? -1;
  return [
    ...(totals === undefined
      ? []
      : [{ column: names[at] ?? '', values: [totals.fields[at] ?? ''] }]),
    ...(small.length === 0 ? [] : [{ column: label, values: small }]),
  ];
}

/** Whole numbers without a fixed set of values; a class has one. */
function planLabel(column: Column, { problem, classes }: Target): PlannedColumn {
  const { name, missingValues } = column;
  const marks = missingValues.length > 0 ? { missingValues: [...missingValues].toSorted() } : {};
  if (problem === 'regression') return { ...planNumber(column), ...marks };
  const texts = [...classes.keys()];
  const numbers = texts.map(Number);
  const isNumbered =
    column.type === 'integer' && (problem === 'multiclass' || numbers.every((n, at) => n === at));
  if (isNumbered) {
    const range = { minimum: Math.min(...numbers), maximum: Math.max(...numbers) };
    return { name, type: 'integer', ...range, ...marks };
  }
  return { name, type: 'category', values: texts, ...marks };
}

function planColumn(column: Column, ignored: string | undefined): PlannedColumn {
  const { name, type, missing, missingValues, formats } = column;
  if (ignored !== undefined) return { name, type: 'text', ignored };
  const optional = {
    ...(missing > 0 ? { optional: true as const } : {}),
    ...(missingValues.length > 0 ? { missingValues: [...missingValues].toSorted() } : {}),
  };
  switch (type) {
    case 'number':
    case 'integer':
      return { ...planNumber(column), ...optional };
    case 'date':
      return { name, type, format: formats[0] ?? '%Y-%m-%d', ...optional };
    case 'category':
      // Without values: the model answers a request with one that it has not seen, and counts it.
      return { name, type, ...optional };
    case 'text':
      return { name, type, ...optional };
  }
}

/** With fewer values, the range is that of the values. */
const FEW_NUMBERS = 3;

function planNumber({
  name,
  type,
  minimum,
  maximum,
  affix,
  distinct = Infinity,
}: Column): PlannedColumn {
  const isList = type === 'integer' && distinct <= FEW_NUMBERS;
  const range = isList ? { minimum, maximum } : widen(minimum, maximum);
  return { name, type, ...range, ...(affix === undefined ? {} : { affix }) };
}
