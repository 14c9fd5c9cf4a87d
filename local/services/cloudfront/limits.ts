/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const FUNCTION_CODE_BYTES = 10_240;
/** Items of a page. */
export const PAGE_SIZE = 100;
/** The body of a request that is passed to an origin; larger ones go to S3 directly. */
export const REQUEST_BODY_BYTES = 20 * 1024 * 1024;
/** How long a server of this machine may take, if its origin does not say. */
export const ORIGIN_TIMEOUT_SECONDS = 30;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
export const LEAST_COMPRESSED_BYTES = 1_000;
export const MOST_COMPRESSED_BYTES = 10_000_000;
