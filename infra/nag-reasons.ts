import type { Stack } from 'aws-cdk-lib';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';

/** Wildcards in policies that are not wider than their purpose. */
const wildcards: readonly { readonly resource: string; readonly reason: string }[] = [
  {
    resource: String.raw`arn:.*:s3:::\*(/runs/.+/\*(/model\.tar\.gz)?)?`,
    reason:
      'Only buckets of the accounts that models come from, which the condition names; which bucket it is, the model package says.',
  },
  {
    resource: String.raw`arn:.*:kms:.*:key/\*`,
    reason:
      'Only through S3, for objects of the accounts that models come from; which key it is, the bucket says, and its policy names this role.',
  },
  {
    resource: String.raw`<StorageBucket\w+\.Arn>/(incoming|reference|runs|quarantine|captured|scoring|scoring-requests|scored|labels|monitoring)/.+\*.*`,
    reason: "Only one part of the project's own bucket; its keys are not known in advance.",
  },
  {
    resource: String.raw`<Handlers\w+\.Arn>:\*`,
    reason: 'The versions of one function of this stack.',
  },
  {
    resource: String.raw`<ModelImagesCopyImage\w+\.Arn>:\*`,
    reason: 'The versions of one function of this stack.',
  },
  {
    resource: String.raw`arn:.*:ecs:.*:task/.*/\*`,
    reason: "Only tasks of the project's own cluster; ECS names each.",
  },
  {
    resource: String.raw`arn:.*:ecs:.*:task-definition/.+-(prepare|train|evaluate|compare|job):\*`,
    reason: 'The revisions of one task definition of this stack: an execution keeps its own.',
  },
  {
    resource: String.raw`arn:.*:log-group:<JobCompute\w+>:log-stream:job/trainer/\*`,
    reason: "Only the streams of the project's own tasks; each has the name of its task.",
  },
  {
    resource: String.raw`<JobCompute\w+\.Arn>:\*`,
    reason: 'The versions of one function of this stack.',
  },
  {
    resource: String.raw`arn:.*:lambda:.*:function:.+-serving:\*`,
    reason: 'The versions of the one function that serves models of the project.',
  },
  {
    resource: String.raw`arn:.*:log-group:/aws/sagemaker/.*`,
    reason: 'SageMaker gives every job and endpoint a log of this prefix.',
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:(processing|training|transform)-job/.+-(prepare|train|evaluate|compare|score|explain|measure|monitor|baseline)-\*`,
    reason: "Only this project's jobs; every execution names its own.",
  },
  {
    resource: String.raw`arn:.*:ecs:.*:task-definition/.+-serving:\*`,
    reason: 'The revisions of one task definition; every promotion makes one.',
  },
  {
    resource: String.raw`arn:.*:ecs:.*:service-deployment/.+/\*`,
    reason: "Only deployments of the project's own service; ECS names each.",
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:model-package/[^/]+/\*`,
    reason: "Only the versions in the project's own group.",
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:(model|endpoint-config)/.+-v\*`,
    reason: "Only this project's releases; every promotion names its own.",
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:model/.+-score-\*`,
    reason: "Only this project's models that score files; every execution names its own.",
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:(model|endpoint-config)/\*`,
    reason:
      'Describing what is live, and going back to it, must work with any config that was made live by hand.',
  },
  {
    resource: String.raw`arn:.*:states:.*:execution:[^*]+:\*`,
    reason: 'Asks whether another execution of the same state machine still runs.',
  },
  {
    resource: String.raw`arn:.*:(application-autoscaling|cloudwatch):.*\*`,
    reason: 'Application Auto Scaling names its targets and alarms itself.',
  },
  {
    resource: String.raw`arn:.*:iam::\*:role/aws-service-role/.*`,
    reason: 'The service-linked role of Application Auto Scaling; the condition names the service.',
  },
  {
    resource: String.raw`\*`,
    reason:
      'Actions that do not support resources: X-Ray, log delivery, ECR logins, metrics (bounded to a namespace) and listings.',
  },
];

const reasons: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-S1',
    reason:
      'Who read and wrote what is recorded by CloudTrail data events, which are complete; server access logs are best effort and would need a second bucket a project.',
  },
  {
    id: 'AwsSolutions-SQS3',
    reason:
      'The queue is the dead-letter queue: of the targets of rules, which the check does not see.',
  },
  {
    id: 'AwsSolutions-VPC7',
    reason:
      'No connection comes in, and what tasks call is recorded by CloudTrail; flow logs would cost more than the tasks.',
  },
  {
    id: 'AwsSolutions-ELB2',
    reason: 'Only the API in front of it can reach the load balancer, and logs every request.',
  },
  {
    id: 'AwsSolutions-IAM4',
    reason:
      'ECS demands it of the role with which it shifts requests, and adds to it what new kinds of deployment need.',
    appliesTo: [
      'Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers',
    ],
  },
  ...wildcards.map(({ resource, reason }) => ({
    id: 'AwsSolutions-IAM5',
    reason,
    appliesTo: [{ regex: `/^Resource::${resource.replaceAll('/', String.raw`\/`)}$/` }],
  })),
];

/** Why findings of cdk-nag's AwsSolutions pack are accepted. */
export function explainFindings(stack: Stack): void {
  NagSuppressions.addStackSuppressions(stack, [...reasons]);
}
