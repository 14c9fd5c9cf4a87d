/** How far an answer agrees with the recorded one; undefined where nothing of that level was recorded. */
export interface Verdict {
  /** Ends as recorded: succeeds, fails, or is refused. */
  readonly L1: boolean;
  /** The result: output, error and cause; or the code of the refusal. */
  readonly L2?: boolean | undefined;
  /** The sequence of events. */
  readonly L3?: boolean | undefined;
  /** Everything. */
  readonly L4?: boolean | undefined;
}

export interface JudgedCase {
  readonly group: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** What differs first, in words. */
  readonly difference?: string | undefined;
}

const LEVELS = ['L1', 'L2', 'L3', 'L4'] as const;

/** A table in Markdown: a line a group, and one for all. */
export function renderTable(cases: readonly JudgedCase[]): string {
  const levels = LEVELS.filter((level) =>
    cases.some(({ verdict }) => verdict[level] !== undefined),
  );
  const groups = [...new Set(cases.map(({ group }) => group))];
  const rows = groups.map((group) =>
    row(
      group,
      cases.filter((each) => each.group === group),
    ),
  );
  return [
    `| | cases | ${levels.join(' | ')} |`,
    `|---|---|${levels.map(() => '---|').join('')}`,
    ...rows,
    row('all', cases),
  ].join('\n');

  function row(name: string, of: readonly JudgedCase[]): string {
    return `| ${name} | ${of.length} | ${levels.map((level) => share(of, level)).join(' | ')} |`;
  }
}

function share(cases: readonly JudgedCase[], level: (typeof LEVELS)[number]): string {
  const having = cases.filter(({ verdict }) => verdict[level] !== undefined);
  const reaching = having.filter(({ verdict }) => verdict[level] === true);
  return having.length === 0 ? '' : `${reaching.length}/${having.length}`;
}

/** The cases that differ, a line each. */
export function renderDifferences(cases: readonly JudgedCase[]): string {
  return cases
    .filter(({ difference }) => difference !== undefined)
    .map(({ group, name, difference }) => `${group}: ${name}\n    ${difference ?? ''}`)
    .join('\n');
}
