import type { z } from 'zod';
import type { Mistake } from './dataset.ts';
import { fieldsAt } from './fields-at.ts';
import { findMeant } from './find-meant.ts';

type Issue = z.core.$ZodIssue;

/** All mistakes of a project file at once: field, rule, the value got, what to change. */
export class ProjectError extends Error {
  readonly #mistakes: readonly string[];

  /** @param mistakes each begins with the path of its field */
  constructor(project: string, mistakes: readonly string[]) {
    super(
      [
        `Project ${project} has ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}; nothing was synthesized.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join('\n'),
    );
    this.name = 'ProjectError';
    this.#mistakes = mistakes;
    // Synth ends with it unhandled: Node.js then prints the stack and the error's own fields.
    this.stack = `${this.name}: ${this.message}`;
  }

  get mistakes(): readonly string[] {
    return this.#mistakes;
  }
}

/** How a file is described in messages. */
export interface FileWords {
  /** What one of its fields is called. */
  readonly field: string;
  /** The page about it. */
  readonly page: string;
}

const projectWords: FileWords = { field: 'a project field', page: 'docs/projects.md' };

/** An input that a schema has judged. */
export interface JudgedInput {
  readonly schema: z.core.$ZodType;
  readonly input: unknown;
}

/** What a schema has against an input, one sentence a mistake. */
export function describeMistakes(
  error: { readonly issues: readonly Issue[] },
  judged: JudgedInput,
  words: FileWords = projectWords,
): string[] {
  return error.issues.flatMap((issue) => describeIssue(issue, judged, words));
}

/** A mistake between fields, in a sentence. */
export function describeMistake({ path, input, message }: Mistake): string {
  return `${renderPath(path)}: ${message}; got ${renderValue(input)}.`;
}

function describeIssue(issue: Issue, judged: JudgedInput, words: FileWords): string[] {
  if (issue.code === 'unrecognized_keys') {
    const fields = fieldsAt(judged.schema, issue.path);
    return issue.keys.map((key) => {
      const meant = findMeant(key, fields);
      const advice = meant === undefined ? 'remove or rename it.' : `did you mean ${meant}?`;
      return `${renderPath([...issue.path, key])}: is not ${words.field}; ${advice}`;
    });
  }
  const value = valueAt(judged.input, issue.path);
  const nearest = issue.code === 'invalid_union' ? findNearest(issue, value) : undefined;
  if (nearest !== undefined) {
    return nearest.flatMap((each) =>
      describeIssue({ ...each, path: [...issue.path, ...each.path] }, judged, words),
    );
  }
  return [`${renderPath(issue.path)}: ${describeRule(issue, words)}; got ${renderValue(value)}.`];
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** What the form that an object resembles most has against it. */
function findNearest(issue: UnionIssue, value: unknown): readonly Issue[] | undefined {
  if (typeof value !== 'object' || value === null || !issue.message.startsWith('Invalid')) {
    return undefined;
  }
  const [nearest] = issue.errors.toSorted((one, other) => strangeness(one) - strangeness(other));
  return nearest;
}

/** Fields that a form has not weigh more than values that it does not take. */
function strangeness(issues: readonly Issue[]): number {
  const unknown = issues.flatMap((each) => (each.code === 'unrecognized_keys' ? each.keys : []));
  return unknown.length * 100 + issues.length;
}

function describeRule(issue: Issue, words: FileWords): string {
  switch (issue.code) {
    case 'invalid_type':
      // A field that may not be there has a reason of its own.
      if (issue.expected === 'never') return issue.message;
      return `must be of type ${issue.expected === 'record' ? 'object' : issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must be ${bound(issue.inclusive, 'at least', 'more than')} ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      // A message of our own says more than the bound.
      return issue.message.startsWith('Too big')
        ? `must be ${bound(issue.inclusive, 'at most', 'less than')} ${issue.maximum}${unit(issue.origin)}`
        : `must be ${issue.message}`;
    case 'invalid_union':
      return describeUnion(issue, words);
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? `must match ${issue.pattern ?? issue.format}`
        : `must be ${issue.message}`;
    default:
      return issue.message;
  }
}

function describeUnion(issue: UnionIssue, { page }: FileWords): string {
  if (!issue.message.startsWith('Invalid')) return issue.message;
  const options = 'options' in issue ? issue.options : undefined;
  return options !== undefined && options.length > 0
    ? `must be ${options.map((option) => JSON.stringify(option)).join(' or ')}`
    : `has none of the allowed forms (see ${page})`;
}

function bound(inclusive: boolean | undefined, atLeast: string, moreThan: string): string {
  return inclusive === false ? moreThan : atLeast;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}

/** `dataset.columns[3].minimum` */
export function renderPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the argument';
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      return index === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value === 'object' && value !== null) return Reflect.get(value, key);
    // A name that stands for an object with this type.
    return typeof value === 'string' ? value : undefined;
  }, input);
}

function renderValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has neither NaN nor Infinity.
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
