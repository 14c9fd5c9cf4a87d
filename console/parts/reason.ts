/** `reason` of the API: one line without control characters. */
const LONGEST_REASON = 500;
const ONE_LINE = /^[ -~\u00a0-\u2027\u202a-\ufffd]+$/;

/** What is wrong with a reason that a person wrote; undefined where nothing is, or nothing was written. */
export function judgeReason(reason: string): string | undefined {
  if (reason === '') return undefined;
  if (reason.length > LONGEST_REASON) {
    return `At most ${LONGEST_REASON} characters; these are ${reason.length}.`;
  }
  return ONE_LINE.test(reason) ? undefined : 'One line, without control characters.';
}
