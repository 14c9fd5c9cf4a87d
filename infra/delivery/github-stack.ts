import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  OidcProviderNative,
  type PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  type DeliveryPlan,
  listBuildSteps,
  listTrainingSteps,
  nameStepRole,
  type Step,
} from '../../delivery/index.ts';
import { mayAssume, renderAccess } from './build-project.ts';
import type { GithubSource } from './delivery-props.ts';
import { ImageRepositories } from './repositories.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

export interface GithubDeliveryStackProps extends StackProps {
  readonly plan: DeliveryPlan;
  readonly source: GithubSource;
}

/** What GitHub's jobs take on in place of keys: a role for each step, for this repository alone. */
export class GithubDeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { plan, source, ...props }: GithubDeliveryStackProps) {
    super(scope, id, props);
    void new ImageRepositories(this, 'Images', plan);
    const provider = new OidcProviderNative(this, 'Provider', {
      url: `https://${ISSUER}`,
      clientIds: [AUDIENCE],
    });
    const create = (step: Step, statements: readonly PolicyStatement[]) => {
      const role = new Role(this, `${step.name}Role`, {
        roleName: nameStepRole(step.name),
        description: step.what,
        maxSessionDuration: Duration.hours(2),
        assumedBy: new WebIdentityPrincipal(provider.oidcProviderArn, {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: renderSubjects(step, source),
          },
        }),
      });
      for (const statement of statements) role.addToPolicy(statement);
    };
    for (const step of listBuildSteps(plan)) {
      if (step.access !== 'none') create(step, renderAccess(this, step, plan));
    }
    for (const step of listTrainingSteps(plan)) {
      const { referenceRole = '' } = plan.environments[step.environment] ?? {};
      create(step, [mayAssume([referenceRole])]);
    }
    new CfnOutput(this, 'ProviderArn', { value: provider.oidcProviderArn });
  }
}

/**
 * Who may take on the role of a step: the job of an environment, which may have reviewers, or one of the branch. Tokens of
 * repositories that were created or renamed since 2026-07-15 name ids as well; nobody can get a name's former tokens with
 * these, so both forms are taken.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function renderSubjects(step: Step, { github, ids, branch }: GithubSource): string[] {
  const context =
    step.kind === 'build' && step.access === 'deploy'
      ? `environment:${step.environment ?? ''}`
      : `ref:refs/heads/${branch}`;
  const [owner = '', repository = ''] = github.split('/');
  return [
    `repo:${github}:${context}`,
    ...(ids === undefined
      ? []
      : [`repo:${owner}@${ids.owner}/${repository}@${ids.repository}:${context}`]),
  ];
}
