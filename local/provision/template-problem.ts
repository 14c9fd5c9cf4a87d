/** What is wrong with a template, as CloudFormation says it, with the place. */
export class TemplateProblem extends Error {
  override readonly name = 'ValidationError';

  constructor(place: string, says: string) {
    super(`Template format error: ${place === '' ? '' : `[${place}] `}${says}`);
  }
}

/** A template that CloudFormation would refuse. The message names the stack and the place. */
export class InvalidTemplate extends Error {
  override readonly name = 'InvalidTemplate';

  constructor(stackName: string, consequence: string, cause: Error) {
    const sentence = /[.!?]$/.test(cause.message) ? cause.message : `${cause.message}.`;
    super(`${stackName}: ValidationError: ${sentence} ${consequence}`, { cause });
  }
}
