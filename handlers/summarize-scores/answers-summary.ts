import type { AnswersSummary } from '../../events/index.ts';
import { type Bin, NumberSummary } from './number-summary.ts';

/** Classes that are counted one by one. */
const MAXIMUM_CLASSES = 1_000;
/** Classes that a summary lists. */
const LISTED_CLASSES = 100;
const TENTHS = 10;

/** Sums up answers, which are numbers or classes. */
export interface AnswersTally {
  /** @param probability of the answered class, where the model gives one */
  add(answer: string, probability: string | undefined): void;
  render(): AnswersSummary;
}

/**
 * The tally for the answers of a problem, of which the first is known: scripts of one's own may answer a
 * binary problem with the probability alone.
 */
export function tallyFor(problem: string | undefined, first: readonly string[]): AnswersTally {
  const isNumber =
    problem === undefined ||
    problem === 'regression' ||
    (problem === 'binary' && first.length === 1 && isNumeric(first[0]));
  return isNumber ? new NumberTally() : new ClassTally();
}

function isNumeric(text = ''): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

class NumberTally implements AnswersTally {
  readonly #summary = new NumberSummary();

  add(answer: string): void {
    if (isNumeric(answer)) this.#summary.add(Number(answer));
  }

  render(): AnswersSummary {
    return { kind: 'number', ...this.#summary.render() };
  }
}

class ClassTally implements AnswersTally {
  readonly #classes = new Map<string, number>();
  readonly #tenths = new Map<number, number>();
  #others = 0;

  add(answer: string, probability: string | undefined): void {
    const count = this.#classes.get(answer);
    if (count === undefined && this.#classes.size >= MAXIMUM_CLASSES) this.#others += 1;
    else this.#classes.set(answer, (count ?? 0) + 1);
    const share = Number(probability);
    if (!isNumeric(probability) || share < 0 || share > 1) return;
    const tenth = Math.min(TENTHS - 1, Math.floor(share * TENTHS));
    this.#tenths.set(tenth, (this.#tenths.get(tenth) ?? 0) + 1);
  }

  render(): AnswersSummary {
    const sorted = [...this.#classes]
      .map(([name, count]) => ({ name, count }))
      .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
    const listed = sorted.slice(0, LISTED_CLASSES);
    const rest = sorted.slice(LISTED_CLASSES).reduce((sum, { count }) => sum + count, 0);
    return {
      kind: 'class',
      classes: listed,
      others: this.#others + rest,
      probabilities: this.#renderTenths(),
    };
  }

  #renderTenths(): Bin[] {
    return [...this.#tenths]
      .sort(([one], [other]) => one - other)
      .map(([tenth, count]) => ({ lower: tenth / TENTHS, upper: (tenth + 1) / TENTHS, count }));
  }
}
