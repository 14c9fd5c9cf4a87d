import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  ImageTagMutabilityExclusionFilter,
  Repository,
  RepositoryEncryption,
  TagMutability,
  TagStatus,
} from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { DeliveryPlan } from '../../delivery/index.ts';

/** Versions that a way back may need. */
const KEPT_IMAGES = 30;
/** What a cache has left behind. */
const UNTAGGED_DAYS = 7;

/** A repository for each image: a tag, once given, names the same image for ever; only caches move. */
export class ImageRepositories extends Construct {
  constructor(scope: Construct, id: string, { images }: DeliveryPlan) {
    super(scope, id);
    for (const { name, repository } of images) {
      new Repository(this, name, {
        repositoryName: repository,
        encryption: RepositoryEncryption.AES_256,
        imageScanOnPush: true,
        imageTagMutability: TagMutability.IMMUTABLE_WITH_EXCLUSION,
        imageTagMutabilityExclusionFilters: [ImageTagMutabilityExclusionFilter.wildcard('cache-*')],
        lifecycleRules: [
          {
            rulePriority: 1,
            tagStatus: TagStatus.UNTAGGED,
            maxImageAge: Duration.days(UNTAGGED_DAYS),
          },
          { rulePriority: 2, tagStatus: TagStatus.ANY, maxImageCount: KEPT_IMAGES },
        ],
        // Environments run copies; but only from here can an image be deployed again.
        removalPolicy: RemovalPolicy.RETAIN,
      });
    }
  }
}
