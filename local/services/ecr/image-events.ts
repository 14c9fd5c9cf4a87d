import type { EcrState } from './state.ts';
import { type ImageRecord, repositoryArn } from './store.ts';

interface ImageAction {
  readonly action: 'DELETE' | 'PUSH';
  readonly record: ImageRecord;
  readonly tag: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export function publishImageAction(
  { cloud }: EcrState,
  { action, record, tag }: ImageAction,
): void {
  cloud.publish({
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    resources: [repositoryArn(cloud, record.repository)],
    detail: {
      'action-type': action,
      result: 'SUCCESS',
      'repository-name': record.repository,
      'image-digest': record.digest,
      ...(tag !== undefined && { 'image-tag': tag }),
      'manifest-media-type': record.mediaType,
      ...(record.artifactType !== undefined && { 'artifact-media-type': record.artifactType }),
    },
  });
}
