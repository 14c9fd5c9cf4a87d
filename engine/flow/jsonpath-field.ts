import type { Effort } from '../effort.ts';
import { compileIntrinsic } from '../intrinsics/evaluate.ts';
import { parseIntrinsic } from '../intrinsics/parse.ts';
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import {
  compileJsonPath,
  documentOf,
  type PathReader,
  type PathScope,
} from '../jsonpath/evaluate.ts';
import { explainMissing } from '../jsonpath/explain.ts';
import { parseJsonPath } from '../jsonpath/parse.ts';
import type { JsonPath } from '../jsonpath/path.ts';
import { setOwn } from '../set-own.ts';
import { runtimeError } from '../states-error.ts';
import { constantField, type Field, type Subject } from './field.ts';
import type { Visit } from './visit.ts';

type Evaluate = Field['evaluate'];

/** The values of `$`, `$$` and `$name` in one evaluation of a path. */
export class FlowScope implements PathScope {
  readonly input: Json;
  readonly #visit: Visit;

  constructor(input: Json, visit: Visit) {
    this.input = input;
    this.#visit = visit;
  }

  context(): Json {
    return this.#visit.context();
  }

  variable(name: string): Json | undefined {
    return this.#visit.variable(name);
  }

  get effort(): Effort {
    return this.#visit.effort;
  }

  random(): number {
    return this.#visit.random();
  }

  uuid(): string {
    return this.#visit.uuid();
  }
}

/** `InputPath`, `OutputPath`, `ItemsPath` and similar fields: the path must find a value. */
export function compilePathField(name: string, text: string): Field {
  const path = parseJsonPath(text);
  const read = compileJsonPath(path, null);
  // AWS shows a path into the context object without its first `$`.
  const shown = text.replace(/^\$\$/, '$');
  return {
    name,
    text,
    constant: undefined,
    evaluate: (visit, subject) => {
      const scope = new FlowScope(subject.input, visit);
      const value = read(transformable(path, scope));
      if (value !== undefined && !isEmptyList(value)) return value;
      const problem = explainMissing(path, scope);
      if (problem === undefined && value !== undefined) return value;
      throw runtimeError(`Invalid path '${shown}' : ${problem}`);
    },
  };
}

/**
 * AWS refuses to apply a path to an input that is null, as users report: "AWS Step function parameters are not
 * moving to the next step" on Stack Overflow.
 */
function transformable(path: JsonPath, scope: FlowScope): FlowScope {
  if (path.root.kind !== 'input' || scope.input !== null) return scope;
  throw runtimeError('Unable to apply Path transformation to null or empty input.');
}

/** True also for a path to several nodes if one of its first steps finds nothing. */
function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A path that may find nothing; the caller has its own error for that. */
export function compileOptionalPath(text: string): (visit: Visit, input: Json) => Json | undefined {
  const read: PathReader = compileJsonPath(parseJsonPath(text));
  return (visit, input) => read(new FlowScope(input, visit));
}

/** `ErrorPath`, `CausePath`: a path or an intrinsic function. */
export function compileReferenceField(name: string, text: string): Field {
  return { name, text, constant: undefined, evaluate: compileReference(name, text) };
}

/** `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`: JSON in which keys ending in `.$` hold references. */
export function compilePayloadField(name: string, value: Json): Field {
  const evaluate = compilePayload(value);
  return evaluate === undefined
    ? constantField(name, value)
    : { name, text: undefined, constant: undefined, evaluate };
}

/** Undefined if the value contains no reference. */
function compilePayload(value: Json): Evaluate | undefined {
  if (Array.isArray(value)) return compileList(value as readonly Json[]);
  return isJsonObject(value) ? compileMembers(value) : undefined;
}

function compileList(items: readonly Json[]): Evaluate | undefined {
  const parts = items.map(compilePayload);
  if (parts.every((part) => part === undefined)) return undefined;
  return (visit, subject) =>
    items.map((item, index) => {
      const part = parts[index];
      return part === undefined ? item : part(visit, subject);
    });
}

function compileMembers(object: JsonObject): Evaluate | undefined {
  const parts = Object.entries(object).map(([key, value]) => compileMember(key, value));
  if (parts.every((part) => part.evaluate === undefined)) return undefined;
  return (visit, subject) => {
    const result: Record<string, Json> = {};
    for (const part of parts) {
      setOwn(
        result,
        part.key,
        part.evaluate === undefined ? part.value : part.evaluate(visit, subject),
      );
    }
    return result;
  };
}

function compileMember(key: string, value: Json) {
  if (key.endsWith('.$') && typeof value === 'string') {
    return { key: key.slice(0, -2), value, evaluate: compileReference(key, value) };
  }
  return { key, value, evaluate: compilePayload(value) };
}

function compileReference(name: string, text: string): Evaluate {
  if (!text.startsWith('$')) return compileCall(text);
  const path = parseJsonPath(text);
  const read = compileJsonPath(path, null);
  return (visit, subject) => {
    const scope = new FlowScope(subject.input, visit);
    const value = read(transformable(path, scope));
    if (value !== undefined) return value;
    throw runtimeError(
      `The JSONPath '${text}' specified for the field '${name}' could not be found in the input '${writeJson(documentOf(path, scope))}'`,
    );
  };
}

/**
 * AWS documents `States.IntrinsicFailure` for a call that fails, but returns `States.Runtime`, which no Catcher
 * can catch: https://github.com/floci-io/floci/pull/2872
 */
function compileCall(text: string): Evaluate {
  const call = compileIntrinsic(parseIntrinsic(text));
  return (visit, subject: Subject) => {
    try {
      return call(new FlowScope(subject.input, visit));
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw runtimeError(`The function '${text}' had the following error: ${message}`);
    }
  };
}
