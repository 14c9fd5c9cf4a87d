import type { ResourceType } from './resource-type.ts';
import { apigatewayResourceTypes } from './resources/apigateway.ts';
import { cdkResourceTypes } from './resources/cdk.ts';
import { cloudfrontResourceTypes } from './resources/cloudfront.ts';
import { cognitoResourceTypes } from './resources/cognito.ts';
import { customResource } from './resources/custom.ts';
import { deliveryResourceTypes } from './resources/delivery.ts';
import { dynamodbResourceTypes } from './resources/dynamodb.ts';
import { ecrResourceTypes } from './resources/ecr.ts';
import { ecsResourceTypes } from './resources/ecs.ts';
import { elasticloadbalancingResourceTypes } from './resources/elasticloadbalancing.ts';
import { eventsResourceTypes } from './resources/events.ts';
import { iamResourceTypes } from './resources/iam.ts';
import { kmsResourceTypes } from './resources/kms.ts';
import { lambdaResourceTypes } from './resources/lambda.ts';
import { messagingResourceTypes } from './resources/messaging.ts';
import { operationsResourceTypes } from './resources/operations.ts';
import { publishedResourceTypes } from './resources/published.ts';
import { s3ResourceTypes } from './resources/s3.ts';
import { sagemakerResourceTypes } from './resources/sagemaker.ts';
import { hostingResourceTypes } from './resources/sagemaker-hosting.ts';
import { schedulerResourceTypes } from './resources/scheduler.ts';
import { stepfunctionsResourceTypes } from './resources/stepfunctions.ts';

/** Every CloudFormation resource type that this runtime creates, by name, except custom resources. */
const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...apigatewayResourceTypes,
  ...cdkResourceTypes,
  ...cloudfrontResourceTypes,
  ...cognitoResourceTypes,
  ...deliveryResourceTypes,
  ...dynamodbResourceTypes,
  ...eventsResourceTypes,
  ...iamResourceTypes,
  ...kmsResourceTypes,
  ...lambdaResourceTypes,
  ...messagingResourceTypes,
  ...operationsResourceTypes,
  ...ecrResourceTypes,
  ...ecsResourceTypes,
  ...elasticloadbalancingResourceTypes,
  ...publishedResourceTypes,
  ...s3ResourceTypes,
  ...hostingResourceTypes,
  ...sagemakerResourceTypes,
  ...schedulerResourceTypes,
  ...stepfunctionsResourceTypes,
};

/** The resource type with that name; undefined if it is not emulated. */
export function findResourceType(type: string): ResourceType | undefined {
  const own = Object.hasOwn(resourceTypes, type) ? resourceTypes[type] : undefined;
  return own ?? (isCustom(type) ? customResource : undefined);
}

/** Whether a function or topic of the app plays the resource. */
export function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}
