import jsonata from 'jsonata';
import { compileExpression, describeFault, isCallable, type Scope } from './expression.ts';
import { sampleDocument } from './sample-document.testing.ts';

/** 2026-01-01T00:00:00Z: the time that expressions see. */
export const INSTANT_MS = 1_767_225_600_000;

/** The result of an evaluation, in a form that can be compared. */
export type Outcome = { readonly value: unknown } | { readonly fault: string };

/** Evaluates an expression over `$d`, the sample document. */
export function evaluate(text: string): Outcome {
  try {
    return outcomeOf(compileExpression(text).evaluate(scopeOf({ d: sampleDocument })));
  } catch (thrown) {
    return { fault: describeFault(thrown) };
  }
}

/** The same with the jsonata package, whose version is the one that AWS runs. */
export async function evaluateWithPackage(text: string): Promise<Outcome> {
  try {
    return outcomeOf(
      await jsonata(text).evaluate(undefined, { d: structuredClone(sampleDocument) }),
    );
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    return { fault: code === undefined ? `: ${message}` : `. ${code}: ${message}` };
  }
}

function scopeOf(variables: Readonly<Record<string, unknown>>): Scope {
  return {
    lookup: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    now: () => INSTANT_MS,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
  };
}

function outcomeOf(value: unknown): Outcome {
  const marks = (value ?? {}) as { readonly _jsonata_lambda?: unknown };
  if (isCallable(value) || marks._jsonata_lambda === true) return { value: 'a function' };
  return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
}
