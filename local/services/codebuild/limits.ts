/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html */
export const DEFAULT_TIMEOUT_MINUTES = 60;
export const DEFAULT_QUEUED_MINUTES = 480;
export const MAX_PROJECTS = 5_000;
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuilds.html */
export const PAGE_SIZE = 100;
/** Builds that a project keeps. On AWS they are kept for a year. */
export const KEPT_BUILDS = 500;
/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html: reports expire 30 days after they were created. */
export const REPORT_LIFETIME_MS = 30 * 86_400_000;
