// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html

export const MANAGED_POLICY_LIMIT_CHARACTERS = 6_144;
/** All inline policies of a role together, without white space. */
export const INLINE_POLICIES_LIMIT_CHARACTERS = 10_240;
export const TRUST_POLICY_LIMIT_CHARACTERS = 8_192;
export const ATTACHED_POLICIES_LIMIT = 20;
export const POLICY_VERSIONS_LIMIT = 5;
export const TAGS_LIMIT = 50;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const DEFAULT_PAGE_SIZE = 100;
