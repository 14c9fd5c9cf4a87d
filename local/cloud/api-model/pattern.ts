/**
 * Patterns of API models are regular expressions of Java's and match a text as a whole. They become
 * JavaScript's here: what the languages write differently is translated, and two patterns that can be
 * made to backtrack for ever are replaced by equivalents.
 */

/** A text longer than its member may be is refused anyway; its pattern is judged up to this length. */
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

/** What a class holds, where Java has a name for it that JavaScript lacks or means otherwise. */
const classContents: Readonly<Record<string, string>> = {
  'p{Alnum}': 'A-Za-z0-9',
  'p{ASCII}': '\\x00-\\x7F',
  'p{Print}': '\\x20-\\x7E',
  s: ' \\t\\n\\x0B\\f\\r',
  // Java's \s is ASCII's: what else is a space in JavaScript is none.
  S: '\\S\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF',
};

/** Java's dot stops at these. */
const ANY_CHARACTER = '[^\\n\\r\\u0085\\u2028\\u2029]';

const anchors: Readonly<Record<string, string>> = { A: '^', Z: '$', z: '$' };

/** A named class, `\uXXXX`, `\xXX`, another escape; a quantified `$` (which means no more than `$`); the rest. */
const TOKEN = /\\(p\{\w+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^])|([$^])\{[\d,]+\}|([^])/gu;

/** What stays an escape with JavaScript's `u` flag. */
const KNOWN_ESCAPE = /^(?:[\^$\\.*+?()[\]{}|/dDwWbBtrnfv0]|p\{\w+\}|[ux][0-9A-Fa-f]+)$/;

/** The model's pattern as a regular expression that is certainly quick on the member's texts. */
export function compilePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${translate(linearEquivalents[pattern] ?? pattern)})$`, 'u');
}

function translate(pattern: string): string {
  let inClass = false;
  let result = '';
  for (const [token, escaped, anchor, plain] of pattern.matchAll(TOKEN)) {
    if (anchor !== undefined) result += anchor;
    else if (escaped !== undefined) result += translateEscape(escaped, inClass);
    else if (plain === '.' && !inClass) result += ANY_CHARACTER;
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
