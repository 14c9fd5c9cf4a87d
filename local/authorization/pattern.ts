import { type Glob, joinGlobs, matchesGlob, parseGlob } from '../cloud/glob.ts';
import type { ContextValues } from './request-context.ts';

/** Whether a text matches; `context` resolves policy variables. */
export type Pattern = (text: string, context: ContextValues) => boolean;

/**
 * Compiles an IAM pattern: `*` matches any characters, `?` any one, `${key}` is a policy variable.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function compilePattern(source: string, options: PatternOptions = {}): Pattern {
  if (source === '*' && options.wildcards !== false) return () => true;
  if (options.variables === true && source.includes('${')) return compileVariables(source, options);
  return compileText(source, options);
}

export interface PatternOptions {
  /** Whether `*` and `?` are wildcards. @default true */
  readonly wildcards?: boolean;
  readonly ignoreCase?: boolean;
  /** Policies of a version before 2012-10-17 have no variables. */
  readonly variables?: boolean;
}

function compileText(source: string, options: PatternOptions): Pattern {
  const fold = foldOf(options);
  const glob = globOf(source, options);
  return (text) => matchesGlob(fold(text), glob);
}

/** The literal text of a pattern. The value of a variable is matched separately, so that a `*` in it is literal. */
function globOf(source: string, options: PatternOptions): Glob {
  const text = foldOf(options)(source);
  return options.wildcards === false ? literalGlob(text) : parseGlob(text, { questionMark: true });
}

function literalGlob(text: string): Glob {
  return [[text]];
}

function foldOf({ ignoreCase }: PatternOptions): (text: string) => string {
  return ignoreCase === true ? (text) => text.toLowerCase() : (text) => text;
}

type Piece = { readonly text: string } | { readonly variable: string; readonly fallback?: string };

/** A variable without a value makes the pattern match nothing. */
function compileVariables(source: string, options: PatternOptions): Pattern {
  const fold = foldOf(options);
  const pieces = parseVariables(source).map((piece) =>
    'text' in piece ? { glob: globOf(piece.text, options) } : piece,
  );
  return (text, context) => {
    const globs: Glob[] = [];
    for (const piece of pieces) {
      if ('glob' in piece) {
        globs.push(piece.glob);
        continue;
      }
      const value = valueOf(piece, context);
      if (value === undefined) return false;
      globs.push(literalGlob(fold(value)));
    }
    return matchesGlob(fold(text), joinGlobs(globs));
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
  // `${*}`, `${?}` and `${$}` are the literal characters.
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const values = context.get(variable.toLowerCase());
  return values?.length === 1 ? values[0] : fallback;
}
