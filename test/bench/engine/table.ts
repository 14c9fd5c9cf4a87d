import { type Workload, workloads } from './definitions.ts';
import type { Figure } from './rate.ts';

const NAME_WIDTH = 46;
const WIDTH = 17;

/** The figures of a run, printed one by one and at the end as a table with ratios and goals. */
export class Table {
  readonly #rows: readonly string[];
  readonly #columns = new Map<string, Map<string, number>>();
  readonly #notes: string[] = [];

  constructor(rows: readonly string[]) {
    this.#rows = rows;
  }

  put(column: string, { name }: Workload, figure: Figure): void {
    const figures = this.#columns.get(column) ?? new Map<string, number>();
    this.#columns.set(column, figures);
    if ('rate' in figure) figures.set(name, figure.rate);
    else this.#notes.push(`${column} has no figure for ${name}: ${figure.missing}`);
    console.error(`${column}: ${name}: ${'rate' in figure ? whole(figure.rate) : figure.missing}`);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  print(): void {
    const columns = [...this.#columns];
    console.log('\nState entries per second, with the whole history (aws-local keeps none)\n');
    line(
      '',
      columns.map(([column]) => column),
    );
    for (const row of this.#rows) {
      line(
        row,
        columns.map(([, figures]) => shown(figures.get(row))),
      );
    }
    console.log('');
    for (const note of this.#notes) console.log(note);
    console.log('');
    this.#printGoals();
  }

  #printGoals(): void {
    const { pathLoop, jsonataLoop, pathMap } = workloads;
    for (const workload of [pathLoop, pathMap]) {
      this.#ratio(['engine', workload], ['aws-local', workload], 5);
    }
    this.#ratio(['engine', jsonataLoop], ['aws-local', pathLoop], 1);
    for (const column of ['engine', 'HTTP', 'HTTP, durable']) {
      this.#ratio([column, jsonataLoop], [column, pathLoop]);
    }
    for (const column of ['HTTP', 'HTTP, durable']) {
      for (const workload of [pathLoop, pathMap]) {
        this.#ratio([column, workload], ['MiniStack', workload], 10);
      }
    }
    for (const column of ['engine, durable', 'HTTP, durable']) {
      for (const workload of [pathLoop, pathMap]) {
        goal(describe([column, workload]), this.#at([column, workload]), 20_000, whole);
      }
    }
  }

  #at([column, { name }]: Cell): number | undefined {
    return this.#columns.get(column)?.get(name);
  }

  /** @param least the goal, if any */
  #ratio(ours: Cell, theirs: Cell, least?: number): void {
    const [figure, other] = [this.#at(ours), this.#at(theirs)];
    const ratio = figure === undefined || other === undefined ? undefined : figure / other;
    goal(
      `${describe(ours)} / ${describe(theirs)}`,
      ratio,
      least,
      (value) => `${value.toFixed(2)} x`,
    );
  }
}

type Cell = readonly [column: string, workload: Workload];

function describe([column, { name }]: Cell): string {
  return `${column}: ${name.replace(/ over .*| of 1,000 Pass and Choice/, '')}`;
}

function goal(
  what: string,
  figure: number | undefined,
  least: number | undefined,
  show: (value: number) => string,
): void {
  const value = figure === undefined ? 'no figure' : show(figure);
  const wanted = least === undefined ? '' : `   goal ${show(least)}: ${verdict(figure, least)}`;
  console.log(`${what.padEnd(76)}${value.padStart(10)}${wanted}`);
}

function verdict(figure: number | undefined, least: number): string {
  if (figure === undefined) return 'not measured';
  return figure >= least ? 'met' : 'NOT MET';
}

function line(name: string, cells: readonly string[]): void {
  console.log(`${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}`);
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const shown = (value: number | undefined) => (value === undefined ? '-' : whole(value));
