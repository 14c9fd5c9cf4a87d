import type { Problem } from '../../events/index.ts';

/** How many places of each kind of problem are named. */
const EXAMPLES = 5;
/** A value is shown up to here. */
const VALUE_CHARACTERS = 40;

/** One thing that is wrong: where, and what. */
export interface Finding {
  /** `line 4, column length`. */
  readonly place: string;
  /** What follows the value, such as `is not a number`. */
  readonly what: string;
  /** The field; undefined where the problem is not one of a value. */
  readonly value?: string;
}

/**
 * Problems by rule: the first few in words, the rest counted. In two forms, because values are
 * personal data: only the quarantine record quotes them.
 */
export class ProblemList {
  readonly #problems = new Map<string, { count: number; findings: Finding[] }>();

  add(rule: string, describe: () => Finding): void {
    const problem = this.#problems.get(rule) ?? { count: 0, findings: [] };
    problem.count += 1;
    if (problem.findings.length < EXAMPLES) problem.findings.push(describe());
    this.#problems.set(rule, problem);
  }

  get count(): number {
    return [...this.#problems.values()].reduce((sum, problem) => sum + problem.count, 0);
  }

  /** Places and rules. */
  list(): Problem[] {
    return this.#render(({ place, what, value }) =>
      value === undefined ? `${place}: ${what}` : `${place}: the value ${what}`,
    );
  }

  /** With the values. */
  quote(): Problem[] {
    return this.#render(({ place, what, value }) =>
      value === undefined ? `${place}: ${what}` : `${place}: ${showValue(value)} ${what}`,
    );
  }

  #render(describe: (finding: Finding) => string): Problem[] {
    return [...this.#problems].map(([rule, { count, findings }]) => ({
      rule,
      count,
      examples: findings.map(describe),
    }));
  }
}

/** A value as the record shows it. */
function showValue(text: string): string {
  const shown = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
  return JSON.stringify(shown);
}
