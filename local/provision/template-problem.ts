/** A problem of a template, with CloudFormation's message and the position. */
export class TemplateProblem extends Error {
  override readonly name = 'ValidationError';

  constructor(place: string, says: string) {
    super(`Template format error: ${place === '' ? '' : `[${place}] `}${says}`);
  }
}

/** A template that CloudFormation refuses. The message names the stack and the position. */
export class InvalidTemplate extends Error {
  override readonly name = 'InvalidTemplate';

  constructor(stackName: string, consequence: string, cause: Error) {
    const sentence = /[.!?]$/.test(cause.message) ? cause.message : `${cause.message}.`;
    super(`${stackName}: ValidationError: ${sentence} ${consequence}`, { cause });
  }
}
