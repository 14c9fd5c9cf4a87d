import { Annotations, CfnOutput, CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';

/** Resources with data that cannot be created again. */
const dataTypes: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SageMaker::ModelPackageGroup',
]);

/** Whether the environment is a production environment: `prod`, `production`, `prodeu`. */
export function isProduction(environment: string): boolean {
  return environment.startsWith('prod');
}

/** The settings `cdk -c retain=… -c destroyData=…`. */
export interface RetentionContext {
  readonly environment: string;
  readonly retain?: boolean | undefined;
  readonly destroyData?: string | undefined;
}

/**
 * Whether data and models outlive the stack, of a context without mistakes. Production keeps them, unless
 * the command names the environment whose data may be deleted.
 */
export function decideRetention({ environment, retain }: RetentionContext): boolean {
  return retain ?? isProduction(environment);
}

/** Contradictions in the context: each message begins with its `-c` and says what to pass. */
export function findRetentionMistakes(context: RetentionContext): readonly string[] {
  const { environment, retain, destroyData } = context;
  if (destroyData !== undefined && destroyData !== environment) {
    return [
      `-c destroyData: is "${destroyData}", but the environment is "${environment}". Name the environment that is deployed, or leave destroyData out.`,
    ];
  }
  if (!isProduction(environment) || retain !== false || destroyData === environment) return [];
  return [
    `-c retain: is false, but "${environment}" is a production environment: deleting its stack would delete its data, models and logs. To allow that, pass -c retain=false -c destroyData=${environment}.`,
  ];
}

/** Whether the bucket holds what a deployment makes again, as the site of the console: the CDK refuses to keep it then. */
function isEmptied({ node }: CfnResource): boolean {
  return node.scope?.node.tryFindChild('AutoDeleteObjectsCustomResource') !== undefined;
}

/** Makes CloudFormation keep the resources with data, and reports it at synth and in the stack's outputs. */
export function applyRetention(stack: Stack, retained: boolean): void {
  if (retained) {
    for (const resource of stack.node.findAll()) {
      if (!(resource instanceof CfnResource) || !dataTypes.has(resource.cfnResourceType)) continue;
      if (isEmptied(resource)) continue;
      // The resources of a failed deployment are deleted, so that they do not block the next one.
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
    Annotations.of(stack).addInfo(
      'Data, models, the endpoint and logs are kept when this stack is deleted. See docs/deploy.md.',
    );
  }
  new CfnOutput(stack, 'DataWhenDeleted', {
    description: 'Whether data, models, endpoint and logs are kept when the stack is deleted',
    value: retained ? 'kept' : 'deleted',
  });
}
