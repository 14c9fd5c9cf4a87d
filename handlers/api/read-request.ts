import type { z } from 'zod';
import type { RequestMistake, Route } from '../../api/index.ts';
import { ProblemError } from './problem-error.ts';

/** The parts of a request as they came. */
export interface RawRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined where there is none. */
  readonly body: string | undefined;
}

/** Mistakes that are listed at most. */
const MAXIMUM_MISTAKES = 50;

/**
 * Checks a request by the contract.
 *
 * @throws ProblemError `malformed-request` with all mistakes
 */
export function readRequest(route: Route, raw: RawRequest): Readonly<Record<string, unknown>> {
  const { path, query, body } = route.request;
  const mistakes: RequestMistake[] = [];
  const read = (schema: z.ZodType, value: unknown, describe: Describe) => {
    const { success, data, error } = schema.safeParse(value);
    if (!success) mistakes.push(...error.issues.flatMap((issue) => describe(issue)));
    return data;
  };
  const request = {
    ...(path === undefined ? {} : { path: read(path, raw.path, ofParameter) }),
    ...(query === undefined ? {} : { query: read(query, raw.query, ofParameter) }),
    ...(body === undefined ? {} : { body: read(body, parseJson(raw.body), ofBody) }),
  };
  if (query === undefined) {
    const [name] = Object.keys(raw.query);
    if (name !== undefined) mistakes.push({ parameter: name, detail: 'is not a parameter' });
  }
  if (mistakes.length === 0) return request;
  throw new ProblemError(
    'malformed-request',
    `The request has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}; nothing was done.`,
    mistakes.slice(0, MAXIMUM_MISTAKES),
  );
}

type Issue = z.core.$ZodIssue;
type Describe = (issue: Issue) => RequestMistake[];

function ofParameter(issue: Issue): RequestMistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((parameter) => ({ parameter, detail: 'is not a parameter' }));
  }
  return [{ parameter: String(issue.path[0] ?? ''), detail: issue.message }];
}

function ofBody(issue: Issue): RequestMistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointTo([...issue.path, key]),
      detail: 'is not a field of this request',
    }));
  }
  return [{ pointer: pointTo(issue.path), detail: issue.message }];
}

/** Cannot be encoded. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A JSON Pointer as a fragment: https://www.rfc-editor.org/rfc/rfc6901#section-6 */
export function pointTo(path: readonly PropertyKey[]): string {
  const words = path.map((word) => String(word).replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#${words.map((word) => `/${encodeURI(word.replaceAll(LONE_SURROGATE, '\ufffd'))}`).join('')}`;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return withOwnNames(text);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('malformed-request', 'The body is not JSON; nothing was done.', [
      { pointer: '#', detail: 'is not JSON' },
    ]);
  }
}

/** A name that the schemas would leave out in silence. */
const PROTO = '__proto__';

function withOwnNames(text: string): unknown {
  const mayHold = text.includes(PROTO) || text.includes('\\u');
  return JSON.parse(text, mayHold ? refuseProto : undefined);
}

function refuseProto(name: string, value: unknown): unknown {
  if (name !== PROTO) return value;
  throw new ProblemError('malformed-request', 'The request has a mistake; nothing was done.', [
    { pointer: '#', detail: `${PROTO} is not a name that a field can have` },
  ]);
}
