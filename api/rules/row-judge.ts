import type { Column, DatasetContract } from '../../events/index.ts';
import { delimiters, wrongDelimiter } from './delimiters.ts';
import { describeFieldCount } from './field-count.ts';
import { ProblemList } from './problem-list.ts';
import { labelColumnsOf, RowInspector } from './row-inspector.ts';

/** What a row is: one to be scored, or one that is set aside. */
export type RowVerdict =
  | { readonly kind: 'header' }
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly reasons: readonly string[] };

const GOOD: RowVerdict = { kind: 'good' };
const HEADER: RowVerdict = { kind: 'header' };

/**
 * Judges rows that are to be scored, one by one, by what training demands of them but for the label. A file
 * may have the label's column, which is not looked at, or be without it.
 */
export class RowJudge {
  readonly #contract: DatasetContract;
  readonly #problems = new ProblemList();
  #inspector: RowInspector | undefined;
  #labelIndex = -1;

  constructor(contract: DatasetContract) {
    this.#contract = contract;
  }

  /** Places and rules of all rows that were set aside, without values. */
  get problems(): ProblemList {
    return this.#problems;
  }

  /** Rows without the header. */
  get count(): number {
    return this.#inspector?.count ?? 0;
  }

  /** The place of the label in the rows; -1 in a file without labels. */
  get labelIndex(): number {
    return this.#labelIndex;
  }

  /**
   * @param line of the file, counted from 1
   * @throws DatasetRejected at a first line that shows that no row of the file can be read
   */
  judge(fields: readonly string[], line: number): RowVerdict {
    const inspector = this.#inspector ?? this.#begin(fields);
    if (inspector === undefined) return this.#setAsideUnread(fields, line);
    const { count, excluded } = inspector;
    inspector.inspect(fields, line);
    if (inspector.count === count) return HEADER;
    if (inspector.excluded > excluded) {
      return this.setAside(line, 'excluded row', 'is left out by dataset.exclude of the project');
    }
    const found = inspector.takeProblems();
    if (found === undefined) return GOOD;
    this.#problems.adopt(found);
    return { kind: 'bad', reasons: found.quote().flatMap(({ examples }) => examples) };
  }

  /** Sets a row aside for a reason that its fields do not show. */
  setAside(line: number, rule: string, what: string): RowVerdict {
    this.#problems.add(rule, () => ({ place: `line ${line}`, what }));
    return { kind: 'bad', reasons: [`line ${line}: ${what}`] };
  }

  /**
   * The first row that can be read shows whether the file has the label.
   *
   * @returns undefined where this one does not show it
   */
  #begin(fields: readonly string[]): RowInspector | undefined {
    const { labelColumn: _, ...contract } = this.#contract;
    const { delimiter, header, label } = contract;
    const columns = columnsOf(this.#contract);
    const labelIndex = columns.findIndex(({ name }) => name === label);
    const unlabelled = columns.filter(({ name }) => name !== label);
    const isWithout = fields.length === unlabelled.length;
    if (!isWithout && fields.length !== columns.length) {
      refuseDelimiter(fields, delimiter, [unlabelled.length, columns.length]);
      if (!header) return undefined;
    }
    this.#labelIndex = isWithout ? -1 : labelIndex;
    this.#inspector = new RowInspector({
      ...contract,
      columns: isWithout
        ? unlabelled
        : columns.map((column) => (column.name === label ? { ...column, ignore: true } : column)),
    });
    this.#inspector.beginFile();
    return this.#inspector;
  }

  #setAsideUnread(fields: readonly string[], line: number): RowVerdict {
    const { label, delimiter } = this.#contract;
    const columns = columnsOf(this.#contract);
    const wanted = columns.filter(({ name }) => name !== label).length;
    const expected =
      wanted === columns.length ? wanted : `${wanted}, or ${columns.length} with the label`;
    const kind = fields.length < wanted ? 'missing columns' : 'extra columns';
    return this.setAside(
      line,
      kind,
      describeFieldCount(fields.length, String(expected), delimiter),
    );
  }
}

function columnsOf(contract: DatasetContract): readonly Column[] {
  return [...contract.columns, ...labelColumnsOf(contract)];
}

/** @throws DatasetRejected where the row has the right number of fields with another delimiter */
function refuseDelimiter(
  fields: readonly string[],
  promised: string,
  counts: readonly number[],
): void {
  const text = fields.join(promised);
  const used = delimiters.find(
    (delimiter) => delimiter !== promised && counts.includes(text.split(delimiter).length),
  );
  if (used !== undefined && Math.min(...counts) > 1) throw wrongDelimiter(used, promised);
}
