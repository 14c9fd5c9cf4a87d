/** A reference to a variable: `#{namespace.key}`. */
const REFERENCE = /#\{([^.{}]+)\.([^{}]+)\}/g;

export interface VariableReference {
  readonly text: string;
  readonly namespace: string;
  readonly key: string;
}

/** The references in a text. */
export function referencesIn(text: string): readonly VariableReference[] {
  return Array.from(text.matchAll(REFERENCE), ([all, namespace = '', key = '']) => ({
    text: all,
    namespace,
    key,
  }));
}

/** A reference without a value when its action starts. */
export class UnknownVariable extends Error {
  override readonly name = 'UnknownVariable';

  constructor({ text }: VariableReference) {
    super(`The variable ${text} has no value: no action before this one gave it.`);
  }
}

/**
 * Puts the values of variables in the place of their references.
 *
 * @throws UnknownVariable
 */
export function resolveVariables(
  text: string,
  namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  return text.replaceAll(REFERENCE, (all: string, namespace: string, key: string) => {
    const value = Object.hasOwn(namespaces, namespace) ? namespaces[namespace]?.[key] : undefined;
    if (value === undefined) throw new UnknownVariable({ text: all, namespace, key });
    return value;
  });
}
