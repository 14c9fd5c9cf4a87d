/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const KEYS_PAGE_SIZE = 100;
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html and API_ListResourceTags.html */
export const PAGE_SIZE = 50;
/** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
export const MAX_KEYS = 100_000;
export const MAX_ALIASES_OF_KEY = 50;
export const POLICY_BYTES = 32_768;
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const DEFAULT_PENDING_DAYS = 30;
export const SHORTEST_PENDING_DAYS = 7;
export const LONGEST_PENDING_DAYS = 30;
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export const DEFAULT_ROTATION_DAYS = 365;
