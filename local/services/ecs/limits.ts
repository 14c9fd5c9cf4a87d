/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const MAX_CLUSTERS = 10_000;
export const MAX_CONTAINERS = 10;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
export const MAX_TASKS_OF_REQUEST = 10;
export const MAX_OVERRIDES_CHARACTERS = 8_192;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export const MAX_DESCRIBED = 100;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
export const MAX_DESCRIBED_SERVICES = 10;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
export const MAX_DESCRIBED_DEPLOYMENTS = 20;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export const PAGE_SIZE = 100;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ECS_Idempotency.html: a day, or an hour after the task has stopped. */
export const TOKEN_LIFETIME_MS = 24 * 3_600_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export const STOPPED_RETENTION_MS = 3_600_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html */
export const DEFAULT_STOP_SECONDS = 30;
export const MAX_STOP_SECONDS = 120;
export const EPHEMERAL_GIB = 20;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const MAX_TARGET_GROUPS_OF_SERVICE = 5;
/** Tasks of all services that this machine runs at a time, because they do not end by themselves. */
export const MAX_SERVICE_TASKS = 32;
/** Tasks of one service that are being started. More are started only when these run, so that a large service does not block others. */
export const MAX_STARTING_TASKS = 32;
