import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { findInstances, isEndpoint, KIT_FOLDER, type Project } from '../definition/index.ts';
import { layOutKeys, nameProjectParameter, type ProjectParameter } from '../events/index.ts';
import {
  ClaimsTable,
  describePlace,
  describesBaseline,
  type MonitoringResources,
  MonitoringWorkflow,
  type Names,
  nameParts,
  type ProjectResources,
  PromotionWorkflow,
  type RetrainingResources,
  RetrainingWorkflow,
  type ScoringResources,
  ScoringWorkflow,
  type ServingFunction,
  TrainingWorkflow,
  TrialWorkflow,
  UnclaimedUploadsWorkflow,
} from '../workflows/index.ts';
import { ProjectAlarms } from './alarms.ts';
import { ownCleanerLogs } from './cleaner-logs.ts';
import { packCode } from './code-archive.ts';
import { ProjectDashboard } from './dashboard.ts';
import { DriftAlarms } from './drift-alarms.ts';
import { EndpointLogs } from './endpoint-logs.ts';
import { Handlers } from './handlers.ts';
import { FrameworkImages } from './images.ts';
import { JobCompute } from './job-compute.ts';
import type { JobNetworkSetting } from './job-network.ts';
import { JobRoles } from './job-roles.ts';
import { ModelService, type ModelServiceProps } from './model-service.ts';
import { packMonitoring } from './monitoring-archive.ts';
import { type Subscriber, subscribe } from './notify.ts';
import { exportNames } from './project-exports.ts';
import { outputNeededQuotas } from './quotas.ts';
import { Registry } from './registry.ts';
import { applyRetention } from './retention.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { ProjectRules } from './rules.ts';
import { WorkflowSchedule } from './schedules.ts';
import { ModelFunction, type ModelFunctionProps } from './serving-function.ts';
import { ProjectStorage } from './storage.ts';
import { TrialAlarms } from './trial-alarms.ts';

export interface ProjectStackProps extends StackProps {
  readonly project: Project;
  readonly environment: string;
  /** Whether the data and the models are kept when the stack is deleted. */
  readonly retain: boolean;
  /** Who is notified by the project's topic. @default only what subscribes by itself */
  readonly notify?: readonly Subscriber[];
  /** The commit that is deployed, for the registry. */
  readonly commit?: string;
  /** The network of tasks on Fargate. @default two public subnets of their own */
  readonly jobNetwork?: JobNetworkSetting;
}

/** Everything one project needs in one environment; shares nothing with other projects. */
export class ProjectStack extends Stack {
  /** The least number of instances behind the endpoint; undefined of a serverless one. */
  readonly instanceCount: number | undefined;

  constructor(scope: Construct, id: string, props: ProjectStackProps) {
    super(scope, id, props);
    const { project, environment, retain } = props;
    const instances = findInstances(project.serving);
    this.instanceCount = instances?.autoscaling?.minimumInstances ?? instances?.instanceCount;
    const names = nameParts(environment, project.name, project.registry.modelPackageGroup);
    const keys = layOutKeys(project.name);
    const storage = new ProjectStorage(this, 'Storage', {
      retain,
      keys,
      retention: project.retention,
      scoredDays: project.scoring?.keepDays,
    });
    subscribe(storage.topic, props.notify ?? []);
    const { code, assets } = packCode(this, project, props.commit);
    const images = new FrameworkImages(this);
    const watching = isWatched(project) ? packMonitoring(this) : undefined;
    const containers = createService(this, project, { names, keys, bucket: storage.bucket });
    const service = containers?.resources;
    const rollback = new RollbackAlarms(this, 'RollbackAlarms', { project, names, service });
    const { table: claims } = new ClaimsTable(this, 'Claims', { retain });
    const roles = new JobRoles(this, 'JobRoles', {
      storage,
      claims,
      keys,
      assets,
      watchingAsset: watching?.asset,
      images,
      project,
      names,
      rollbackAlarmNames: rollback.names,
    });
    const serving = createFunction(this, props, { names, keys, storage });
    const handlers = new Handlers(this, 'Handlers', {
      serving,
      service,
      storage,
      keys,
      names,
      layout: project.dataset.layout,
      scores: project.scoring !== undefined,
      monitors: project.monitoring !== undefined,
      retraining: project.retraining,
      retain,
    });
    const registry = new Registry(this, 'Registry', { names, teardown: handlers.teardown, roles });
    // The endpoint is deleted before its log group: a container that still writes would create it again.
    if (isEndpoint(project.serving)) {
      registry.node.addDependency(new EndpointLogs(this, 'EndpointLogs', { names }));
    }
    // The service is removed before what it stands on.
    if (containers !== undefined) registry.node.addDependency(containers);
    const trialAlarms = this.#createTrialAlarms(project, names);
    const workflows = this.#createWorkflows(
      {
        project,
        names,
        keys,
        code,
        bucket: storage.bucket,
        claims,
        topic: storage.topic,
        jobRoles: roles.jobRoles,
        compute: this.#createCompute(props, names, roles),
        servingRole: roles.servingRole,
        serving,
        service,
        inspectDataset: handlers.inspectDataset,
        folderHandlers: handlers.folder,
        smokeTest: handlers.smokeTest,
        scoring: gatherScoring(project, handlers, roles),
        monitoring: gatherMonitoring(project, handlers, roles),
        retraining: gatherRetraining(project, handlers),
        watchingCode: watching?.code,
        processingImage: images.uri(project.processing.framework),
        trainingImage: images.uri(project.training.framework),
        rollbackAlarmNames: rollback.names,
        // The names, not references to the alarms, which the definition would need one by one.
        trialAlarmNames: trialAlarms.map((alarm) => alarm.alarmName),
      },
      registry,
    );
    this.#watch(workflows, { storage, handlers, alarms: [...rollback.alarms, ...trialAlarms] });

