import { Annotations, CfnOutput, CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { z } from 'zod';

/** What holds data that nothing can make again. */
const dataTypes: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SageMaker::ModelPackageGroup',
]);

/** Whether the environment is one that people's work depends on: `prod`, `production`, `prodeu`. */
export function isProduction(environment: string): boolean {
  return environment.startsWith('prod');
}

/** What `cdk -c retain=… -c destroyData=…` said. */
export interface RetentionContext {
  readonly environment: string;
  readonly retain?: boolean | undefined;
  readonly destroyData?: string | undefined;
}

/**
 * Whether data and models outlive the stack. Production keeps them, unless the command names the
 * environment whose data it gives up.
 *
 * @throws ZodError that says what to pass
 */
export function decideRetention({ environment, retain, destroyData }: RetentionContext): boolean {
  if (destroyData !== undefined && destroyData !== environment) {
    refuse(
      'destroyData',
      `is "${destroyData}", but the environment is "${environment}"; nothing was synthesized.`,
    );
  }
  if (!isProduction(environment)) return retain ?? false;
  if (retain !== false) return true;
  if (destroyData === environment) return false;
  return refuse(
    'retain',
    `is false, but "${environment}" is a production environment: deleting its stack would delete its data, models and logs. To allow that, pass -c retain=false -c destroyData=${environment}.`,
  );
}

function refuse(name: string, message: string): never {
  throw new z.ZodError([{ code: 'custom', path: ['context', name], input: undefined, message }]);
}

/** Makes CloudFormation keep what holds data, and says so at synth and in the stack's outputs. */
export function applyRetention(stack: Stack, retained: boolean): void {
  if (retained) {
    for (const resource of stack.node.findAll()) {
      if (!(resource instanceof CfnResource) || !dataTypes.has(resource.cfnResourceType)) continue;
      // A deployment that fails leaves nothing of its own in the way of the next one.
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
    Annotations.of(stack).addInfo(
      'Data, models, the endpoint and logs are kept when this stack is deleted. See docs/aws.md.',
    );
  }
  new CfnOutput(stack, 'DataWhenDeleted', {
    description: 'What becomes of data, models, endpoint and logs when the stack is deleted',
    value: retained ? 'kept' : 'deleted',
  });
}
