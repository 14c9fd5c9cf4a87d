import { availableParallelism } from 'node:os';

/** Lambda's quotas. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const SYNCHRONOUS_PAYLOAD_BYTES = 6_291_556;
/** 1 MB since 2025; 256 KB before. */
export const ASYNCHRONOUS_PAYLOAD_BYTES = 1_048_576;
/** The size of all variables as JSON. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export const ENVIRONMENT_BYTES = 4_096;
export const UNZIPPED_BYTES = 262_144_000;
/** Uncompressed. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const IMAGE_BYTES = 10 * 1_024 ** 3;
/** https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
export const LAYERS_PER_FUNCTION = 5;
export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_MEMORY_MB = 128;
export const LOG_TAIL_BYTES = 4_096;
export const PAGE_SIZE = 50;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const FUNCTION_NAME_CHARACTERS = 64;
/** The maximum duration of loading the code, before the timeout of the function begins. */
export const INIT_SECONDS = 10;
export const ACCOUNT_CONCURRENCY = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const LEAST_UNRESERVED_CONCURRENCY = 100;

/** Delays between the retries of asynchronous invocations. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const ASYNCHRONOUS_RETRY_DELAYS_MS = [60_000, 120_000] as const;
export const ASYNCHRONOUS_AGE_SECONDS = 21_600;
/** The delay of an asynchronous invocation when the function is throttled. */
export const THROTTLED_RETRY_MS = 1_000;

/** The maximum number of functions, and of invocations of one version, that start concurrently, so that a burst does not overload a small machine. */
export const SANDBOXES_AT_ONCE = Math.max(4, 2 * availableParallelism());
/** The real time after which a function lets the next one start. */
export const TURN_MS = 1_000;
/** The maximum time that an invocation waits for a process that has answered the one before; a new one takes longer. */
export const RETURN_MS = 200;
/** The number of spare interpreters once there is a Python function. */
export const SPARE_PYTHONS = 2;
/** The time that a spare Node.js process waits for the next change of a function. In real time, because it limits this machine's memory. */
export const SPARE_NODE_MS = 600_000;
/** The time that an idle process stays warm. In real time, because it limits this machine's memory. */
export const IDLE_SANDBOX_MS = 60_000;

/** The processes that stay warm for the provisioned concurrency of a version; what is provisioned beyond them only counts. */
export const PROVISIONED_PROCESSES = 2;

/** AWS documents "approximately 16 times". */
export const INVOCATIONS_PER_CHAIN = 16;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
export const MAPPINGS_PER_PAGE = 100;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const LARGEST_BATCH_WITHOUT_WINDOW = 10;

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const LONG_POLL_SECONDS = 20;
export const DEFAULT_BATCH_SIZE = 10;
