import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { nameBucketKey } from '../bucket-key.ts';
import { executionHash, jsonata, object, quote, uniqueName } from '../jsonata.ts';
import type { ProjectResources, ScoringResources } from '../project-resources.ts';
import { modelPackageArns, sagemakerArn } from '../sagemaker-arn.ts';
import {
  CreateJob,
  callService,
  isCompleted,
  jobTimeout,
  noShortage,
  passToSageMaker,
  retryJob,
} from '../tasks/index.ts';

/** The model of this execution: the package's containers with a role that reads rows and writes answers. */
const modelName = (prefix: string) => jsonata(`${quote(prefix)} & ${executionHash}`);

/** Makes the model that scores. A retried or redriven creation finds the one it made. */
export function createModel(
  scope: Construct,
  { names }: ProjectResources,
  { modelRole }: ScoringResources,
): CallAwsService {
  const prefix = names.jobPrefix('score');
  return callService(scope, 'Create scoring model', {
    service: 'sagemaker',
    action: 'createModel',
    resources: [sagemakerArn(scope, 'model', `${prefix}*`)],
    arguments: {
      ModelName: modelName(prefix),
      ExecutionRoleArn: modelRole.roleArn,
      Containers: [{ ModelPackageName: jsonata('$package.arn') }],
    },
    assign: { hasModel: true },
    statements: [
      passToSageMaker(modelRole),
      new PolicyStatement({
        actions: ['sagemaker:DescribeModelPackage'],
        resources: modelPackageArns(scope, names),
      }),
    ],
  });
}

/** Removes it. A model costs nothing, but a thousand of them are hard to read. */
export function removeModel(
  scope: Construct,
  id: string,
  { names }: ProjectResources,
): CallAwsService {
  const prefix = names.jobPrefix('score');
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'deleteModel',
    resources: [sagemakerArn(scope, 'model', `${prefix}*`)],
    arguments: { ModelName: modelName(prefix) },
    assign: { hasModel: false },
  });
}

/**
 * Lets the model answer the rows. The answers of a file are in the order of its rows:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
 */
export function scoreRows(
  scope: Construct,
  resources: ProjectResources,
  { settings }: ScoringResources,
): CreateJob {
  const prefix = resources.names.jobPrefix('score');
  const job = new CreateJob(scope, 'Score rows', {
    kind: 'transform',
    namePrefix: prefix,
    role: undefined,
    // A transform job has no limit of its own; the state stops it.
    taskTimeout: jobTimeout(settings.timeoutSeconds),
    arguments: {
      TransformJobName: jsonata(uniqueName(prefix)),
      ModelName: modelName(prefix),
      BatchStrategy: 'MultiRecord',
      TransformInput: {
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: jsonata('$batch.uri & "input/rows.csv"'),
          },
        },
        ContentType: 'text/csv',
        CompressionType: 'None',
        SplitType: 'Line',
      },
      TransformOutput: {
        S3OutputPath: jsonata('$batch.uri & "answers"'),
        Accept: 'text/csv',
        AssembleWith: 'Line',
        ...nameBucketKey(resources),
      },
      TransformResources: { InstanceType: settings.instanceType, InstanceCount: 1 },
    },
    assign: {
      scored: jsonata(
        isCompleted(
          'TransformJobStatus',
          object({ job: '$states.result.TransformJobName' }),
          'Score rows',
        ),
      ),
      answersFile: 'answers/rows.csv.out',
      ...noShortage,
    },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return job;
}
