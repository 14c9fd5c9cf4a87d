import { Stack, type StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { layOutKeys, nameProjectParameter, type ProjectParameter } from '../events/index.ts';
import { findInstances, type Project } from '../projects/index.ts';
import {
  ClaimsTable,
  nameParts,
  type ProjectResources,
  PromotionWorkflow,
  TrainingWorkflow,
  TrialWorkflow,
  UnclaimedUploadsWorkflow,
} from '../workflows/index.ts';
import { ProjectAlarms } from './alarms.ts';
import { ownCleanerLogs } from './cleaner-logs.ts';
import { packCode } from './code-archive.ts';
import { ProjectDashboard } from './dashboard.ts';
import { EndpointLogs } from './endpoint-logs.ts';
import { Handlers } from './handlers.ts';
import { FrameworkImages } from './images.ts';
import { JobRoles } from './job-roles.ts';
import { type Subscriber, subscribe } from './notify.ts';
import { outputNeededQuotas } from './quotas.ts';
import { Registry } from './registry.ts';
import { applyRetention } from './retention.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { ProjectRules } from './rules.ts';
import { ProjectStorage } from './storage.ts';
import { TrialAlarms } from './trial-alarms.ts';

export interface ProjectStackProps extends StackProps {
  readonly project: Project;
  readonly environment: string;
  /** Whether data and models outlive the stack. */
  readonly retain: boolean;
  /** Who is notified by the project's topic. @default only what subscribes by itself */
  readonly notify?: readonly Subscriber[];
  /** The commit that is deployed, for the registry. */
  readonly commit?: string;
}

/** Everything one project needs in one environment; shares nothing with other projects. */
export class ProjectStack extends Stack {
  /** The least number of instances behind the endpoint; undefined of a serverless one. */
  readonly instanceCount: number | undefined;

  constructor(scope: Construct, id: string, props: ProjectStackProps) {
    super(scope, id, props);
    const { project, environment } = props;
    const instances = findInstances(project.serving);
    this.instanceCount = instances?.autoscaling?.minimumInstances ?? instances?.instanceCount;
    const names = nameParts(environment, project.name, project.registry.modelPackageGroup);
    const keys = layOutKeys(project.name);
    const storage = new ProjectStorage(this, 'Storage', {
      retain: props.retain,
      keys,
      retention: project.retention,
    });
    subscribe(storage.topic, props.notify ?? []);
    const { code, assets } = packCode(this, project, props.commit);
    const images = new FrameworkImages(this);
    const rollback = new RollbackAlarms(this, 'RollbackAlarms', { project, names });
    const roles = new JobRoles(this, 'JobRoles', {
      storage,
      keys,
      assets,
      images,
      project,
      names,
      rollbackAlarmNames: rollback.names,
    });
    const handlers = new Handlers(this, 'Handlers', {
      storage,
      keys,
      names,
      retain: props.retain,
    });
    const registry = new Registry(this, 'Registry', { names, teardown: handlers.teardown, roles });
    // The endpoint is gone before its log: a container that still writes would make the group again.
    registry.node.addDependency(new EndpointLogs(this, 'EndpointLogs', { names }));
    const trial = instances?.trial;
    const trialAlarms =
      instances?.trial === undefined
        ? []
        : new TrialAlarms(this, 'TrialAlarms', { bounds: instances.alarms, names }).alarms;
    const { table: claims } = new ClaimsTable(this, 'Claims', { retain: props.retain });
    const resources: ProjectResources = {
      project,
      names,
      keys,
      code,
      bucket: storage.bucket,
      claims,
      topic: storage.topic,
      jobRoles: roles.jobRoles,
      servingRole: roles.servingRole,
      inspectDataset: handlers.inspectDataset,
      smokeTest: handlers.smokeTest,
      processingImage: images.uri(project.processing.framework),
      trainingImage: images.uri(project.training.framework),
      rollbackAlarmNames: rollback.names,
      // The names, not references to the alarms, which the definition would need one by one.
      trialAlarmNames: trialAlarms.map((alarm) => alarm.alarmName),
    };

    const training = new TrainingWorkflow(this, 'Training', resources).stateMachine;
    const promotion = new PromotionWorkflow(this, 'Promotion', resources).stateMachine;
    const unclaimed = new UnclaimedUploadsWorkflow(this, 'UnclaimedUploads', resources)
      .stateMachine;
    const clock =
      trial === undefined
        ? undefined
        : new TrialWorkflow(this, 'Trial', { resources, trial }).stateMachine;
    const machines = [training, promotion, unclaimed, ...(clock === undefined ? [] : [clock])];
    for (const machine of [training, promotion]) machine.node.addDependency(registry);
    const rules = new ProjectRules(this, 'Rules', {
      resources,
      training,
      promotion,
      unclaimed,
      observed: machines.filter((machine) => machine !== unclaimed),
      observer: handlers.observer,
      deadLetters: storage.deadLetters,
    });
    const alarms = new ProjectAlarms(this, 'Alarms', {
      names,
      topic: storage.topic,
      machines,
      rules: rules.rules,
      deadLetters: storage.deadLetters,
    });
    new ProjectDashboard(this, 'Dashboard', {
      names,
      serving: project.serving,
      machines,
      alarms: [...alarms.alarms, ...rollback.alarms, ...trialAlarms],
    });

    ownCleanerLogs(this);
    if (props.retain) roles.retainServingRole();
    applyRetention(this, props.retain);
    outputNeededQuotas(this, project);

    const parameter: ProjectParameter = {
      project: project.name,
      environment,
      bucket: storage.bucket.bucketName,
      incomingPrefix: keys.incoming,
      claimsTable: claims.tableName,
      trainingStateMachineArn: training.stateMachineArn,
      promotionStateMachineArn: promotion.stateMachineArn,
      ...(clock === undefined ? {} : { trialStateMachineArn: clock.stateMachineArn }),
      modelPackageGroupName: names.modelPackageGroup,
      endpointName: names.endpoint,
      topicArn: storage.topic.topicArn,
    };
    new StringParameter(this, 'Parameter', {
      parameterName: nameProjectParameter(environment, project.name),
      description: `Where commands find the parts of ${names.qualified}`,
      stringValue: this.toJsonString(parameter),
    });
  }
}
