import type { ProblemDocument } from '../../api/index.ts';

/** The API answered with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }

  /** The last part of its type: `version-not-found`. */
  get kind(): string {
    return this.problem.type.slice(this.problem.type.lastIndexOf(':') + 1);
  }
}

/** What API Gateway answers without asking the API: `{"message": "…"}`. */
interface GatewayAnswer {
  readonly message?: string;
}

export function problemOf(body: unknown, status: number): ProblemDocument {
  const { type, title } = (body ?? {}) as Partial<ProblemDocument>;
  if (typeof type === 'string' && typeof title === 'string') return body as ProblemDocument;
  const { message } = (body ?? {}) as GatewayAnswer;
  return {
    type: `urn:stepmill:problem:http-${status}`,
    title: message ?? `HTTP ${status}`,
    status,
  };
}
