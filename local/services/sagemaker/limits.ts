/** Names of jobs, endpoints, configs, variants and model packages. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const MAX_NAME_CHARACTERS = 63;
export const NAME_PATTERN = '^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export const MAX_TAGS = 50;
export const MAX_TAG_KEY_CHARACTERS = 128;
export const MAX_TAG_VALUE_CHARACTERS = 256;

/** `FailureReason` and `ExitMessage` of every kind of job and endpoint. */
export const MAX_FAILURE_REASON_CHARACTERS = 1_024;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppSpecification.html */
export const MAX_COMMAND_ITEMS = 100;
export const MAX_COMMAND_CHARACTERS = 256;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingClusterConfig.html */
export const MAX_INSTANCES = 100;
export const MAX_VOLUME_GIGABYTES = 16_384;

export const MAX_S3_URI_CHARACTERS = 1_024;
export const S3_URI_PATTERN = '(https|s3)://([^/]+)/?(.*)';
export const MAX_IMAGE_CHARACTERS = 255;
export const IMAGE_PATTERN = '[\\S]+';
export const ENVIRONMENT_NAME_PATTERN = '[a-zA-Z_][a-zA-Z0-9_]*';
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html#sagemaker-CreateTrainingJob-request-RoleArn */
export const ROLE_ARN_PATTERN = 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
