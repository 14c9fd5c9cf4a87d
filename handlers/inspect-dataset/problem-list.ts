import type { Problem } from '../../events/index.ts';

/** How many places of each kind of problem are named. */
const EXAMPLES = 5;
/** A value is shown up to here. */
const VALUE_CHARACTERS = 40;

/** Problems by rule: the first few in words, the rest counted. */
export class ProblemList {
  readonly #problems = new Map<string, { count: number; examples: string[] }>();

  add(rule: string, describe: () => string): void {
    const problem = this.#problems.get(rule) ?? { count: 0, examples: [] };
    problem.count += 1;
    if (problem.examples.length < EXAMPLES) problem.examples.push(describe());
    this.#problems.set(rule, problem);
  }

  get count(): number {
    return [...this.#problems.values()].reduce((sum, problem) => sum + problem.count, 0);
  }

  list(): Problem[] {
    return [...this.#problems].map(([rule, problem]) => ({ rule, ...problem }));
  }
}

/** A value as a message shows it. */
export function showValue(text: string): string {
  const shown = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
  return JSON.stringify(shown);
}
