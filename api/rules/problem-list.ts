import type { Problem } from '../../events/index.ts';

/** The maximum number of places that are listed for each kind of problem. */
export const EXAMPLES = 20;
/** The maximum number of places of each kind in the quarantine record. */
export const RECORDED_EXAMPLES = 1_000;
/** The maximum length of a shown value. */
const VALUE_CHARACTERS = 40;
/** The maximum length of a shown path. */
const PATH_CHARACTERS = 200;

/** One thing that is wrong: where, and what. */
export interface Finding {
  /** `line 4, column length`. */
  readonly place: string;
  /** The text after the value, such as `is not a number`. */
  readonly what: string;
  /** The field; undefined if the problem does not concern a value. */
  readonly value?: string;
}

/**
 * Problems by rule: the first few in words, the rest counted. In two forms, because values are
 * personal data: only the quarantine record quotes them.
 */
export class ProblemList {
  #file: string | undefined;
  readonly #problems = new Map<string, { count: number; findings: Finding[] }>();

  /** @param path of a file of a folder: the places that follow are in it */
  beginFile(path: string | undefined): void {
    this.#file = path === undefined ? undefined : showPath(path);
  }

  add(rule: string, describe: () => Finding): void {
    const problem = this.#problems.get(rule) ?? { count: 0, findings: [] };
    problem.count += 1;
    if (problem.findings.length < RECORDED_EXAMPLES) {
      problem.findings.push(this.#inFile(describe()));
    }
    this.#problems.set(rule, problem);
  }

  /** Adds what is wrong with the file as a whole. */
  addFile(rule: string, what: string): void {
    this.add(rule, () => ({ place: '', what }));
  }

  /** Adds what was found in the file by itself. */
  adopt(found: ProblemList): void {
    for (const [rule, { findings }] of found.#problems) {
      for (const finding of findings) this.add(rule, () => finding);
    }
  }

  #inFile(finding: Finding): Finding {
    if (this.#file === undefined) return finding;
    const place = finding.place === '' ? this.#file : `${this.#file}, ${finding.place}`;
    return { ...finding, place };
  }

  get count(): number {
    return [...this.#problems.values()].reduce((sum, problem) => sum + problem.count, 0);
  }

  /** Places and rules. */
  list(): Problem[] {
    return this.#render(EXAMPLES, ({ place, what, value }) =>
      value === undefined ? `${place}: ${what}` : `${place}: the value ${what}`,
    );
  }

  /** With the values. */
  quote(): Problem[] {
    return this.#render(RECORDED_EXAMPLES, ({ place, what, value }) =>
      value === undefined ? `${place}: ${what}` : `${place}: ${showValue(value)} ${what}`,
    );
  }

  #render(most: number, describe: (finding: Finding) => string): Problem[] {
    return [...this.#problems].map(([rule, { count, findings }]) => ({
      rule,
      count,
      examples: findings.slice(0, most).map(describe),
    }));
  }
}

/** A value as the record shows it. */
function showValue(text: string): string {
  const shown = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
  return JSON.stringify(shown);
}

/** Paths may contain any character; control characters are shown as JSON escapes them. */
function showPath(path: string): string {
  const shown = path.length > PATH_CHARACTERS ? `${path.slice(0, PATH_CHARACTERS)}…` : path;
  return /^[\p{L}\p{N}\p{P}\p{S} ]*$/u.test(shown) ? shown : JSON.stringify(shown);
}
