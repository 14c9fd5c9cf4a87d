/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html */
export const DEFAULT_PAYLOAD_MB = 6;
/** The same page: the product of MaxConcurrentTransforms and MaxPayloadInMB. */
export const MAX_PAYLOADS_MB = 100;
export const BYTES_PER_MB = 1024 * 1024;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelClientConfig.html */
export const DEFAULT_INVOCATION_TIMEOUT_SECONDS = 600;
export const DEFAULT_INVOCATION_RETRIES = 3;

/** The maximum number of model processes of a job; further instances share these. */
export const MAX_PROCESSES_PER_JOB = 4;

/** In real time. */
export const EXECUTION_PARAMETERS_TIMEOUT_MS = 2_000;
