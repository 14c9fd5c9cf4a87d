/** Names of jobs, endpoints, configs, variants and model packages. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const MAX_NAME_CHARACTERS = 63;
export const NAME_PATTERN = '^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export const MAX_TAGS = 50;
export const MAX_TAG_KEY_CHARACTERS = 128;
export const MAX_TAG_VALUE_CHARACTERS = 256;

/** `FailureReason` and `ExitMessage` of every kind of job and endpoint. */
export const MAX_FAILURE_REASON_CHARACTERS = 1_024;
