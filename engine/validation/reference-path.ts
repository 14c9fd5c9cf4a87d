const STEP =
  /(?:\.[^\s.[\]*?@,:()]+|\.?\['[^'\\]*(?:\\.[^'\\]*)*'\]|\.?\["[^"\\]*(?:\\.[^"\\]*)*"\]|\.?\[-?\d+\])/uy;

/**
 * The reason why AWS refuses a text as a reference path; `undefined` if AWS accepts it. The first two reasons are
 * AWS's words (including the odd second one), the others follow them.
 */
export function whyNotReferencePath(text: string): string | undefined {
  if (!text.startsWith('$')) return "Reference path didn't start with '$'";
  const root = /^\$(?:\$|[\p{ID_Start}_]\p{ID_Continue}*)?/u.exec(text)?.[0] ?? '$';
  for (let at = root.length; at < text.length; ) {
    STEP.lastIndex = at;
    const found = STEP.exec(text)?.[0];
    if (found === undefined) return whyNotStep(text.slice(at));
    at += found.length;
  }
  return undefined;
}

/** The reason why a reference path cannot be a target: variables and the context object are read-only. */
export function whyNotPathIntoInput(path: string): string | undefined {
  const next = path.charAt(1);
  return next === '' || next === '.' || next === '[' ? undefined : `Unexpected character '${next}'`;
}

function whyNotStep(rest: string): string {
  if (rest.startsWith('[')) return "'[' must be followed by ' or '['";
  if (rest.startsWith('..')) return "'.' must not be followed by '.'";
  if (rest === '.') return "Reference path must not end with '.'";
  if (rest.startsWith('.')) return `'.' must not be followed by '${rest.charAt(1)}'`;
  return `Unexpected character '${rest.charAt(0)}'`;
}
