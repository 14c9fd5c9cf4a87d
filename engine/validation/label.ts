import { messages } from './messages.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
export const maximumLabelLength = 40;

/** The diagnostic's sentence if a text cannot be the label of a Map, else `undefined`. */
export function whyNotLabel(label: string): string | undefined {
  if (label === '') return messages.emptyLabel;
  if (label.length > maximumLabelLength) return messages.longLabel(label, maximumLabelLength);
  return findLabelCharacter(label) === undefined ? undefined : messages.labelCharacter(label);
}

/** The first character that a label must not have; the same that names of state machines must not have. */
export function findLabelCharacter(label: string): string | undefined {
  return /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.exec(label)?.[0];
}
