import { decodeSide, parseJson, parseObject, parseRecords, readEventId } from './captured-text.ts';
import { BrokenLine } from './tally.ts';

/** What a Lambda function with 1,769 MB holds: a hundred million bytes of ids and labels, and as many of their table. */
export const MAXIMUM_LABELLED_REQUESTS = 1_000_000;
/** The total length of ids and labels held in memory; a list of labels may be as long as a line. */
const MAXIMUM_CHARACTERS = 200_000_000;
/** What one more text of a list takes in memory. */
const CHARACTERS_OF_LABEL = 16;

/** There are more labels than one invocation can hold. */
export class TooManyLabels extends Error {
  constructor(what: string) {
    super(
      `There are more than ${what}. No dataset was written, and nothing is trained. Delete labels of requests that are no longer captured, or upload the labelled rows as a dataset.`,
    );
    this.name = 'TooManyLabels';
  }
}

type LabelTexts = string | readonly string[];

/** The labels of a request, one for each of its rows. */
export interface RequestLabels {
  readonly labels: readonly string[];
  /** Whether the first of them arrived in the time that is gathered. */
  readonly isNew: boolean;
}

interface Held {
  readonly texts: LabelTexts;
  readonly isNew: boolean;
}

/** The last labels of each request, and what was strange about them. */
export class Labels {
  readonly #byRequest = new Map<string, Held>();
  readonly #maximum: number;
  readonly #maximumCharacters: number;
  #characters = 0;
  #contradicting = 0;

  constructor(maximum = MAXIMUM_LABELLED_REQUESTS, maximumCharacters = MAXIMUM_CHARACTERS) {
    this.#maximum = maximum;
    this.#maximumCharacters = maximumCharacters;
  }

  /** Labels of the time that came again, or before, and were different. */
  get contradicting(): number {
    return this.#contradicting;
  }

  /** Requests whose labels arrived in the time and were not taken. */
  get unknown(): number {
    let count = 0;
    for (const { isNew } of this.#byRequest.values()) count += Number(isNew);
    return count;
  }

  /**
   * Adds the labels of a request, one for each of its rows. Files are read in the order of their names; the last wins.
   *
   * @param isNew whether they arrived in the time that is gathered, and not before
   * @throws TooManyLabels
   */
  add(id: string, labels: readonly string[], isNew = true): void {
    const texts = labels.length === 1 ? (labels[0] ?? '') : labels;
    const before = this.#byRequest.get(id);
    if (before !== undefined && (isNew || before.isNew) && differ(before.texts, texts)) {
      this.#contradicting += 1;
    }
    this.#byRequest.set(id, { texts, isNew: isNew && before?.isNew !== false });
    this.#characters +=
      charactersOf(texts) + (before === undefined ? id.length : -charactersOf(before.texts));
    if (this.#characters > this.#maximumCharacters) {
      throw new TooManyLabels(`${this.#maximumCharacters} characters of ids and labels`);
    }
    if (this.#byRequest.size > this.#maximum) {
      throw new TooManyLabels(`${this.#maximum} labelled requests`);
    }
  }

  /** The labels of a request, once: a request that was captured again, by a shadow variant, is one row of training. */
  take(id: string): RequestLabels | undefined {
    const held = this.#byRequest.get(id);
    if (held === undefined) return undefined;
    this.#byRequest.delete(id);
    const { isNew, texts } = held;
    return { labels: typeof texts === 'string' ? [texts] : texts, isNew };
  }
}

function differ(one: LabelTexts, other: LabelTexts): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

function charactersOf(labels: LabelTexts): number {
  if (typeof labels === 'string') return labels.length;
  return labels.reduce((sum, label) => sum + label.length + CHARACTERS_OF_LABEL, 0);
}

/**
 * A line of ground truth: `{"groundTruthData": {"data": "1", "encoding": "CSV"}, "eventMetadata": {"eventId": "…"}}`.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
 * @throws BrokenLine
 */
export function parseLabels(line: Buffer): { readonly id: string; readonly labels: string[] } {
  const found = parseObject(line);
  const { id } = readEventId(found);
  const { text, isJson } = decodeSide(found['groundTruthData'], 'groundTruthData');
  const labels = isJson
    ? [parseJson(text, 'groundTruthData.data is not JSON')].flat().map(renderLabel)
    : parseRecords(text, ',').flatMap(([label = '', ...more]) =>
        more.length === 0 ? [renderLabel(label)] : [],
      );
  if (labels.length === 0 || labels.includes('')) {
    throw new BrokenLine('groundTruthData.data is not one label a row');
  }
  return { id, labels };
}

/** As Python writes it, which judges quality by the same labels; empty where it is none. */
function renderLabel(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}