    ownCleanerLogs(this);
    if (retain) roles.retainServingRole();
    applyRetention(this, retain);
    outputNeededQuotas(this, project);
    exportNames(this, {
      environment,
      project: project.name,
      bucketName: storage.bucket.bucketName,
      claimsTableName: claims.tableName,
      servingApiId: service?.api.id,
    });
    this.#describe(workflows, environment);
  }

  #createCompute(
    { project, jobNetwork = 'public' }: ProjectStackProps,
    names: Names,
    { jobRoles }: JobRoles,
  ): ProjectResources['compute'] {
    const props = { project, names, jobRoles, network: jobNetwork };
    return new JobCompute(this, 'JobCompute', props).byStep;
  }

  #createTrialAlarms({ serving }: Project, names: Names): readonly Alarm[] {
    const instances = findInstances(serving);
    if (instances?.trial === undefined) return [];
    return new TrialAlarms(this, 'TrialAlarms', { bounds: instances.alarms, names }).alarms;
  }

  #createWorkflows(resources: ProjectResources, registry: Registry): Workflows {
    const training = new TrainingWorkflow(this, 'Training', resources).stateMachine;
    const promotion = new PromotionWorkflow(this, 'Promotion', resources).stateMachine;
    const unclaimed = new UnclaimedUploadsWorkflow(this, 'UnclaimedUploads', resources)
      .stateMachine;
    const trial = findInstances(resources.project.serving)?.trial;
    const clock =
      trial === undefined
        ? undefined
        : new TrialWorkflow(this, 'Trial', { resources, trial }).stateMachine;
    for (const machine of [training, promotion]) machine.node.addDependency(registry);
    return {
      resources,
      training,
      promotion,
      unclaimed,
      clock,
      scoring: this.#createScoring(resources, registry),
      monitoring: this.#createMonitoring(resources, registry),
      retraining: this.#createRetraining(resources, registry),
    };
  }

  #createRetraining(resources: ProjectResources, registry: Registry): StateMachine | undefined {
    const { retraining } = resources;
    if (retraining === undefined) return undefined;
    const { stateMachine } = new RetrainingWorkflow(this, 'Retraining', { resources, retraining });
    stateMachine.node.addDependency(registry);
    return stateMachine;
  }

  #createMonitoring(resources: ProjectResources, registry: Registry): StateMachine | undefined {
    const { monitoring } = resources;
    if (monitoring === undefined) return undefined;
    const { stateMachine } = new MonitoringWorkflow(this, 'Monitoring', { resources, monitoring });
    stateMachine.node.addDependency(registry);
    return stateMachine;
  }

  #createScoring(resources: ProjectResources, registry: Registry): StateMachine | undefined {
    const { scoring } = resources;
    if (scoring === undefined) return undefined;
    const { stateMachine } = new ScoringWorkflow(this, 'Scoring', { resources, scoring });
    stateMachine.node.addDependency(registry);
    return stateMachine;
  }

  /** Rules, alarms and the dashboard. */
  #watch(workflows: Workflows, { storage, handlers, alarms: others }: Watched): void {
    const { resources, training, promotion, unclaimed, monitoring, scoring, retraining } =
      workflows;
    const optional = [workflows.clock, scoring, monitoring, retraining].filter(
      (machine) => machine !== undefined,
    );
    const machines = [training, promotion, unclaimed, ...optional];
    const { names, project } = resources;
    const { deadLetters, topic } = storage;
    const { rules } = new ProjectRules(this, 'Rules', {
      resources,
      training,
      promotion,
      unclaimed,
      scoring,
      retraining,
      observed: machines.filter((machine) => machine !== unclaimed),
      observer: handlers.observer,
      deadLetters,
    });
    const { alarms } = new ProjectAlarms(this, 'Alarms', {
      names,
      topic,
      machines,
      rules,
      deadLetters,
    });
    this.#scheduleScoring(workflows, deadLetters);
    this.#scheduleMonitoring(workflows, deadLetters);
    this.#scheduleRetraining(workflows, deadLetters);
    const drift =
      monitoring === undefined ? [] : new DriftAlarms(this, 'DriftAlarms', { names }).alarms;
    new ProjectDashboard(this, 'Dashboard', {
      names,
      serving: project.serving,
      service: resources.service,
      machines,
      alarms: [...alarms, ...others, ...drift],
    });
  }

  #scheduleScoring({ resources, scoring }: Workflows, deadLetters: IQueue): void {
    const { bucket, keys, names, project } = resources;
    const schedule = project.scoring?.schedule;
    if (scoring === undefined || schedule === undefined) return;
    const key = `${keys.scoring}${schedule.file}`;
    new WorkflowSchedule(this, 'ScoringSchedule', {
      name: names.scoringStateMachine,
      description: `Scores ${key}`,
      schedule,
      machine: scoring,
      input: {
        eventId: '<aws.scheduler.scheduled-time>',
        bucket: bucket.bucketName,
        object: { key },
      },
      deadLetters,
    });
  }

  #scheduleMonitoring({ resources, monitoring }: Workflows, deadLetters: IQueue): void {
    const { names, project } = resources;
    if (monitoring === undefined || project.monitoring === undefined) return;
    new WorkflowSchedule(this, 'MonitoringSchedule', {
      name: names.monitoringStateMachine,
      description: `Judges what ${names.endpoint} was asked and answered`,
      schedule: project.monitoring.schedule,
      machine: monitoring,
      input: {
        eventId: '<aws.scheduler.scheduled-time>',
        scheduledTime: '<aws.scheduler.scheduled-time>',
      },
      deadLetters,
    });
    if (project.monitoring.labelHours === 0) return;
    new WorkflowSchedule(this, 'LabelsSchedule', {
      name: `${names.monitoringStateMachine}-labels`,
      description: `Judges what ${names.endpoint} answered ${project.monitoring.labelHours} hours before, when its labels are due`,
      schedule: project.monitoring.schedule,
      machine: monitoring,
      input: {
        eventId: 'labels-<aws.scheduler.scheduled-time>',
        scheduledTime: '<aws.scheduler.scheduled-time>',
        labelsDue: true,
      },
      deadLetters,
    });
  }

  #scheduleRetraining({ resources, retraining }: Workflows, deadLetters: IQueue): void {
    const { names, project } = resources;
    const schedule = project.retraining?.schedule;
    if (retraining === undefined || schedule === undefined) return;
    new WorkflowSchedule(this, 'RetrainingSchedule', {
      name: names.retrainingStateMachine,
      description: `Decides whether to train ${names.qualified} again`,
      schedule,
      machine: retraining,
      input: { eventId: '<aws.scheduler.scheduled-time>', trigger: 'schedule' },
      deadLetters,
    });
  }

  /** Writes the parameter in which commands find the parts of the project. */
  #describe(workflows: Workflows, environment: string): void {
    const { resources, training, promotion, clock } = workflows;
    const { project, names, keys, bucket, claims, topic } = resources;
    const parameter: ProjectParameter = {
      project: project.name,
      environment,
      bucket: bucket.bucketName,
      incomingPrefix: keys.incoming,
      ...(project.code === KIT_FOLDER && project.training.algorithm !== undefined
        ? { kit: { problem: project.problem, algorithm: project.training.algorithm } }
        : {}),
      ...(project.dataset.layout === 'folder' ? { folder: folderOf(project.dataset) } : {}),
      claimsTable: claims.tableName,
      trainingStateMachineArn: training.stateMachineArn,
      promotionStateMachineArn: promotion.stateMachineArn,
      ...(clock === undefined ? {} : { trialStateMachineArn: clock.stateMachineArn }),
      ...describeScoring(workflows),
      ...describeMonitoring(workflows),
      ...describeRetraining(workflows),
      modelPackageGroupName: names.modelPackageGroup,
      endpointName: names.endpoint,
      ...describeServing(workflows),
      topicArn: topic.topicArn,
    };
    new StringParameter(this, 'Parameter', {
      parameterName: nameProjectParameter(environment, project.name),
      description: `Where commands find the parts of ${names.qualified}`,
      stringValue: this.toJsonString(parameter),
    });
  }
}

