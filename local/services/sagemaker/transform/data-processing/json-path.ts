import { RecordFailure } from './record-failure.ts';

/** One step of a path: a name, a wildcard, a list of names or indexes, or a slice. */
type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly start: number; readonly end: number | undefined }
  | { readonly kind: 'all' };

/** A parsed filter of a transform job. */
export interface FilterPath {
  readonly text: string;
  readonly steps: readonly Step[];
  /** Whether the path selects one value; other paths select a list. */
  readonly isSingle: boolean;
}

const NAME = /^\.(?<name>[A-Za-z_][\w-]*)/;
const WILDCARD = /^(?:\.\*|\[\s*\*\s*\])/;
const NAMES =
  /^\[\s*(?<list>(?<quote>['"])[^'"]*\k<quote>(?:\s*,\s*\k<quote>[^'"]*\k<quote>)*)\s*\]/;
const INDEXES = /^\[\s*(?<list>-?\d{1,9}(?:\s*,\s*-?\d{1,9})*)\s*\]/;
const SLICE = /^\[\s*(?<start>-?\d{1,9})?\s*:\s*(?<end>-?\d{1,9})?\s*\]/;

/**
 * Parses a filter of a transform job; undefined for a text that is not one. The operators are those of
 * https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html#data-processing-operators
 */
export function parseFilterPath(text: string): FilterPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let rest = text.slice(1);
  while (rest !== '') {
    const next = parseStep(rest);
    if (next === undefined) return undefined;
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  const isSingle = steps.every(
    (step, index) => selectsOne(step) || (step.kind === 'names' && index === steps.length - 1),
  );
  return { text, steps, isSingle };
}

function parseStep(rest: string): { readonly step: Step; readonly length: number } | undefined {
  const name = NAME.exec(rest);
  if (name !== null) return found(name, { kind: 'names', names: [name.groups?.['name'] ?? ''] });
  const wildcard = WILDCARD.exec(rest);
  if (wildcard !== null) return found(wildcard, { kind: 'all' });
  const names = NAMES.exec(rest);
  if (names !== null) return found(names, { kind: 'names', names: quoted(names) });
  const indexes = INDEXES.exec(rest);
  if (indexes !== null) return found(indexes, { kind: 'indexes', indexes: numbers(indexes) });
  const slice = SLICE.exec(rest);
  return slice === null ? undefined : found(slice, sliceOf(slice));
}

function found(match: RegExpExecArray, step: Step) {
  return { step, length: match[0].length };
}

function quoted(match: RegExpExecArray): readonly string[] {
  const { list = '', quote = "'" } = match.groups ?? {};
  return list.split(quote).filter((_, index) => index % 2 === 1);
}

function numbers(match: RegExpExecArray): readonly number[] {
  return (match.groups?.['list'] ?? '').split(',').map(Number);
}

function sliceOf({ groups }: RegExpExecArray): Step {
  const { start, end } = groups ?? {};
  return {
    kind: 'slice',
    start: start === undefined ? 0 : Number(start),
    end: end === undefined ? undefined : Number(end),
  };
}

function selectsOne(step: Step): boolean {
  if (step.kind === 'names') return step.names.length === 1;
  return step.kind === 'indexes' && step.indexes.length === 1;
}

/**
 * What a filter selects of a value: one value, or a list of values.
 *
 * @throws RecordFailure if the value lacks a name or an index
 */
export function select(path: FilterPath, value: unknown): unknown {
  let selected: readonly unknown[] = [value];
  for (const [index, step] of path.steps.entries()) {
    const isLast = index === path.steps.length - 1;
    selected = selected.flatMap((item) =>
      isLast && step.kind === 'names' && step.names.length > 1
        ? [part(item, step.names, path)]
        : take(step, item, path),
    );
  }
  return path.isSingle ? selected[0] : selected;
}

/** As in the json-path project, to which the guide refers, the members that a path ends with stay one object. */
function part(value: unknown, names: readonly string[], path: FilterPath): unknown {
  return Object.fromEntries(names.map((name) => [name, member(value, name, path)]));
}

function take(step: Step, value: unknown, path: FilterPath): readonly unknown[] {
  if (step.kind === 'names') return step.names.map((name) => member(value, name, path));
  if (step.kind === 'all' && isObject(value)) return Object.values(value);
  if (!Array.isArray(value)) throw mismatch(path);
  const items: readonly unknown[] = value;
  if (step.kind === 'indexes') return step.indexes.map((index) => itemAt(items, index, path));
  if (step.kind === 'all') return items;
  return slice(items, step.start, step.end);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(value: unknown, name: string, path: FilterPath): unknown {
  if (!isObject(value) || !Object.hasOwn(value, name)) throw mismatch(path);
  return value[name];
}

function itemAt(items: readonly unknown[], index: number, path: FilterPath): unknown {
  const place = index < 0 ? items.length + index : index;
  if (place < 0 || place >= items.length) throw mismatch(path);
  return items[place];
}

/** The Developer Guide counts the end in: `$[1:4]` selects the second to the fifth column. */
function slice(
  items: readonly unknown[],
  start: number,
  end: number | undefined,
): readonly unknown[] {
  if (end === undefined) return items.slice(start);
  const last = end < 0 ? items.length + end : end;
  return items.slice(start, last + 1);
}

function mismatch(path: FilterPath): RecordFailure {
  return new RecordFailure(`The JSONPath ${path.text} selects something that the record lacks.`);
}
