/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export const MAX_TAGS = 50;

/** `FailureReason` and `ExitMessage` of every kind of job and endpoint. */
export const MAX_FAILURE_REASON_CHARACTERS = 1_024;

/** The maximum number of tags of a resource: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
export const TAGS_PER_PAGE = 50;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModelPackages.html */
export const PAGE_SIZE = 10;
