import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canSolve } from '../../definition/index.ts';
import { visibleLine } from '../../local/index.ts';
import type { Asker } from '../terminal/ask.ts';
import { bold, dim, green, type Terminal, yellow } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { withoutEnds } from './column-tally.ts';
import { type Column, findColumns, type MarkDecision } from './columns.ts';
import { type Answers, type Doubt, type Findings, findDoubts, keys } from './doubts.ts';
import { findIdentifiers } from './identifiers.ts';
import { findLabel, findTarget, suggestLabel } from './label.ts';
import { findLeaks, type Problem } from './leaks.ts';
import { demandNames } from './names.ts';
import { nextSteps } from './next-steps.ts';
import { findMarks } from './number-marks.ts';
import type { NumberMarks } from './numbers.ts';
import { demandFeatures, demandRows, makePlan, type Plan } from './plan.ts';
import { demandName, explainName, nameOfFile } from './project-name.ts';
import { renderProject } from './render-project.ts';
import { splitRow } from './rows.ts';
import { showTable } from './show-plan.ts';
import { readTable, type Table } from './table.ts';
import { describeDecisions, findRemarks, findWarnings } from './warnings.ts';

export interface NewOptions {
  readonly label?: string;
  readonly name?: string;
  readonly problem?: Problem;
  readonly algorithm?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** The folder, the terminal and the options for making a project. */
export interface Workplace {
  /** The root of the app. */
  readonly folder: string;
  readonly terminal: Terminal;
  readonly asker: Asker;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * Makes a project of a CSV file: reads it, shows its columns, asks the open questions, and writes one file.
 *
 * @throws UserError if the file or an option cannot be used; then nothing is written
 */
export async function newProject(
  file: string,
  options: NewOptions,
  workplace: Workplace,
): Promise<void> {
  const { terminal, width } = workplace;
  const name = demandName(options.name ?? nameOfFile(file));
  const target = targetFile(name, options, workplace);
  const table = await readWithProgress(file, options.label, terminal);
  demandNames(table);
  const study = await studyTable(table, options, workplace);
  const suggested = study.plan(name, suggestions(study.doubts));
  const { columns } = study.findings;
  const { marks } = study;
  const remarks = findRemarks(study.findings, suggested);
  showTable({ table, marks, columns, planned: suggested.columns, remarks }, terminal, width);
  terminal.print();
  const why = options.name === undefined ? explainName(file) : undefined;
  if (why !== undefined) terminal.print(`${yellow('!')} ${why}`);
  for (const warning of findWarnings(table, marks, study.findings, suggested)) {
    terminal.print(`${yellow('!')} ${warning}`);
  }
  const plan = study.plan(name, await settle(study.doubts, options, workplace));
  demandFeatures(plan);
  demandRows(plan);
  write(target, renderProject(plan), options);
  report(plan, columns, terminal);
}

function suggestions(doubts: readonly Doubt[]): Answers {
  return new Map(doubts.map(({ key, suggestion }) => [key, suggestion]));
}

/** @throws UserError if the folder is not an app, or the project exists */
function targetFile(name: string, { force }: NewOptions, { folder }: Workplace): string {
  if (!existsSync(join(folder, 'definition', 'index.ts'))) {
    throw new UserError(
      `${visibleLine(join(folder, 'definition', 'index.ts'))}, which every project imports, does not exist; nothing was written. Run the command in a clone of Stepmill.`,
    );
  }
  const target = join(folder, 'projects', name, 'project.ts');
  if (!existsSync(target) || force === true) return target;
  throw new UserError(
    `projects/${name}/project.ts already exists; nothing was written. Choose another name with --name, or overwrite it with --force.`,
  );
}

/** The progress of smaller files is not shown. */
const NOTICED_MS = 1_000;

async function readWithProgress(
  file: string,
  label: string | undefined,
  terminal: Terminal,
): Promise<Table> {
  const begun = performance.now();
  const part = terminal.live('');
  try {
    const table = await readTable(file, label, (done, all) => {
      if (performance.now() - begun < NOTICED_MS) return;
      part.update(`Read ${visibleLine(file)}: ${Math.floor((done / all) * 100)} %`);
    });
    const took = performance.now() - begun;
    if (took >= NOTICED_MS) terminal.note(`${green('✓')} ${describeReading(table, took)}`);
    return table;
  } finally {
    part.end();
  }
}

function describeReading({ path, sizeBytes }: Table, durationMs: number): string {
  const megabytes = sizeBytes / 1e6;
  const seconds = durationMs / 1_000;
  return `Read ${visibleLine(path)} ${dim(`${figure(megabytes)} MB in ${seconds.toFixed(1)} s`)}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The columns of a table, and the projects that can be made of it. */
interface Study {
  readonly marks: NumberMarks;
  readonly findings: Findings;
  readonly doubts: readonly Doubt[];
  plan(name: string, answers: Answers): Plan;
}

async function studyTable(table: Table, options: NewOptions, workplace: Workplace): Promise<Study> {
  const marks = findMarks(table.columns, table.delimiter);
  const rows = table.sample.rows.map((text) => splitRow(text, table.delimiter).map(withoutEnds));
  const columns = findColumns(table, marks, rows);
  const label = await chooseLabel(columns, table, options, workplace);
  const study = (seen: readonly Column[], problem: Problem | undefined): Findings => {
    const labelColumn = findLabel(seen, label, table.path);
    const target = findTarget(labelColumn, problem);
    demandAlgorithm(options.algorithm, target.problem);
    const sample = { columns: seen, label: labelColumn, problem: target.problem, marks, rows };
    const identifiers = findIdentifiers(seen, labelColumn);
    return { columns: seen, label: labelColumn, target, leaks: findLeaks(sample), identifiers };
  };
  const findings = study(columns, options.problem);
  const doubts = findDoubts(findings);
  const { algorithm } = options;
  return {
    marks,
    findings,
    doubts,
    plan(name, answers) {
      const isSuggested = doubts.every(({ key, suggestion }) => answers.get(key) === suggestion);
      const problem = answers.get(keys.problem) === false ? 'regression' : options.problem;
      const answered = isSuggested
        ? findings
        : study(findColumns(table, marks, rows, decisionOf(answers, label)), problem);
      return makePlan(answered, answers, {
        name,
        table,
        marks,
        ...(algorithm === undefined ? {} : { algorithm }),
      });
    },
  };
}

/** The user is not asked about doubtful marks of the label. */
function decisionOf(answers: Answers, label: string): MarkDecision {
  return (column, { text, isLikely }) =>
    column === label ? isLikely : (answers.get(keys.mark(column, text)) ?? isLikely);
}

function demandAlgorithm(algorithm: string | undefined, problem: Problem): void {
  if (algorithm === undefined || canSolve(algorithm, problem)) return;
  throw new UserError(
    `The algorithm ${algorithm} cannot solve a ${problem} problem; nothing was written. Choose another with --algorithm.`,
  );
}

async function chooseLabel(
  columns: readonly Column[],
  { hasHeader, path }: Table,
  { label, yes }: NewOptions,
  { asker, terminal }: Workplace,
): Promise<string> {
  if (label !== undefined) {
    const named = !hasHeader && /^\d+$/.test(label) ? `column_${label}` : label;
    return findLabel(columns, named, path).name;
  }
  const suggestion = suggestLabel(columns.map(({ name }) => name));
  if (!asker.isThere || yes === true) {
    throw new UserError(
      `No label was named, so there is nothing to predict; nothing was written. Name the column to predict with --label, perhaps: --label ${quoted(suggestion)}`,
    );
  }
  terminal.note(`The columns: ${columns.map(({ name }) => visibleLine(name)).join(', ')}`);
  const typed = await asker.text('Which column is to be predicted?', visibleLine(suggestion));
  return findLabel(columns, typed === visibleLine(suggestion) ? suggestion : typed, path).name;
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(visibleLine(name));
}

/** Asks, or takes the suggestions with `--yes`. */
async function settle(
  doubts: readonly Doubt[],
  { yes }: NewOptions,
  { asker }: Workplace,
): Promise<Answers> {
  if (yes === true || doubts.length === 0) return suggestions(doubts);
  if (!asker.isThere) {
    const count = doubts.length === 1 ? 'one question is' : `${doubts.length} questions are`;
    throw new UserError(
      `stdin is not a terminal, and ${count} open; nothing was written. Pass --yes to accept the suggestions in the table.${doubts.map(({ question }) => `\n- ${question}`).join('')}`,
    );
  }
  const answers = new Map<string, boolean>();
  for (const { key, question, suggestion } of doubts) {
    answers.set(key, await asker.yes(question, suggestion));
  }
  return answers;
}

function write(target: string, text: string, { force }: NewOptions): void {
  mkdirSync(join(target, '..'), { recursive: true });
  // Another command may have created it in the meantime.
  writeFileSync(target, text, { flag: force === true ? 'w' : 'wx' });
}

function report(plan: Plan, columns: readonly Column[], terminal: Terminal): void {
  for (const decision of describeDecisions(plan)) terminal.print(`- ${decision}`);
  terminal.print();
  terminal.print(
    `${green('✓')} ${bold(`projects/${plan.name}/project.ts`)}: ${plan.problem}, ${plan.algorithm}`,
  );
  const [, positive] = plan.problem === 'binary' ? plan.classes : [];
  if (positive !== undefined) {
    terminal.print(
      dim(`  Positive class, whose probability the metrics are about: ${visibleLine(positive)}.`),
    );
  }
  terminal.print(dim(`  Baseline: ${visibleLine(plan.baseline)}.`));
  terminal.print();
  terminal.print('Next:');
  for (const step of nextSteps(plan, columns)) terminal.print(`  ${step}`);
}
