import type { ProblemKind, RequestMistake } from '../../api/index.ts';

/** What a route answers in place of what was asked for. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly RequestMistake[] | undefined;

  /** @param detail what happened, what did not happen because of it, and what to do */
  constructor(kind: ProblemKind, detail: string, errors?: readonly RequestMistake[]) {
    super(detail);
    this.name = 'ProblemError';
    this.kind = kind;
    this.errors = errors;
  }
}
