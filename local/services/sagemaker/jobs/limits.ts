/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html */
export const MAX_PROCESSING_INPUTS = 10;
export const MAX_PROCESSING_OUTPUTS = 10;
export const MAX_PROCESSING_ENVIRONMENT = 100;
export const MAX_PROCESSING_ENVIRONMENT_CHARACTERS = 256;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingStoppingCondition.html */
export const MAX_PROCESSING_SECONDS = 777_600;
export const DEFAULT_RUNTIME_SECONDS = 86_400;

export const DEFAULT_VOLUME_GIGABYTES = 30;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const MAX_CHANNELS = 20;
export const MAX_CHANNEL_NAME_CHARACTERS = 64;
export const CHANNEL_NAME_PATTERN = '[A-Za-z0-9\\.\\-_]+';
export const MAX_HYPERPARAMETERS = 100;
export const MAX_HYPERPARAMETER_KEY_CHARACTERS = 256;
export const MAX_HYPERPARAMETER_VALUE_CHARACTERS = 2_500;
export const MAX_TRAINING_ENVIRONMENT = 100;
export const MAX_METRIC_DEFINITIONS = 40;
/** 28 days. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html */
export const MAX_TRAINING_SECONDS = 2_419_200;

/** `/opt/ml/output/message` and `/opt/ml/output/failure`: the first kilobyte counts. */
export const MAX_MESSAGE_BYTES = 1_024;
