// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html and the API reference.

export const KEY_LIMIT_BYTES = 1_024;
/** One PUT, one part, one copy. */
export const PUT_LIMIT_BYTES = 5 * 1024 ** 3;
export const PART_MINIMUM_BYTES = 5 * 1024 ** 2;
export const PART_NUMBER_LIMIT = 10_000;
export const METADATA_LIMIT_BYTES = 2 * 1024;
export const LIST_LIMIT = 1_000;
export const DELETE_OBJECTS_LIMIT = 1_000;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export const OBJECT_TAGS_LIMIT = 10;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
export const BUCKET_TAGS_LIMIT = 50;
export const TAG_KEY_LIMIT_CHARACTERS = 128;
export const TAG_VALUE_LIMIT_CHARACTERS = 256;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
export const POLICY_LIMIT_BYTES = 20 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html */
export const REDIRECT_LOCATION_LIMIT_BYTES = 2_048;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html */
export const CORS_RULES_LIMIT = 100;
/** Of lifecycle and CORS rules: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export const LONGEST_RULE_ID_CHARACTERS = 255;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
export const INFREQUENT_ACCESS_DAYS = 30;