/** The state machines of a project. */
interface Workflows {
  readonly resources: ProjectResources;
  readonly training: StateMachine;
  readonly promotion: StateMachine;
  readonly unclaimed: StateMachine;
  /** The state machine that ends trials; undefined for a project without trials. */
  readonly clock: StateMachine | undefined;
  /** The state machine that scores files; undefined for a project that scores none. */
  readonly scoring: StateMachine | undefined;
  /** The state machine that watches the live model; undefined for a project that does not. */
  readonly monitoring: StateMachine | undefined;
  /** The state machine that decides whether to train again; undefined for a project that only people train. */
  readonly retraining: StateMachine | undefined;
}

interface Watched {
  readonly storage: ProjectStorage;
  readonly handlers: Handlers;
  /** The alarms of the endpoint, for the dashboard. */
  readonly alarms: readonly Alarm[];
}

function folderOf({ marker }: Project['dataset']): NonNullable<ProjectParameter['folder']> {
  return marker === undefined ? {} : { marker };
}

function gatherScoring(
  { scoring: settings }: Project,
  { scoring: handlers }: Handlers,
  {
    scoringRole: modelRole,
    watchingRoles: { explain: explainRole, measure: measureRole },
  }: JobRoles,
): ScoringResources | undefined {
  if (settings === undefined || handlers === undefined || modelRole === undefined) return undefined;
  return { settings, ...handlers, modelRole, explainRole, measureRole };
}

