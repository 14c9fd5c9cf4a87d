import { InvalidName } from './errors.ts';

/** Spaces, brackets, wildcards, special and control characters are not allowed in names. */
const forbiddenInNames =
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff\u{10ffff}]/u;

/** Refuses the characters that a name of a machine, execution or activity must not have. */
export function checkName(name: string): void {
  if (forbiddenInNames.test(name)) throw new InvalidName(name);
}
