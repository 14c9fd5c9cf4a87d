import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ProjectResources } from './project-resources.ts';

type Reading = Pick<ProjectResources, 'keys' | 'sharedFrom'>;

/** What reads the archives of models where they were trained, in other accounts: nothing unless models are shared. */
export function readSharedArchives(
  scope: Construct,
  { keys, sharedFrom = [] }: Reading,
): readonly PolicyStatement[] {
  if (sharedFrom.length === 0) return [];
  const bucket = `arn:${Stack.of(scope).partition}:s3:::*`;
  const read = (action: string, resource: string) =>
    new PolicyStatement({
      actions: [action],
      resources: [resource],
      // Which bucket it is, the model package says.
      conditions: { StringEquals: { 'aws:ResourceAccount': [...sharedFrom] } },
    });
  return [
    read('s3:GetObject', `${bucket}/${keys.runs}*/model.tar.gz`),
    // Without it S3 answers 403 instead of 404 for an archive that is gone.
    read('s3:ListBucket', bucket),
  ];
}

/** An expression for the bucket of a URI. */
export function bucketOf(uri: string): string {
  return `$substringBefore($substringAfter(${uri}, "s3://"), "/")`;
}
