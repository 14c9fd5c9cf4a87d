import { InvalidName } from './errors.ts';

/** Spaces, brackets, wildcards, special and control characters are not allowed in names. */
const forbiddenInNames =
  // oxlint-disable-next-line no-control-regex -- control characters are refused
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff\u{10ffff}]/u;

/** Refuses characters that are not allowed in the name of a machine, execution or activity. */
export function checkName(name: string): void {
  if (forbiddenInNames.test(name)) throw new InvalidName(name);
}
