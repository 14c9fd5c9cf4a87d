import { visibleLine } from '../../local/index.ts';
import type { Column } from './columns.ts';
import type { Findings } from './doubts.ts';
import { isFreeText } from './identifiers.ts';
import { areMarksUncertain } from './number-marks.ts';
import type { NumberMarks } from './numbers.ts';
import type { Plan, PlannedColumn } from './plan.ts';
import type { Remark } from './show-plan.ts';
import type { Table } from './table.ts';

/** A category with more values is unusual. */
const MANY_VALUES = 50;
/** With fewer rows, metrics are not reliable. */
const FEW_ROWS = 200;
/** A rarer class is hard to learn. */
const RARE_SHARE = 0.02;
const SMALLEST_DUPLICATE_SHARE = 0.0005;

/** The remark at the end of each column's line. */
export function findRemarks({ columns, label }: Findings, plan: Plan): Map<string, Remark> {
  const remarks = new Map<string, Remark>();
  for (const column of columns) {
    const remark = remarkOf(column, plan.columns[column.index], column.index === label.index, plan);
    if (remark !== undefined) remarks.set(column.name, remark);
  }
  return remarks;
}

function remarkOf(
  column: Column,
  planned: PlannedColumn | undefined,
  isLabel: boolean,
  plan: Plan,
): Remark | undefined {
  if (isLabel) return { text: describeLabel(column, plan), isWarning: false };
  if (planned?.ignored !== undefined) {
    return { text: `ignored: ${planned.ignored}`, isWarning: true };
  }
  const unsure = uncertaintyOf(column);
  if (unsure !== undefined) return { text: unsure, isWarning: true };
  if (column.affix !== undefined) {
    return { text: `numbers, without ${visibleLine(column.affix)}`, isWarning: false };
  }
  if (column.type === 'date') {
    return { text: 'the model sees days, month and weekday', isWarning: false };
  }
  if (column.type === 'text') {
    const kind = isFreeText(column) ? 'free text' : 'texts';
    return { text: `${kind}: the model sees numbers of characters and words`, isWarning: false };
  }
  return undefined;
}

/** The maximum number of classes that are listed with their numbers of rows. */
const NAMED_CLASSES = 3;

function describeLabel({ values }: Column, { problem }: Plan): string {
  if (problem === 'regression' || values === undefined) return 'label: a quantity';
  if (values.size > NAMED_CLASSES) return `label: ${values.size} classes`;
  const counts = [...values].map(
    ([text, number]) => `${visibleLine(text)} (${number.toLocaleString('en')})`,
  );
  return `label: ${counts.join(', ')}`;
}

/** The doubts that the user should check. */
function uncertaintyOf(column: Column): string | undefined {
  const { strayTexts, formats, hasLeadingZeros, type, values, doubtfulMarks } = column;
  if (strayTexts !== undefined && type !== 'date') {
    return `unsure: ${strayTexts.count} ${strayTexts.count === 1 ? 'field is' : 'fields are'} not a number, the first in ${strayTexts.firstPlace}`;
  }
  if (formats.length > 1) return `unsure: ${formats.slice(0, 2).join(' or ')}`;
  if (hasLeadingZeros) return 'unsure: zeros in front, so these are codes';
  const [mark] = doubtfulMarks;
  if (mark !== undefined) {
    return `unsure: ${JSON.stringify(visibleLine(mark.text))} (${mark.count}) ${mark.isLikely ? 'is taken as missing' : 'is taken as a value'}`;
  }
  if (type === 'category' && values !== undefined && values.size > MANY_VALUES) {
    return `unsure: a category of ${values.size} values`;
  }
  return undefined;
}

/** The warnings about the whole file. */
export function findWarnings(
  table: Table,
  marks: NumberMarks,
  findings: Findings,
  plan: Plan,
): string[] {
  return [
    ...fileWarnings(table),
    ...(areMarksUncertain(table.columns, marks)
      ? [
          `Numbers such as 1,234 are read with ${marks.decimal === ',' ? 'a decimal comma' : 'a comma between thousands'}; if that is wrong, change dataset.decimal and dataset.thousands.`,
        ]
      : []),
    ...rowWarnings(table, findings),
    ...(plan.setAside
      ? [
          `${count(findings.label.missing, 'row')} without ${visibleLine(plan.label)} will be left out and counted.`,
        ]
      : []),
  ];
}

function fileWarnings({ encoding, lineEnds, totals, hasHeader, placeOf }: Table): string[] {
  return [
    ...(encoding.doubt === undefined ? [] : [encoding.doubt]),
    ...(lineEnds.lineFeeds > 0 && lineEnds.carriageReturns > 0
      ? ['Some lines end in LF, others in CR LF; both are accepted.']
      : []),
    ...(totals === undefined
      ? []
      : [`The last row (${placeOf(totals.line)}) sums up the others, so it is excluded by rule.`]),
    ...(hasHeader
      ? []
      : [
          'The first line is a row, so columns have made-up names; rename them in the project as you like.',
        ]),
  ];
}

function rowWarnings({ rowCount, sample }: Table, { target, label }: Findings): string[] {
  const repeated = sample.repeatedShare;
  const labelled = [...target.classes.values()].reduce((sum, number) => sum + number, 0);
  const rare = [...target.classes].filter(([, number]) => number / labelled < RARE_SHARE);
  return [
    ...(repeated > SMALLEST_DUPLICATE_SHARE
      ? [
          `Rows that repeat an earlier one: ${sample.isWhole ? Math.round(repeated * rowCount) : `about ${(repeated * 100).toFixed(1)} %`}. Equal rows stay in one part of the split.`,
        ]
      : []),
    ...(rowCount < FEW_ROWS
      ? [`${rowCount} rows are few: intervals of metrics will be wide.`]
      : []),
    ...caseWarnings(label),
    ...(rare.length > 0
      ? [
          `Rare in ${visibleLine(label.name)}: ${rare.map(([name, number]) => `${visibleLine(name)} (${number})`).join(', ')}.`,
        ]
      : []),
  ];
}

/** Classes whose names differ in the case of letters only are different ones for the kit. */
function caseWarnings({ name, values = new Map() }: Column): string[] {
  const texts = [...values.keys()];
  const first = texts.findIndex((text, at) =>
    texts.slice(0, at).some((other) => other.toLowerCase() === text.toLowerCase()),
  );
  if (first < 0) return [];
  const text = texts[first] ?? '';
  const other = texts.find((each) => each.toLowerCase() === text.toLowerCase()) ?? '';
  return [
    `${visibleLine(name)} has both ${JSON.stringify(visibleLine(other))} and ${JSON.stringify(visibleLine(text))}, which are two classes; write them alike in the file if they mean the same.`,
  ];
}

/** The decisions of `--yes` or of the user, a line each. */
export function describeDecisions({ columns }: Plan): string[] {
  return columns
    .filter(({ ignored }) => ignored !== undefined)
    .map(({ name, ignored }) => `${visibleLine(name)} is ignored (${ignored})`);
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