function gatherMonitoring(
  { monitoring: settings }: Project,
  { gatherCaptures }: Handlers,
  { watchingRoles: { monitor: role } }: JobRoles,
): MonitoringResources | undefined {
  if (settings === undefined || gatherCaptures === undefined || role === undefined)
    return undefined;
  return { settings, gatherCaptures, role };
}

function gatherRetraining(
  { retraining: settings }: Project,
  { retraining: handlers }: Handlers,
): RetrainingResources | undefined {
  if (settings === undefined || handlers === undefined) return undefined;
  return { settings, ...handlers };
}

/** The function of a project whose models serve on Lambda. */
function createFunction(
  scope: Construct,
  { project, retain }: ProjectStackProps,
  parts: Pick<ModelFunctionProps, 'names' | 'keys' | 'storage'>,
): ServingFunction | undefined {
  const { serving } = project;
  if (serving.type !== 'lambda') return undefined;
  const props = { ...parts, project, serving, retain };
  return new ModelFunction(scope, 'ModelFunction', props).resources;
}

/** What a project stands on whose models serve in containers. */
function createService(
  scope: Construct,
  { serving }: Project,
  parts: Pick<ModelServiceProps, 'names' | 'keys' | 'bucket'>,
): ModelService | undefined {
  if (serving.type !== 'container') return undefined;
  return new ModelService(scope, 'ModelService', { ...parts, serving });
}

function describeServing({ resources }: Workflows): Pick<ProjectParameter, 'serving'> {
  const serving = describePlace(resources);
  return serving === undefined ? {} : { serving };
}

/** Whether jobs compare what the model is asked with what it was trained on. */
function isWatched(project: Project): boolean {
  return describesBaseline(project) && (project.scoring ?? project.monitoring) !== undefined;
}

function describeScoring({ resources, scoring }: Workflows): Pick<ProjectParameter, 'scoring'> {
  const { keys, project } = resources;
  if (scoring === undefined) return {};
  return {
    scoring: {
      stateMachineArn: scoring.stateMachineArn,
      prefix: keys.scoring,
      requestsPrefix: keys.scoringRequests,
      resultsPrefix: keys.scored,
      canExplain: project.code === KIT_FOLDER,
    },
  };
}

function describeMonitoring({
  resources: { keys },
  monitoring,
}: Workflows): Pick<ProjectParameter, 'monitoring'> {
  if (monitoring === undefined) return {};
  return {
    monitoring: {
      stateMachineArn: monitoring.stateMachineArn,
      labelsPrefix: keys.labels,
      reportsPrefix: keys.monitoring,
    },
  };
}

function describeRetraining({
  resources: { keys },
  retraining,
}: Workflows): Pick<ProjectParameter, 'retraining'> {
  if (retraining === undefined) return {};
  return {
    retraining: {
      stateMachineArn: retraining.stateMachineArn,
      labelsPrefix: keys.labels,
      decisionsPrefix: `${keys.monitoring}retraining/`,
    },
  };
}
