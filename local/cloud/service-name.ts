/**
 * The services that this runtime has, one folder each in `local/services/`. The SageMaker runtime API
 * (InvokeEndpoint) is part of `sagemaker`, as its IAM prefix and signing name are.
 */
export type ServiceName =
  | 'application-autoscaling'
  | 'cloudformation'
  | 'cloudwatch'
  | 'dynamodb'
  | 'eventbridge'
  | 'iam'
  | 'lambda'
  | 'logs'
  | 's3'
  | 'sagemaker'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'stepfunctions'
  | 'sts';
