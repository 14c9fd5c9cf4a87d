const STEP =
  /(?:\.[^\s.[\]*?@,:()]+|\.?\['[^'\\]*(?:\\.[^'\\]*)*'\]|\.?\["[^"\\]*(?:\\.[^"\\]*)*"\]|\.?\[-?\d+\])/uy;

/**
 * Why AWS does not take a text as a reference path, or `undefined` if it does. The first two reasons
 * are AWS's words (the odd second one included), the others follow them.
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

/** Why a reference path cannot say where something goes: variables and the context object are read only. */
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
