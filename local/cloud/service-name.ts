/**
 * The services that this runtime has, one folder each in `local/services/`. The SageMaker runtime API
 * (InvokeEndpoint) is part of `sagemaker`, as its IAM prefix and signing name are.
 */
export type ServiceName =
  | 'apigatewayv2'
  | 'application-autoscaling'
  | 'cloudformation'
  | 'cloudfront'
  | 'cloudwatch'
  | 'codebuild'
  | 'codepipeline'
  | 'cognito-idp'
  | 'dynamodb'
  | 'ecr'
  | 'ecs'
  | 'elasticloadbalancingv2'
  | 'eventbridge'
  | 'iam'
  | 'kms'
  | 'lambda'
  | 'logs'
  | 's3'
  | 'sagemaker'
  | 'scheduler'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'stepfunctions'
  | 'sts';
