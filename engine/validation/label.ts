import { messages } from './messages.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
export const MAXIMUM_LABEL_CHARACTERS = 40;

/** The message of the diagnostic for an invalid label of a Map; `undefined` for a valid one. */
export function whyNotLabel(label: string): string | undefined {
  if (label === '') return messages.emptyLabel;
  if (label.length > MAXIMUM_LABEL_CHARACTERS)
    return messages.longLabel(label, MAXIMUM_LABEL_CHARACTERS);
  return findLabelCharacter(label) === undefined ? undefined : messages.labelCharacter(label);
}

/** The first character that labels, like names of state machines, must not contain. */
export function findLabelCharacter(label: string): string | undefined {
  return /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.exec(label)?.[0];
}
