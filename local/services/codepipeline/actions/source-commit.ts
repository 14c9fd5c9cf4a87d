import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { branchKey, commitKey } from '../commit-keys.ts';
import { type ActionContext, ActionFailed, type ActionRunner, placeOf } from './action.ts';

/** The facts about a commit, as the client that uploads it writes them into the metadata of its object. */
const METADATA = {
  'author-date': 'AuthorDate',
  'commit-message': 'CommitMessage',
} as const;

/**
 * A connection, or a repository of CodeCommit: its commits are those that were uploaded.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
 */
export const runCommitSource: ActionRunner = async (context) => {
  const { cloud, configuration, outputs, role, structure } = context;
  const { BranchName = '', ConnectionArn, FullRepositoryId, RepositoryName } = configuration;
  const repository = FullRepositoryId ?? RepositoryName ?? '';
  const { principal } = await role();
  if (ConnectionArn !== undefined) {
    cloud.authorize(principal, 'codepipeline', [
      { action: 'codestar-connections:UseConnection', resource: ConnectionArn },
    ]);
  }
  const Bucket = structure.artifactStore?.location ?? placeOf(outputs[0] ?? {}).bucket;
  const commit = await commitOf(context, principal, { Bucket, repository, branch: BranchName });
  const Key = commitKey(repository, commit);
  const { Metadata = {} } = await found(
    cloud.call<GetObjectCommandOutput>(principal, 's3', 'HeadObject', { Bucket, Key }),
    `commit ${commit} of ${repository}`,
  );
  const { bucket, key } = placeOf(outputs[0] ?? {});
  const copy = { Bucket: bucket, Key: key, CopySource: `${Bucket}/${Key}` };
  await cloud.call(principal, 's3', 'CopyObject', copy);
  const facts = Object.entries(METADATA).map(([member, name]) => [
    name,
    decodeURIComponent(Metadata[member] ?? ''),
  ]);
  const variables: Record<string, string> = {
    ...Object.fromEntries(facts),
    BranchName,
    CommitId: commit,
    ...(ConnectionArn === undefined
      ? { RepositoryName: repository }
      : { ConnectionArn, FullRepositoryName: repository }),
  };
  const message = variables['CommitMessage'] ?? '';
  return {
    variables,
    summary: message,
    revision: { revisionId: commit, revisionSummary: message },
  };
};

async function commitOf(
  { cloud, current, execution }: ActionContext,
  principal: Principal,
  { Bucket, branch, repository }: { Bucket: string; branch: string; repository: string },
): Promise<string> {
  const override = execution.overrides.find(({ actionName }) => actionName === current().action);
  if (override?.revisionType === 'COMMIT_ID') return override.revisionValue ?? '';
  const { Metadata = {} } = await found(
    cloud.call<GetObjectCommandOutput>(principal, 's3', 'HeadObject', {
      Bucket,
      Key: branchKey(repository, branch),
    }),
    `branch ${branch} of ${repository}`,
  );
  return Metadata['commit'] ?? '';
}

async function found<Answer>(answer: Promise<Answer>, what: string): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof ServiceError) || cause.status !== 404) throw cause;
    throw new ActionFailed(
      `The ${what} is not here, because this runtime connects to no Git server. Run "npx stepmill deliver" in a checkout: it uploads the commit and starts the pipeline.`,
      'RevisionUnavailable',
      { cause },
    );
  }
}
