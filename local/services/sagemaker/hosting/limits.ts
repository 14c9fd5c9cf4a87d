/** https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-test-endpoints.html */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;
/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-invoke.html */
export const MAX_SERVERLESS_PAYLOAD_BYTES = 4 * 1024 * 1024;
/** In real time. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
export const INVOCATION_TIMEOUT_MS = 60_000;
/** Requests that may wait or run on one instance; further requests are answered with ServiceUnavailable. */
export const MAX_REQUESTS_PER_INSTANCE = 1_000;
/** The maximum number of processes of a variant; further instances share these. */
export const MAX_PROCESSES_PER_VARIANT = 4;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
export const MIN_PIPELINE_CONTAINERS = 2;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html */
export const MAX_CANARY_PERCENT = 50;
export const MIN_LINEAR_PERCENT = 10;
export const MAX_LINEAR_PERCENT = 50;
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html */
export const MIN_ROLLING_PERCENT = 5;
export const MAX_ROLLING_PERCENT = 50;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html */
export const SERVERLESS_MEMORY_MB = [1_024, 2_048, 3_072, 4_096, 5_120, 6_144];
