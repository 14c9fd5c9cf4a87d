import type { PhaseContext } from '@aws-sdk/client-codebuild';

/** Ends the current phase of a build as failed, with the status code and message that CodeBuild gives it. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
  readonly context: Required<PhaseContext>;

  constructor(statusCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.context = { statusCode, message };
  }
}
