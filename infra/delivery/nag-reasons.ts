import type { Stack } from 'aws-cdk-lib';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';

const wildcards: readonly { readonly resource: string; readonly reason: string }[] = [
  {
    resource: String.raw`<Artifacts\w+\.Arn>/\*`,
    reason: 'The files of each execution have names of their own in the bucket of the pipeline.',
  },
  {
    resource: String.raw`arn:.*:codebuild:.*:report-group/.*-\*`,
    reason: 'CodeBuild names the report groups of a project after the project.',
  },
  {
    resource: String.raw`arn:.*:logs:.*:log-group:.*`,
    reason: 'The streams of the log group of one project; CodeBuild names each after a build.',
  },
  {
    resource: String.raw`arn:.*:ssm:.*:parameter/stepmill/.*/\*`,
    reason: 'The parameters of one environment, which name the parts of its projects.',
  },
  {
    resource: String.raw`arn:.*:states:.*:(stateMachine:[^*]+-|execution:[^*]+:reference-)\*`,
    reason:
      'The state machines of a project, and its trainings on reference data: each has a name of its own.',
  },
  {
    resource: String.raw`arn:.*:cloudwatch:.*:alarm:\*`,
    reason: 'The alarms of an environment; CloudFormation names most of them.',
  },
  {
    resource: String.raw`arn:.*:lambda:.*:function:[^*]+-serving:\*`,
    reason: 'The versions of the function that serves models of a project.',
  },
  {
    resource: String.raw`arn:.*:ecs:.*:service/stepmill-[^*]+-\*/[^*]+`,
    reason: 'The service of a project; CloudFormation ends the name of its cluster.',
  },
  {
    resource: String.raw`arn:.*:s3:::stepmill-[^*]+-\*/reference/[^*]+/\*`,
    reason: "Reference data in a project's bucket; CloudFormation ends the bucket's name.",
  },
  {
    resource: String.raw`arn:.*:kms:.*:key/\*`,
    reason:
      "Only through S3, where the role may write reference data alone; a project's key is made with its stack, which may come later.",
  },
  {
    resource: String.raw`\*`,
    reason: 'A login at ECR supports no resource.',
  },
];

/** Actions of S3 and KMS that differ in an end: the CDK's grants on the artifacts. */
const actions: readonly string[] = [
  's3:Abort*',
  's3:DeleteObject*',
  's3:GetBucket*',
  's3:GetObject*',
  's3:List*',
  'kms:GenerateDataKey*',
  'kms:ReEncrypt*',
];

const reasons: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-S1',
    reason:
      'Only CodePipeline and its projects read and write the artifacts; CloudTrail records who does.',
  },
  {
    id: 'AwsSolutions-SQS3',
    reason:
      'The queue is the dead-letter queue: of the targets of rules, which the check does not see.',
  },
  {
    id: 'AwsSolutions-CB3',
    reason:
      'One project builds container images, which needs a container engine; it can read no environment.',
  },
  ...actions.map((action) => ({
    id: 'AwsSolutions-IAM5',
    reason: "What the CDK's grants on the artifacts and their key name, on these two alone.",
    appliesTo: [`Action::${action}`],
  })),
  ...wildcards.map(({ resource, reason }) => ({
    id: 'AwsSolutions-IAM5',
    reason,
    appliesTo: [{ regex: `/^Resource::${resource.replaceAll('/', String.raw`\/`)}$/` }],
  })),
];

/** Why findings of cdk-nag's AwsSolutions pack in the stack of the pipeline are accepted. */
export function explainDeliveryFindings(stack: Stack): void {
  NagSuppressions.addStackSuppressions(stack, [...reasons]);
}
