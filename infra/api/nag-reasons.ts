import type { Stack } from 'aws-cdk-lib';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';
import { CDK_FUNCTION } from './upload-origins.ts';

const wildcards: readonly { readonly resource: string; readonly reason: string }[] = [
  {
    resource: String.raw`arn:.*:s3:::.*/(incoming|runs|quarantine|captured|scoring|scoring-requests|scored|monitoring)/.+\*`,
    reason: 'Only one part of the bucket of a project; its keys are not known before.',
  },
  {
    resource: String.raw`arn:.*:states:.*:execution:[^*]+:\*`,
    reason: 'The executions of one state machine; each has a name of its own.',
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:model-package/[^/]+/\*`,
    reason: 'Only the versions in the group of a project.',
  },
  {
    resource: String.raw`arn:.*:sagemaker:.*:(model|endpoint-config)/\*`,
    reason: 'Describing what is live must work with any config that was made live by hand.',
  },
  {
    resource: String.raw`arn:.*:log-group:/aws/sagemaker/(Training|Processing|Transform)Jobs:\*`,
    reason:
      'SageMaker has one log for the jobs of all; the API reads streams of its projects by their names.',
  },
  {
    resource: String.raw`arn:.*:lambda:.*:function:[^:*]+-serving:\*`,
    reason:
      'The versions of the function that serves a project; which one is live is not known before.',
  },
  {
    resource: String.raw`<AuditAppend.*>:\*`,
    reason: 'The versions of one function of this stack.',
  },
  {
    resource: String.raw`arn:.*:lambda:.*:function:.+-serving:\*`,
    reason: 'The versions of the one function that serves models of a project.',
  },
  {
    resource: String.raw`\*`,
    reason: 'Actions that know no resource: X-Ray, alarms, metrics and the list of model packages.',
  },
];

const reasons: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-S1',
    reason:
      'The bucket holds the public files of the site; requests for them are those of CloudFront.',
  },
  {
    id: 'AwsSolutions-APIG4',
    reason:
      'Only the routes below /public have no authorizer. They answer for projects with publicPredict alone, and are throttled.',
  },
  {
    id: 'AwsSolutions-COG2',
    reason:
      'People may add a second factor (TOTP); an administrator can require it for all in the user pool.',
  },
  {
    id: 'AwsSolutions-COG3',
    reason:
      'Threat protection is a feature of the Plus plan, which costs for every user. People cannot register by themselves.',
  },
  {
    id: 'AwsSolutions-CFR1',
    reason: 'Where people of a company are is not known to this app.',
  },
  {
    id: 'AwsSolutions-CFR2',
    reason:
      'A web ACL costs by the month; every route but the public ones needs a token, and API Gateway throttles.',
  },
  {
    id: 'AwsSolutions-CFR3',
    reason:
      'API Gateway logs every request to the API with its caller; the rest of the site is public files.',
  },
  {
    id: 'AwsSolutions-CFR4',
    reason:
      "CloudFront's own certificate decides the protocol; a domain of one's own brings its certificate.",
  },
];

/** The custom resources of the CDK, whose functions it makes itself. */
const ofTheCdk: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-IAM4',
    reason: "The CDK's own function writes its log with the managed policy.",
  },
  {
    id: 'AwsSolutions-IAM5',
    reason:
      "The CDK's own function copies assets into the bucket of the site, and invalidates paths.",
  },
  { id: 'AwsSolutions-L1', reason: 'The CDK decides the runtime of its own function.' },
];

/** Why findings of cdk-nag's AwsSolutions pack in the stack of the console are accepted. */
export function explainConsoleFindings(stack: Stack): void {
  NagSuppressions.addStackSuppressions(stack, [
    ...reasons,
    ...wildcards.map(({ resource, reason }) => ({
      id: 'AwsSolutions-IAM5',
      reason,
      appliesTo: [{ regex: `/^Resource::${resource.replaceAll('/', String.raw`\/`)}$/` }],
    })),
  ]);
  for (const child of stack.node.children) {
    if (child.node.id.startsWith('Custom::') || child.node.id === CDK_FUNCTION) {
      NagSuppressions.addResourceSuppressions(child, [...ofTheCdk], true);
    }
  }
}
