import type { Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  DELIVERY,
  type DeliveryPlan,
  nameApiRole,
  nameConsoleRole,
  partitionOf,
} from '../../delivery/index.ts';
import type { ConsoleDelivery } from '../../events/index.ts';

/** How the console of an environment reaches the pipeline; undefined where there is none, as with GitHub's workflow. */
export function findConsoleDelivery(
  { pipeline: { account, region }, stages, trigger }: DeliveryPlan,
  environment: string,
): ConsoleDelivery | undefined {
  if (trigger.isGithub) return undefined;
  const approval = stages
    .flatMap(({ name: stage, steps }) => steps.map((step) => ({ stage, step })))
    .find(({ step }) => step.kind === 'approval' && step.environment === environment);
  return {
    pipeline: DELIVERY,
    region,
    roleArn: `arn:${partitionOf(region)}:iam::${account}:role/${nameConsoleRole(environment)}`,
    ...(approval === undefined
      ? {}
      : { approval: { stage: approval.stage, action: approval.step.name } }),
  };
}

/**
 * A role for the console of each environment: its API reads the pipeline, and answers the approval of its own environment.
 * Who decides for production is known to the user pool of production.
 */
export class ConsoleAccess extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { plan, pipeline }: { readonly plan: DeliveryPlan; readonly pipeline: Pipeline },
  ) {
    super(scope, id);
    for (const [environment, { account, region, hasConsole }] of Object.entries(
      plan.environments,
    )) {
      const delivery = findConsoleDelivery(plan, environment);
      if (!hasConsole || delivery === undefined) continue;
      const api = `arn:${partitionOf(region)}:iam::${account}:role/${nameApiRole(environment)}`;
      const role = new Role(this, environment, {
        roleName: nameConsoleRole(environment),
        description: `Shows the pipeline in the console of ${environment}, whose approvers decide on its approval`,
        // IAM takes a role as principal only where it exists, and it may not yet.
        assumedBy: new AccountPrincipal(account).withConditions({
          ArnEquals: { 'aws:PrincipalArn': api },
        }),
      });
      for (const statement of renderConsoleAccess(pipeline.pipelineArn, delivery)) {
        role.addToPolicy(statement);
      }
    }
  }
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html */
function renderConsoleAccess(
  pipelineArn: string,
  { approval }: ConsoleDelivery,
): readonly PolicyStatement[] {
  const reading = new PolicyStatement({
    actions: [
      'codepipeline:GetPipelineState',
      'codepipeline:ListActionExecutions',
      'codepipeline:ListPipelineExecutions',
    ],
    resources: [pipelineArn],
  });
  if (approval === undefined) return [reading];
  const { stage, action } = approval;
  return [
    reading,
    new PolicyStatement({
      actions: ['codepipeline:PutApprovalResult'],
      resources: [`${pipelineArn}/${stage}/${action}`],
    }),
  ];
}
