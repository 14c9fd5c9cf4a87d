import type { ServiceFactory } from '../cloud/cloud.ts';
import { createApiGatewayV2Service } from './apigatewayv2/index.ts';
import { createApplicationAutoScalingService } from './application-autoscaling/index.ts';
import { createCloudFormationService } from './cloudformation/index.ts';
import { createCloudFrontService } from './cloudfront/index.ts';
import { createCloudWatchService } from './cloudwatch/index.ts';
import { createCodeBuildService } from './codebuild/index.ts';
import { createCodePipelineService } from './codepipeline/index.ts';
import { createCognitoService } from './cognito-idp/index.ts';
import { createDynamoDbService } from './dynamodb/index.ts';
import { createEcrService } from './ecr/index.ts';
import { createEcsService } from './ecs/index.ts';
import { createElasticLoadBalancingV2Service } from './elasticloadbalancingv2/index.ts';
import { createEventBridgeService } from './eventbridge/index.ts';
import { createIamService } from './iam/index.ts';
import { createKmsService } from './kms/index.ts';
import { createLambdaService } from './lambda/index.ts';
import { createLogsService } from './logs/index.ts';
import { createS3Service } from './s3/index.ts';
import { createSageMakerService } from './sagemaker/index.ts';
import { createSchedulerService } from './scheduler/index.ts';
import { createSnsService } from './sns/index.ts';
import { createSqsService } from './sqs/index.ts';
import { createSsmService } from './ssm/index.ts';
import { createStepFunctionsService } from './stepfunctions/index.ts';
import { createStsService } from './sts/index.ts';

/** Every service this AWS has, in the order they are built, started and (reversed) stopped. */
export const serviceFactories: readonly ServiceFactory[] = [
  createIamService,
  createStsService,
  createKmsService,
  createS3Service,
  createCloudFormationService,
  createCloudFrontService,
  createCloudWatchService,
  createDynamoDbService,
  createEcrService,
  createElasticLoadBalancingV2Service,
  createEcsService,
  createEventBridgeService,
  createSnsService,
  createLambdaService,
  createSageMakerService,
  createApplicationAutoScalingService,
  createLogsService,
  createSqsService,
  createSsmService,
  createStepFunctionsService,
  createSchedulerService,
  createApiGatewayV2Service,
  createCognitoService,
  createCodeBuildService,
  createCodePipelineService,
];
