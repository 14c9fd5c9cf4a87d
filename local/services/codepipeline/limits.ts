/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
export const MAX_PIPELINES = 1_000;
export const MAX_QUEUED_EXECUTIONS = 50;
export const PAGE_SIZE = 100;
/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ApprovalManual.html */
export const APPROVAL_TIMEOUT_MINUTES = 7 * 24 * 60;
/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: until an action of this kind times out. */
export const BUILD_TIMEOUT_MINUTES = 36 * 60;
export const COMMANDS_TIMEOUT_MINUTES = 55;
export const STEP_FUNCTIONS_TIMEOUT_MINUTES = 7 * 24 * 60;
export const LAMBDA_TIMEOUT_MINUTES = 24 * 60;
export const SOURCE_TIMEOUT_MINUTES = 60;
/** https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html: a function that does not answer. */
export const LAMBDA_SILENCE_MINUTES = 20;
/** https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html: a rule waits for an hour unless it says otherwise. */
export const RULE_TIMEOUT_MINUTES = 60;
/** Executions that a pipeline keeps. On AWS they are kept for a year. */
export const KEPT_EXECUTIONS = 200;
