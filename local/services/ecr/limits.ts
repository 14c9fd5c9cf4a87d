/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
export const MAX_REPOSITORIES = 100_000;
export const MAX_IMAGES = 100_000;
export const MAX_TAGS_OF_IMAGE = 1_000;
export const MAX_LAYER_PARTS = 4_200;
/** What InitiateLayerUpload answers: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_InitiateLayerUpload.html */
export const PART_BYTES = 20 * 1024 * 1024;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export const PAGE_SIZE = 100;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export const TOKEN_LIFETIME_MS = 12 * 3_600_000;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html */
export const MAX_EXCLUSION_FILTERS = 5;
