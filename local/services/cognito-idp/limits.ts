/** https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export const USER_POOLS = 1_000;
export const CLIENTS_A_POOL = 1_000;
export const GROUPS_A_POOL = 10_000;
export const GROUPS_A_USER = 100;
export const RESOURCE_SERVERS_A_POOL = 25;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
export const CODE_MS = 300_000;
/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html */
export const BROWSER_SESSION_MS = 3_600_000;
/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html */
export const CHALLENGE_MINUTES = 3;

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
export const ACCESS_TOKEN_SECONDS = 60 * MINUTE_SECONDS;
export const SHORTEST_TOKEN_SECONDS = 5 * MINUTE_SECONDS;
export const LONGEST_TOKEN_SECONDS = DAY_SECONDS;
export const REFRESH_TOKEN_SECONDS = 30 * DAY_SECONDS;
export const SHORTEST_REFRESH_SECONDS = 60 * MINUTE_SECONDS;
export const LONGEST_REFRESH_SECONDS = 3_650 * DAY_SECONDS;

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html */
export const PASSWORD_LENGTH = 8;
export const TEMPORARY_PASSWORD_DAYS = 7;

export const PAGE_SIZE = 60;

/** Not AWS's: what is kept in memory or in the store for clients that never return. */
export const MOST_CODES = 10_000;
export const MOST_BROWSER_SESSIONS = 10_000;
export const MOST_CHALLENGES = 10_000;
export const MOST_REFRESH_SESSIONS = 20_000;
export const FORM_BYTES = 16_384;
