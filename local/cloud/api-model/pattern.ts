/**
 * The patterns of API models are Java regular expressions that match a whole text. They are translated to
 * JavaScript, and two patterns with catastrophic backtracking are replaced by equivalents.
 */

/** Patterns are applied up to this length: a longer text is invalid by its length anyway. */
export const JUDGED_CHARACTERS = 4_096;

/**
 * `^[ \t]*X+([ \t]+X+)*[ \t]*$` where X holds the space: any text of X and tabs with one X in it.
 * (`HeaderValue` and `AuthHeaderParameters` of EventBridge)
 */
const linearEquivalents: Readonly<Record<string, string>> = {
  '^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$': '\\t*[\\x20-\\x7E][\\t\\x20-\\x7E]*',
  '^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$':
    '\\t*[^\\x00-\\x1F:\\x7F](?:[^\\x00-\\x1F:\\x7F]|\\t)*',
};

/** Character classes whose names JavaScript does not have or defines differently. */
const classContents: Readonly<Record<string, string>> = {
  'p{Alnum}': 'A-Za-z0-9',
  'p{ASCII}': '\\x00-\\x7F',
  'p{Print}': '\\x20-\\x7E',
  s: ' \\t\\n\\x0B\\f\\r',
  // Java's \s is ASCII only, JavaScript's includes other spaces.
  S: '\\S\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF',
};

/** Java's dot does not match these. */
const ANY_CHARACTER = '[^\\n\\r\\u0085\\u2028\\u2029]';

const anchors: Readonly<Record<string, string>> = { A: '^', Z: '$', z: '$' };

/** A named class, `\uXXXX`, `\xXX`, another escape; a quantified `$` (which means no more than `$`); the rest. */
const TOKEN = /\\(p\{\w+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^])|([$^])\{[\d,]+\}|([^])/gu;

/** Escapes that are valid with JavaScript's `u` flag. */
const KNOWN_ESCAPE = /^(?:[\^$\\.*+?()[\]{}|/dDwWbBtrnfv0]|p\{\w+\}|[ux][0-9A-Fa-f]+)$/;

/** The pattern as a regular expression whose time is bounded for the texts of the member. */
export function compilePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${translate(linearEquivalents[pattern] ?? pattern)})$`, 'u');
}

/** At the start of a pattern: the dot matches the ends of lines too. */
const DOT_ALL = '(?s)';

function translate(pattern: string): string {
  const isDotAll = pattern.startsWith(DOT_ALL);
  const text = isDotAll ? pattern.slice(DOT_ALL.length) : pattern;
  let inClass = false;
  let result = '';
  for (const [token, escaped, anchor, plain] of text.matchAll(TOKEN)) {
    if (anchor !== undefined) result += anchor;
    else if (escaped !== undefined) result += translateEscape(escaped, inClass);
    else if (plain === '.' && !inClass) result += isDotAll ? '[^]' : ANY_CHARACTER;
    else {
      if (plain === '[') inClass = true;
      if (plain === ']') inClass = false;
      result += token;
    }
  }
  return result;
}

function translateEscape(escaped: string, inClass: boolean): string {
  const contents = classContents[escaped];
  if (contents !== undefined) return inClass ? contents : `[${contents}]`;
  if (!inClass && anchors[escaped] !== undefined) return anchors[escaped];
  if (escaped === '-') return inClass ? '\\-' : '-';
  return KNOWN_ESCAPE.test(escaped) ? `\\${escaped}` : escaped;
}
