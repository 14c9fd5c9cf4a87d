/** The AWS managed policies whose documents this runtime has, with their paths. */
export const AWS_POLICY_NAMES = [
  'service-role/AWSLambdaBasicExecutionRole',
  'service-role/AWSLambdaSQSQueueExecutionRole',
  'service-role/AWSLambdaVPCAccessExecutionRole',
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  'AWSXRayDaemonWriteAccess',
  'CloudWatchLambdaInsightsExecutionRolePolicy',
  'AmazonS3ReadOnlyAccess',
  'CloudWatchReadOnlyAccess',
  'AmazonS3FullAccess',
  'AmazonSQSFullAccess',
  'AmazonSNSFullAccess',
  'AmazonDynamoDBFullAccess',
  'AWSStepFunctionsFullAccess',
  'CloudWatchLogsFullAccess',
  'CloudWatchFullAccess',
  'AmazonSSMReadOnlyAccess',
  'AmazonEC2ContainerRegistryReadOnly',
  'AmazonECSInfrastructureRolePolicyForLoadBalancers',
  'AmazonSageMakerFullAccess',
  'AmazonSageMakerReadOnly',
  'AWSCloudFormationReadOnlyAccess',
  'ReadOnlyAccess',
  'AdministratorAccess',
] as const;

const AWS_POLICY = /^arn:aws:iam::aws:policy\/((?:[\w+=,.@-]{1,128}\/)*[\w+=,.@-]{1,128})$/;

/** The path and name of an AWS managed policy that this runtime lacks; undefined for any other ARN. */
export function nameUnknownPolicy(arn: string): string | undefined {
  const name = AWS_POLICY.exec(arn)?.[1];
  return (AWS_POLICY_NAMES as readonly string[]).includes(name ?? '') ? undefined : name;
}
