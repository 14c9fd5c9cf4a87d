import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnParameter as SsmParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { DeliveryPlan } from '../../delivery/index.ts';
import { nameProjectParameter, type ProjectParameter } from '../../events/index.ts';
import { addEnvironmentDelivery } from '../../infra/delivery/add-delivery.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { nameParts } from '../../workflows/index.ts';

/** What commits change: all that a stack of a project is made of, in a second. */
export interface SmallModels {
  /** The display name of the topic. */
  readonly workflow: string;
  /** The metric of a reference training. */
  readonly mse: number;
  /** A file of the image. */
  readonly image: string;
}

/** Synthesizes an app with the real stacks of a delivery, and small ones for its project. */
export function synthesizeModels(plan: DeliveryPlan, models: SmallModels, outdir: string): void {
  // The CDK remembers the hash of a folder in this process.
  const context = join(outdir, '..', `image-${models.image}`);
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, 'Dockerfile'), `FROM python:3.12\nENV A=${models.image}\n`);
  const app = new App({ outdir, analyticsReporting: false });
  for (const [name, env] of Object.entries(plan.environments)) {
    const stage = new Stage(app, name, { env });
    const project = new Stack(stage, `stepmill-${name}-abalone`, {
      stackName: `stepmill-${name}-abalone`,
    });
    addProject(project, name, models, context);
    addEnvironmentDelivery(stage, name, { plan, projects: [abalone] });
  }
  app.synth();
  writeFileSync(join(outdir, 'delivery.json'), JSON.stringify(plan));
}

function addProject(
  stack: Stack,
  environment: string,
  { mse, workflow }: SmallModels,
  directory: string,
): void {
  void new DockerImageAsset(stack, 'Image', { directory, displayName: 'predictor-http' });
  const names = nameParts(environment, abalone.name, abalone.registry.modelPackageGroup);
  const topic = new CfnTopic(stack, 'Topic', {
    topicName: `${environment}-abalone`,
    displayName: workflow,
  });
  const bucketName = `stepmill-${environment}-abalone-data`;
  void new CfnBucket(stack, 'Bucket', {
    bucketName,
    versioningConfiguration: { status: 'Enabled' },
  });
  void new CfnAlarm(stack, 'Alarm', {
    alarmName: `stepmill-${environment}-abalone-failures`,
    namespace: 'Stepmill',
    metricName: 'Failures',
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 1,
    threshold: 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'ignore',
  });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  const Done = { Type: 'Pass', Result: { metrics: { mse: { value: mse } } }, End: true };
  const machine = (id: string, stateMachineName: string) =>
    new CfnStateMachine(stack, id, {
      stateMachineName,
      roleArn: role.roleArn,
      definitionString: JSON.stringify({ StartAt: 'Done', States: { Done } }),
    }).attrArn;
  const parameter: ProjectParameter = {
    project: abalone.name,
    environment,
    bucket: bucketName,
    incomingPrefix: 'incoming/abalone/',
    claimsTable: 'claims',
    trainingStateMachineArn: machine('Training', names.trainingStateMachine),
    promotionStateMachineArn: machine('Promotion', names.promotionStateMachine),
    modelPackageGroupName: 'group',
    endpointName: names.qualified,
    topicArn: topic.ref,
  };
  void new SsmParameter(stack, 'Parameter', {
    name: nameProjectParameter(environment, abalone.name),
    type: 'String',
    value: stack.toJsonString(parameter),
  });
}
