import type { z } from 'zod';
import type { Mistake } from './dataset.ts';

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

/** What a schema has against a project, one sentence a mistake. */
export function describeMistakes(error: z.ZodError, input: unknown): string[] {
  return error.issues.flatMap((issue) => describeIssue(issue, input));
}

/** A mistake between fields, in a sentence. */
export function describeMistake({ path, input, message }: Mistake): string {
  return `${renderPath(path)}: ${message}; got ${renderValue(input)}.`;
}

function describeIssue(issue: Issue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${renderPath([...issue.path, key])}: is not a project field; remove or rename it.`,
    );
  }
  const got = renderValue(valueAt(input, issue.path));
  return [`${renderPath(issue.path)}: ${describeRule(issue)}; got ${got}.`];
}

function describeRule(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      // A field that may not be there has a reason of its own.
      if (issue.expected === 'never') return issue.message;
      return `must be of type ${issue.expected}`;
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
      return describeUnion(issue);
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? `must match ${issue.pattern ?? issue.format}`
        : `must be ${issue.message}`;
    default:
      return issue.message;
  }
}

function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (!issue.message.startsWith('Invalid')) return issue.message;
  const options = 'options' in issue ? issue.options : undefined;
  return options !== undefined && options.length > 0
    ? `must be ${options.map((option) => JSON.stringify(option)).join(' or ')}`
    : 'has none of the allowed forms (see docs/projects.md)';
}

function bound(inclusive: boolean | undefined, atLeast: string, moreThan: string): string {
  return inclusive === false ? moreThan : atLeast;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' items long' : '';
}

/** `dataset.columns[3].minimum` */
function renderPath(path: readonly PropertyKey[]): string {
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
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
