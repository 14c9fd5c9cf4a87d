import type { CopyObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ActionFailed, type ActionRunner, placeOf } from './action.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html */
export const runS3Source: ActionRunner = async (context) => {
  const { cloud, configuration, current, execution, outputs, role } = context;
  const { S3Bucket: Bucket = '', S3ObjectKey = '' } = configuration;
  const { principal } = await role();
  const override = execution.overrides.find(({ actionName }) => actionName === current().action);
  const Key =
    override?.revisionType === 'S3_OBJECT_KEY' ? (override.revisionValue ?? '') : S3ObjectKey;
  const VersionId =
    override?.revisionType === 'S3_OBJECT_VERSION_ID' ? override.revisionValue : undefined;
  const head = await cloud
    .call<HeadObjectCommandOutput>(principal, 's3', 'HeadObject', { Bucket, Key, VersionId })
    .catch((cause: unknown) => {
      if (!(cause instanceof ServiceError) || cause.status !== 404) throw cause;
      throw new ActionFailed(
        `The Amazon S3 object with the object key '${Key}' from bucket '${Bucket}' does not exist.`,
        'RevisionUnavailable',
      );
    });
  if (head.VersionId === undefined || head.VersionId === 'null') {
    throw new ActionFailed(
      `The bucket named '${Bucket}' does not have versioning enabled. A source needs it.`,
      'ConfigurationError',
    );
  }
  const version = head.VersionId;
  const { bucket, key } = placeOf(outputs[0] ?? {});
  const CopySource = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}?versionId=${version}`;
  await cloud.call<CopyObjectCommandOutput>(principal, 's3', 'CopyObject', {
    Bucket: bucket,
    Key: key,
    CopySource,
  });
  const ETag = head.ETag?.replaceAll('"', '') ?? '';
  return {
    variables: { BucketName: Bucket, ObjectKey: Key, ETag, VersionId: version },
    summary: `Amazon S3 version id: ${version}`,
    revision: {
      revisionId: version,
      revisionSummary: `Amazon S3 version id: ${version}`,
      revisionUrl: `https://console.aws.amazon.com/s3/object/${Bucket}?prefix=${Key}`,
    },
  };
};
