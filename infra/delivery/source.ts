import { Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-codecommit';
import {
  type Action,
  type Artifact,
  type GitPushFilter,
  ProviderType,
  type TriggerProps,
} from 'aws-cdk-lib/aws-codepipeline';
import {
  CodeCommitSourceAction,
  CodeCommitTrigger,
  CodeStarConnectionsSourceAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import { ArnPrincipal, type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeliveryPlan } from '../../delivery/index.ts';
import type { CodeCommitSource, ConnectedSource, DeliverySource } from './delivery-props.ts';

/** The namespace of what the source knows of a commit. */
export const SOURCE_VARIABLES = 'source';

/** Where commits come from, and which of them start the pipeline. */
export interface RenderedSource {
  readonly action: Action;
  readonly triggers: TriggerProps[];
}

type Trigger = DeliveryPlan['trigger'];

interface SourceParts {
  readonly pipelineRole: IRole;
  readonly output: Artifact;
  readonly trigger: Trigger;
}

export function renderSource(
  scope: Construct,
  source: DeliverySource,
  { pipelineRole, output, trigger }: SourceParts,
): RenderedSource {
  const role = new Role(scope, 'SourceRole', {
    description: 'Fetches the commits that the pipeline delivers',
    assumedBy: new ArnPrincipal(pipelineRole.roleArn),
  });
  const shared = {
    actionName: 'Source',
    variablesNamespace: SOURCE_VARIABLES,
    branch: source.branch,
    output,
    role,
  };
  if ('codecommit' in source) {
    const action = new CodeCommitSourceAction({
      ...shared,
      repository: Repository.fromRepositoryName(scope, 'Repository', source.codecommit),
      // The stack's own rule starts the pipeline: it has a dead-letter queue and an alarm.
      trigger: CodeCommitTrigger.NONE,
    });
    return { action, triggers: [] };
  }
  allowConnection(role, source);
  const [owner = '', ...rest] = source.repository.split('/');
  const action = new CodeStarConnectionsSourceAction({
    ...shared,
    connectionArn: source.connection,
    owner,
    repo: rest.join('/'),
    // The trigger decides. Without a trigger, every push to the branch would start the pipeline.
    triggerOnPush: false,
  });
  return { action, triggers: [renderTrigger(action, trigger)] };
}

function renderTrigger(sourceAction: Action, trigger: Trigger): TriggerProps {
  return {
    providerType: ProviderType.CODE_STAR_SOURCE_CONNECTION,
    gitConfiguration: { sourceAction, pushFilter: [renderFilter(trigger)] },
  };
}

/**
 * A filter has tags, or branches and files.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
 */
function renderFilter({ branch, tags, includes, excludes }: Trigger): GitPushFilter {
  if (tags !== undefined) return { tagsIncludes: [...tags] };
  return {
    branchesIncludes: [branch],
    ...(includes === undefined ? {} : { filePathsIncludes: [...includes] }),
    filePathsExcludes: [...excludes],
  };
}

/** The pushes to a repository in this account that start the pipeline. */
export function selectPushes(scope: Construct, { codecommit, branch }: CodeCommitSource) {
  const repository = Stack.of(scope).formatArn({ service: 'codecommit', resource: codecommit });
  return {
    source: ['aws.codecommit'],
    detailType: ['CodeCommit Repository State Change'],
    resources: [repository],
    detail: {
      event: ['referenceCreated', 'referenceUpdated'],
      referenceType: ['branch'],
      referenceName: [branch],
    },
  };
}

/**
 * The CDK allows the action under the service's former name only; the guide asks for both.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-permissions-console-connections.html
 */
function allowConnection(role: IRole, { connection }: ConnectedSource): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['codeconnections:UseConnection', 'codestar-connections:UseConnection'],
      resources: [connection],
    }),
  );
}
