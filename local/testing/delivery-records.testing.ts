import type { Cloud } from '../cloud/cloud.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

const BUILDSPEC = JSON.stringify({
  version: '0.2',
  phases: { build: { commands: ['echo "<testsuite><testcase name=\'a\'/></testsuite>" > r.xml'] } },
  reports: { tests: { files: ['r.xml'] } },
});

/**
 * Stores a project with a build that has ended and its report, a pipeline whose execution waits for an approval, a stack that a change
 * set has made, and a change set that waits.
 *
 * @param role trusts CodeBuild and CodePipeline, and may do everything
 */
export async function createDeliveryRecords(
  cloud: Pick<Cloud, 'call'>,
  role: string,
): Promise<void> {
  const serviceRole = role;
  const call = <Output>(service: Service, operation: string, input: object) =>
    cloud.call<Output>(ROOT, service, operation, input);
  await call('codebuild', 'CreateProject', {
    name: 'build',
    source: { type: 'NO_SOURCE', buildspec: BUILDSPEC },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
    serviceRole,
  });
  const { build } = await call<{ build: { id: string } }>('codebuild', 'StartBuild', {
    projectName: 'build',
  });
  await until(async () => {
    const { builds } = await call<{ builds: [{ buildComplete: boolean }] }>(
      'codebuild',
      'BatchGetBuilds',
      { ids: [build.id] },
    );
    return builds[0].buildComplete;
  });
  await createPipeline(call, role);
  for (const name of ['made', 'planned']) {
    const change = { StackName: `stack-${name}`, ChangeSetName: 'first' };
    const TemplateBody = template(name);
    await call('cloudformation', 'CreateChangeSet', {
      ...change,
      ChangeSetType: 'CREATE',
      TemplateBody,
    });
    if (name === 'made') await call('cloudformation', 'ExecuteChangeSet', change);
  }
  await until(async () => {
    const { Stacks } = await call<{ Stacks: [{ StackStatus: string }] }>(
      'cloudformation',
      'DescribeStacks',
      { StackName: 'stack-made' },
    );
    return Stacks[0].StackStatus === 'CREATE_COMPLETE';
  });
}

function template(name: string): string {
  const T = { Type: 'AWS::SNS::Topic', Properties: { TopicName: name } };
  return JSON.stringify({ Resources: { T } });
}

function action(category: string, provider: string, more: object): object {
  const actionTypeId = { category, owner: 'AWS', provider, version: '1' };
  return { name: provider, actionTypeId, ...more };
}

type Service = 'cloudformation' | 'codebuild' | 'codepipeline' | 's3';
type Caller = <Output>(service: Service, operation: string, input: object) => Promise<Output>;

async function createPipeline(call: Caller, roleArn: string): Promise<void> {
  await call('s3', 'CreateBucket', { Bucket: 'pipeline' });
  const VersioningConfiguration = { Status: 'Enabled' };
  await call('s3', 'PutBucketVersioning', { Bucket: 'pipeline', VersioningConfiguration });
  await call('s3', 'PutObject', { Bucket: 'pipeline', Key: 's.zip', Body: Buffer.from('zip') });
  await call('codepipeline', 'CreatePipeline', {
    pipeline: {
      name: 'p',
      roleArn,
      artifactStore: { type: 'S3', location: 'pipeline' },
      stages: [
        {
          name: 'Source',
          actions: [
            action('Source', 'S3', {
              configuration: { S3Bucket: 'pipeline', S3ObjectKey: 's.zip' },
              outputArtifacts: [{ name: 'Source' }],
            }),
          ],
        },
        { name: 'Approve', actions: [action('Approval', 'Manual', {})] },
      ],
    },
  });
  await call('codepipeline', 'StartPipelineExecution', { name: 'p' });
  await until(async () => {
    const { actionExecutionDetails } = await call<{ actionExecutionDetails: readonly object[] }>(
      'codepipeline',
      'ListActionExecutions',
      { pipelineName: 'p' },
    );
    return actionExecutionDetails.length === 2;
  });
}

/** Work in processes and files takes real time. */
async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 10));
}
