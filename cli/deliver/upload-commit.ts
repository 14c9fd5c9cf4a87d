import { PutObjectCommand } from '@aws-sdk/client-s3';
import { branchKey, commitKey } from '../../local/index.ts';
import type { Checkout } from './checkout.ts';
import type { FoundPipeline } from './find-pipeline.ts';
import type { PipelineClients } from './pipeline-clients.ts';

/** Puts a commit where the local connection of a pipeline finds it. */
export async function uploadCommit(
  { connection: { s3 } }: PipelineClients,
  { branch, bucket, repository }: FoundPipeline,
  { archive, authorDate, commit, message }: Checkout,
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: commitKey(repository, commit),
      Body: archive,
      Metadata: {
        'author-date': encodeURIComponent(authorDate),
        'commit-message': encodeURIComponent(message.slice(0, MESSAGE_CHARACTERS)),
      },
    }),
  );
  const Key = branchKey(repository, branch);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: commit, Metadata: { commit } }));
}

/** The metadata of an object have 2 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MESSAGE_CHARACTERS = 150;
