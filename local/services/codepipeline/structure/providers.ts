/** What a provider of actions takes. */
export interface ProviderRules {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** The fewest and the most artifacts. */
  readonly inputs: readonly [number, number];
  readonly outputs: readonly [number, number];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/structure-action-types.html */
export const ACTION_PROVIDERS: Readonly<Record<string, ProviderRules>> = {
  'Source AWS CodeStarSourceConnection': {
    required: ['ConnectionArn', 'FullRepositoryId', 'BranchName'],
    optional: ['DetectChanges', 'OutputArtifactFormat'],
    inputs: [0, 0],
    outputs: [1, 1],
  },
  'Source AWS CodeCommit': {
    required: ['RepositoryName', 'BranchName'],
    optional: ['OutputArtifactFormat', 'PollForSourceChanges'],
    inputs: [0, 0],
    outputs: [1, 1],
  },
  'Source AWS S3': {
    required: ['S3Bucket', 'S3ObjectKey'],
    optional: ['AllowOverrideForS3ObjectKey', 'PollForSourceChanges'],
    inputs: [0, 0],
    outputs: [1, 1],
  },
  ...forBuilds('Build'),
  ...forBuilds('Test'),
  'Compute AWS Commands': {
    required: [],
    optional: ['ComputeType', 'EnvironmentType'],
    inputs: [1, 10],
    outputs: [0, 1],
  },
  'Approval AWS Manual': {
    required: [],
    optional: ['CustomData', 'ExternalEntityLink', 'NotificationArn'],
    inputs: [0, 0],
    outputs: [0, 0],
  },
  'Invoke AWS StepFunctions': {
    required: ['StateMachineArn'],
    optional: ['ExecutionNamePrefix', 'Input', 'InputType'],
    inputs: [0, 1],
    outputs: [0, 1],
  },
  'Invoke AWS Lambda': {
    required: ['FunctionName'],
    optional: ['UserParameters'],
    inputs: [0, 5],
    outputs: [0, 5],
  },
};

function forBuilds(category: string): Readonly<Record<string, ProviderRules>> {
  return {
    [`${category} AWS CodeBuild`]: {
      required: ['ProjectName'],
      optional: [
        'BatchEnabled',
        'BuildspecOverride',
        'CombineArtifacts',
        'EnvironmentVariables',
        'PrimarySource',
        'ServiceRoleArnOverride',
      ],
      inputs: [1, 5],
      outputs: [0, 5],
    },
  };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html */
export const RULE_PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  CloudWatchAlarm: ['AlarmName'],
  CodeBuild: ['ProjectName'],
  Commands: [],
  DeploymentWindow: ['Cron'],
  LambdaInvoke: ['FunctionName'],
  VariableCheck: ['Operator', 'Value', 'Variable'],
};
