const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads the text of a hyperparameter as both JavaScript and Python's `float` read it: no other base, no white space.
 *
 * @returns undefined for other texts
 */
export function readSettingNumber(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** Whether Python's `int` reads a text. */
export function isIntegerText(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
