import type { z } from 'zod';
import type { ProblemKind } from './problem.ts';
import type { Group, Scope } from './scopes.ts';

/** How many requests a route takes, of all clients together. */
export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** The parts of a request that a route takes. */
interface RequestSchemas {
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** One route of the API: all that the router, the gateway, the document and the client must know. */
export interface Route {
  /** `operationId` of the OpenAPI document, and the name of the function that answers. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`; parameters stand in braces. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  /** What the token must have; undefined for the routes that need none. */
  readonly scope?: Scope;
  /** The person must be in one of them. */
  readonly groups: readonly Group[];
  readonly request: RequestSchemas;
  readonly answer: {
    readonly status: 200 | 201 | 202;
    readonly description: string;
    readonly body: z.ZodType;
  };
  /** What it answers beside the problems that every route has. */
  readonly problems: readonly ProblemKind[];
  readonly throttle: Throttle;
  /** Whether the answer has an ETag and says when to ask again. */
  readonly isPolled?: boolean;
  /** Whether it changes something, and so takes an `Idempotency-Key`. */
  readonly isChange?: boolean;
  /** Whether it answers at the API's root as well. */
  readonly isAtRoot?: boolean;
  readonly example: Example;
}

/** One call, for the documentation and its test. */
export interface Example {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answer: unknown;
}

/** What a route's function is given. */
export type RequestOf<R extends Route> = {
  readonly [Part in keyof R['request']]: R['request'][Part] extends z.ZodType
    ? z.output<R['request'][Part]>
    : never;
};

/** What a route's function gives. */
export type AnswerOf<R extends Route> = Immutable<z.input<R['answer']['body']>>;

type Immutable<Value> = Value extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;

/** Types a route exactly, so that its function is typed by it. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** Below which the routes are; API Gateway's stage is `$default`. */
export const BASE_PATH = '/api/v1';

/** For pages that people look at. */
export const forPeople: Throttle = { ratePerSecond: 50, burst: 100 };
/** For what is asked every few seconds. */
export const forPolling: Throttle = { ratePerSecond: 300, burst: 600 };
/** For what starts or changes something. */
export const forChanges: Throttle = { ratePerSecond: 5, burst: 20 };
/** For tests of states: Step Functions takes 10 a second in an account. */
export const forStateTests: Throttle = { ratePerSecond: 5, burst: 20 };
/** For predictions. */
export const forPredictions: Throttle = { ratePerSecond: 500, burst: 1_000 };
/** For predictions without sign-in. */
export const forPublic: Throttle = { ratePerSecond: 10, burst: 20 };
