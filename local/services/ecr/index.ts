/**
 * Amazon Elastic Container Registry on one machine.
 *
 * Here: repositories with tag mutability and its exclusions, scan and encryption settings, lifecycle and repository
 * policies, and tags; images by manifest, with digests, tags and sizes; uploads and downloads of layers through ECR's API;
 * authorization tokens; `ECR Image Action` events. Images of the CDK's assets are published as recipes: an image whose only
 * layer is the build context, so that its digest is that of its content (docs/containers.md).
 *
 * Missing: Docker's registry protocol (`docker push`, `docker pull`), scans and their findings, replication, pull-through
 * caches, repository creation templates, signatures, referrers, and ECR Public. Lifecycle policies expire no image: they are
 * checked as JSON, and stored. Repository policies decide, also about other accounts of the runtime.
 *
 * Different by design: a layer that no image names is kept.
 *
 * Behaviour from: the Amazon ECR user guide and API reference, and messages of AWS that public issues and tests quote.
 */
export { createEcrService } from './service.ts';
