/**
 * The quotas of Step Functions in us-east-1; the constraints of its API model are checked by the cloud.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */

/** The input or output of a state, task or execution. */
export const PAYLOAD_BYTES = 262_144;
/** The page size if `maxResults` is 0 or missing. */
export const DEFAULT_PAGE_SIZE = 100;
/** How long a page token is valid. */
export const PAGE_TOKEN_HOURS = 24;
export const STATE_MACHINES_LIMIT = 100_000;
export const VERSIONS_PER_MACHINE = 1_000;
export const ALIASES_PER_MACHINE = 100;
export const ACTIVITIES_LIMIT = 10_000;
export const POLLERS_PER_ACTIVITY = 1_000;
export const ACTIVITY_POLL_SECONDS = 60;
export const OPEN_EXECUTIONS_LIMIT = 1_000_000;
export const OPEN_MAP_RUNS_LIMIT = 1_000;
export const MAP_RUN_CONCURRENCY_LIMIT = 10_000;
export const TAGS_LIMIT = 50;
/** How many diagnostics ValidateStateMachineDefinition returns by default. */
export const DEFAULT_DIAGNOSTICS = 100;
/** How long a closed execution is kept and its name reserved. */
export const RETENTION_DAYS = 90;
/** How long a Standard execution can be open, including its redrives. */
export const EXECUTION_DAYS = 365;
export const REDRIVE_DAYS = 14;
/** RedriveExecution recognizes this many client tokens, for this long. */
export const REDRIVE_TOKENS_KEPT = 10;
export const REDRIVE_TOKEN_MINUTES = 15;
/** An execution whose history has this many events cannot be redriven. */
export const REDRIVE_HISTORY_EVENTS = 24_999;

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export const MAX_FOOTER_BYTES = 5 * 1024 * 1024;
export const MAX_ROW_GROUP_BYTES = 256 * 1024 * 1024;

/** The header row of a CSV file. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export const MAX_HEADER_BYTES = 10_240;
