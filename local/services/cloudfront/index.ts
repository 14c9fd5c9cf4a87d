/**
 * Amazon CloudFront on one machine, as far as serving needs.
 *
 * Here: distributions, each on a port of its own, with behaviors in their order, S3 origins behind an origin
 * access control and the bucket's policy, HTTP APIs of this runtime and other servers of this machine as custom origins, cache
 * and origin request policies as what is forwarded to the origin, response headers policies, functions of
 * `cloudfront-js-2.0` for viewer requests and responses, default root objects, custom error responses,
 * compression; invalidations; AWS's managed policies that CDK names.
 *
 * Missing, and answered as missing by name: Lambda@Edge, origin groups, signed URLs and cookies, key value stores and
 * modules in functions, writes through an S3 origin, continuous deployment, real-time logs.
 *
 * Different by design: nothing is cached, so that every request reaches its origin and an invalidation is complete
 * at once; requests arrive over HTTP, under any viewer protocol policy; names of AWS's hosts in the values of
 * headers, such as a content security policy, are replaced by the address of this runtime; aliases, certificates, web
 * ACLs, geographic restrictions and logs have no effect.
 *
 * Behaviour from: the CloudFront developer guide and API reference.
 */
export { createCloudFrontService } from './service.ts';
