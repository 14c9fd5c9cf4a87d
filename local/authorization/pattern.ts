import type { ContextValues } from './request-context.ts';

/** Decides whether a text is meant; `context` resolves policy variables. */
export type Pattern = (text: string, context: ContextValues) => boolean;

/**
 * Compiles a pattern of IAM: `*` is any run of characters, `?` any one, `${key}` a policy variable.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function compilePattern(source: string, options: PatternOptions = {}): Pattern {
  if (source === '*' && options.wildcards !== false) return () => true;
  if (options.variables === true && source.includes('${')) return compileVariables(source, options);
  return compileText(source, options);
}

export interface PatternOptions {
  /** Whether `*` and `?` mean more than themselves. @default true */
  readonly wildcards?: boolean;
  readonly ignoreCase?: boolean;
  /** Policies older than 2012-10-17 have none. */
  readonly variables?: boolean;
}

function compileText(source: string, options: PatternOptions): Pattern {
  if (options.wildcards !== false && /[*?]/.test(source)) {
    const expression = expressionOf(wildcards(source), options);
    return (text) => expression.test(text);
  }
  if (options.ignoreCase !== true) return (text) => text === source;
  const lower = source.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

function expressionOf(source: string, { ignoreCase = false }: PatternOptions): RegExp {
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

function wildcards(source: string): string {
  return escapeExpression(source).replaceAll(String.raw`\*`, '.*').replaceAll(String.raw`\?`, '.');
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

type Piece = { readonly text: string } | { readonly variable: string; readonly fallback?: string };

/** A variable without a value makes the pattern match nothing. */
function compileVariables(source: string, options: PatternOptions): Pattern {
  const pieces = parseVariables(source);
  return (text, context) => {
    let expression = '';
    for (const piece of pieces) {
      if ('text' in piece) {
        expression +=
          options.wildcards === false ? escapeExpression(piece.text) : wildcards(piece.text);
        continue;
      }
      const value = valueOf(piece, context);
      if (value === undefined) return false;
      expression += escapeExpression(value);
    }
    return expressionOf(expression, options).test(text);
  };
}

function parseVariables(source: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of source.matchAll(/\$\{([^}]*)\}/g)) {
    pieces.push({ text: source.slice(end, match.index) });
    const [variable = '', fallback] = (match[1] ?? '').split(/,\s*/, 2);
    pieces.push({
      variable: variable.trim(),
      ...(fallback === undefined ? {} : { fallback: fallback.replaceAll(/^'|'$/g, '') }),
    });
    end = match.index + match[0].length;
  }
  pieces.push({ text: source.slice(end) });
  return pieces;
}

function valueOf(
  { variable, fallback }: { readonly variable: string; readonly fallback?: string },
  context: ContextValues,
): string | undefined {
  // `${*}`, `${?}` and `${$}` stand for the characters themselves.
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const values = context.get(variable.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}
