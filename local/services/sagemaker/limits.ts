/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export const MAX_TAGS = 50;

/** `FailureReason` and `ExitMessage` of every kind of job and endpoint. */
export const MAX_FAILURE_REASON_CHARACTERS = 1_024;
