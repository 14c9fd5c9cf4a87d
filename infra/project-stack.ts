import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import {
  type Encryption,
  findInstances,
  isEndpoint,
  KIT_FOLDER,
  type Project,
  type WorkflowRollout,
} from '../definition/index.ts';
import {
  layOutKeys,
  nameProjectParameter,
  type ProjectParameter,
  WORKFLOW_ALIAS,
} from '../events/index.ts';
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
  TrainingWorkflow,
  TrialWorkflow,
  UnclaimedUploadsWorkflow,
} from '../workflows/index.ts';
import { ProjectAlarms } from './alarms.ts';
import { allowKey } from './allow-key.ts';
import { ownCleanerLogs } from './cleaner-logs.ts';
import { packCode } from './code-archive.ts';
import { ProjectDashboard } from './dashboard.ts';
import { DriftAlarms } from './drift-alarms.ts';
import { Handlers } from './handlers.ts';
import { letReadArchives } from './handover/archive-readers.ts';
import { HandoverEntry } from './handover/handover-entry.ts';
import { HandoverExit } from './handover/handover-exit.ts';
import { ModelImages } from './handover/model-images.ts';
import type { Neighbors } from './handover/neighbor.ts';
import { FrameworkImages } from './images.ts';
import { JobCompute } from './job-compute.ts';
import type { JobNetworkSetting } from './job-network.ts';
import { JobRoles } from './job-roles.ts';
import { packMonitoring } from './monitoring-archive.ts';
import { type Subscriber, subscribe } from './notify.ts';
import { exportNames } from './project-exports.ts';
import { outputNeededQuotas } from './quotas.ts';
import { Registry } from './registry.ts';
import { WorkflowRelease } from './releases/workflow-release.ts';
import { WorkflowVersions } from './releases/workflow-versions.ts';
import { applyRetention } from './retention.ts';
import { ProjectRules } from './rules.ts';
import { WorkflowSchedule } from './schedules.ts';
import { EndpointLogs } from './serving/endpoint-logs.ts';
import { ModelFunction, type ModelFunctionProps } from './serving/model-function.ts';
import { ModelService, type ModelServiceProps } from './serving/model-service.ts';
import { RollbackAlarms } from './serving/rollback-alarms.ts';
import { TrialAlarms } from './serving/trial-alarms.ts';
import { ProjectStorage } from './storage.ts';

export interface ProjectStackProps extends StackProps {
  readonly project: Project;
  readonly environment: string;
  /** Whether the data and the models are kept when the stack is deleted. */
  readonly retain: boolean;
  /** What encrypts the data and the models. @default keys of S3 */
  readonly encryption?: Encryption;
  /** Who is notified by the project's topic. @default only what subscribes by itself */
  readonly notify?: readonly Subscriber[];
  /** Whether the pipeline tries commits on reference data here. @default it does not */
  readonly triesReferences?: boolean;
  /** The commit that is deployed, for the registry. */
  readonly commit?: string;
  /** The network of tasks on Fargate. @default two public subnets of their own */
  readonly jobNetwork?: JobNetworkSetting;
  /** How changed definitions of workflows take over. @default all at once */
  readonly workflowRollout?: WorkflowRollout;
  /** The environments that models come from and go to. @default none */
  readonly neighbors?: Neighbors;
}

/** Everything one project needs in one environment; shares nothing with other projects. */
export class ProjectStack extends Stack {
  /** The least number of instances behind the endpoint; undefined of a serverless one. */
  readonly instanceCount: number | undefined;
  readonly #workflowRollout: WorkflowRollout;

  constructor(scope: Construct, id: string, props: ProjectStackProps) {
    super(scope, id, props);
    const { project, environment, retain, triesReferences = false } = props;
    this.#workflowRollout = props.workflowRollout ?? { type: 'all-at-once' };
    const instances = findInstances(project.serving);
    this.instanceCount = instances?.autoscaling?.minimumInstances ?? instances?.instanceCount;
    const names = nameParts(environment, project.name, project.registry.modelPackageGroup);
    const keys = layOutKeys(project.name);
    const storage = new ProjectStorage(this, 'Storage', {
      retain,
      encryption: props.encryption ?? 's3',
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
    const models = createFunction(this, props, { names, keys, storage });
    const serving = models?.resources;
    const handlers = new Handlers(this, 'Handlers', {
      serving,
      service,
      storage,
      keys,
      names,
      layout: project.dataset.layout,
      triesReferences,
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
    // What serves writes its last captures when it ends, and a bucket with objects could not be deleted after it was emptied.
    registry.node.addDependency(storage.bucket);
    const trialAlarms = this.#createTrialAlarms(project, names);
    const workflows = this.#createWorkflows(
      {
        project,
        names,
        keys,
        code,
        bucket: storage.bucket,
        key: storage.key,
        claims,
        topic: storage.topic,
        jobRoles: roles.jobRoles,
        compute: this.#createCompute(props, names, roles),
        servingRole: roles.servingRole,
        serving,
        service,
        sharedFrom: listShared(props.neighbors),
        keysFrom: listKeyed(props.neighbors),
        triesReferences,
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
    letReadArchives(this, {
      resources: workflows.resources,
      roles,
      promotion: workflows.promotion.machine,
      modelRole: models?.role ?? (service?.taskRole as Role | undefined),
    });
    const handovers = this.#createHandovers(props, workflows.resources, {
      storage,
      registry,
      roles,
    });
    this.#watch(workflows, {
      storage,
      handlers,
      alarms: [...rollback.alarms, ...trialAlarms],
      handovers,
    });
    const releases = listReleases(workflows, handovers);
    new WorkflowVersions(this, 'WorkflowVersions', { prune: handlers.teardown, releases });

    ownCleanerLogs(this);
    allowKey(this, storage, roles);
    if (retain) roles.retainServingRole();
    applyRetention(this, retain);
    outputNeededQuotas(this, project);
    exportNames(this, {
      environment,
      project: project.name,
      bucketName: storage.bucket.bucketName,
      keyArn: storage.key?.keyArn,
      claimsTableName: claims.tableName,
      servingApiId: service?.api.id,
    });
    const facts = { environment, ...describeHandover(props.neighbors, handovers) };
    this.#describe(workflows, facts, releases);
  }

  /** CloudFormation names them: the CDK would ask the account for those of a stack whose account is known. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
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
    const training = this.#release(new TrainingWorkflow(this, 'Training', resources));
    const promotion = this.#release(new PromotionWorkflow(this, 'Promotion', resources));
    const unclaimed = this.#release(
      new UnclaimedUploadsWorkflow(this, 'UnclaimedUploads', resources),
    );
    const trial = findInstances(resources.project.serving)?.trial;
    const clock =
      trial === undefined
        ? undefined
        : this.#release(new TrialWorkflow(this, 'Trial', { resources, trial }));
    for (const { machine } of [training, promotion]) machine.node.addDependency(registry);
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

  /** Publishes a workflow beside its state machine. */
  #release(workflow: Construct & { readonly stateMachine: StateMachine }): WorkflowRelease {
    const { stateMachine: machine } = workflow;
    return new WorkflowRelease(workflow, 'Release', { machine, rollout: this.#workflowRollout });
  }

  #createHandovers(
    { neighbors = { approval: true }, retain }: ProjectStackProps,
    resources: ProjectResources,
    parts: HandoverParts,
  ): Handovers {
    const { from, to, approval, shared } = neighbors;
    if (from === undefined && to === undefined) return { exit: undefined, entry: undefined };
    const { storage, registry, roles } = parts;
    const { handover: images } = new ModelImages(this, 'ModelImages', {
      project: resources.project,
      names: resources.names,
      neighbors,
      retain,
      pulledBy: [roles.servingRole, roles.scoringRole],
    });
    const { group } = registry;
    const exit =
      to === undefined
        ? undefined
        : new HandoverExit(this, 'HandoverExit', {
            resources,
            storage,
            group,
            to,
            sharedWith: shared?.after,
          });
    const entry =
      from === undefined || images === undefined
        ? undefined
        : new HandoverEntry(this, 'HandoverEntry', {
            resources,
            storage,
            from,
            approval,
            images,
            workflowRollout: this.#workflowRollout,
          });
    entry?.workflow.machine.node.addDependency(registry);
    return { exit, entry };
  }

  #createRetraining(resources: ProjectResources, registry: Registry): WorkflowRelease | undefined {
    const { retraining } = resources;
    if (retraining === undefined) return undefined;
    const workflow = new RetrainingWorkflow(this, 'Retraining', { resources, retraining });
    workflow.stateMachine.node.addDependency(registry);
    return this.#release(workflow);
  }

  #createMonitoring(resources: ProjectResources, registry: Registry): WorkflowRelease | undefined {
    const { monitoring } = resources;
    if (monitoring === undefined) return undefined;
    const workflow = new MonitoringWorkflow(this, 'Monitoring', { resources, monitoring });
    workflow.stateMachine.node.addDependency(registry);
    return this.#release(workflow);
  }

  #createScoring(resources: ProjectResources, registry: Registry): WorkflowRelease | undefined {
    const { scoring } = resources;
    if (scoring === undefined) return undefined;
    const workflow = new ScoringWorkflow(this, 'Scoring', { resources, scoring });
    workflow.stateMachine.node.addDependency(registry);
    return this.#release(workflow);
  }

  /** Rules, alarms and the dashboard. */
  #watch(
    workflows: Workflows,
    { storage, handlers, alarms: others, handovers: { exit, entry } }: Watched,
  ): void {
    const { resources, training, promotion, unclaimed, monitoring, scoring, retraining } =
      workflows;
    const handoverRules = [exit?.rule, entry?.rule].filter((rule) => rule !== undefined);
    const machines = listReleases(workflows, { exit, entry }).map(({ machine }) => machine);
    const { names, project } = resources;
    const { deadLetters, topic } = storage;
    const { rules } = new ProjectRules(this, 'Rules', {
      resources,
      training,
      promotion,
      unclaimed,
      scoring,
      retraining,
      observed: machines.filter((machine) => machine !== unclaimed.machine),
      observer: handlers.observer,
      deadLetters,
    });
    const { alarms } = new ProjectAlarms(this, 'Alarms', {
      names,
      topic,
      machines,
      tried: resources.triesReferences === true ? [training.machine] : [],
      rules: [...rules, ...handoverRules],
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
      workflow: scoring,
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
      workflow: monitoring,
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
      workflow: monitoring,
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
      workflow: retraining,
      input: { eventId: '<aws.scheduler.scheduled-time>', trigger: 'schedule' },
      deadLetters,
    });
  }

  /** Writes the parameter in which commands find the parts of the project. */
  #describe(
    workflows: Workflows,
    facts: Pick<ProjectParameter, 'environment' | 'handover'>,
    releases: readonly WorkflowRelease[],
  ): void {
    const { environment } = facts;
    const { resources, training, promotion, clock } = workflows;
    const { project, names, keys, bucket, claims, topic } = resources;
    const parameter: ProjectParameter = {
      project: project.name,
      ...facts,
      bucket: bucket.bucketName,
      incomingPrefix: keys.incoming,
      ...(project.code === KIT_FOLDER && project.training.algorithm !== undefined
        ? { kit: { problem: project.problem, algorithm: project.training.algorithm } }
        : {}),
      ...(project.dataset.layout === 'folder' ? { folder: folderOf(project.dataset) } : {}),
      claimsTable: claims.tableName,
      workflowAlias: WORKFLOW_ALIAS,
      trainingStateMachineArn: training.machine.stateMachineArn,
      promotionStateMachineArn: promotion.machine.stateMachineArn,
      ...(clock === undefined ? {} : { trialStateMachineArn: clock.machine.stateMachineArn }),
      ...describeScoring(workflows),
      ...describeMonitoring(workflows),
      ...describeRetraining(workflows),
      modelPackageGroupName: names.modelPackageGroup,
      endpointName: names.endpoint,
      ...describeServing(workflows),
      topicArn: topic.topicArn,
    };
    const described = new StringParameter(this, 'Parameter', {
      parameterName: nameProjectParameter(environment, project.name),
      description: `Where commands find the parts of ${names.qualified}`,
      stringValue: this.toJsonString(parameter),
    });
    // Whoever reads it starts aliases.
    described.node.addDependency(...releases);
  }
}

/** The workflows of a project. */
interface Workflows {
  readonly resources: ProjectResources;
  readonly training: WorkflowRelease;
  readonly promotion: WorkflowRelease;
  readonly unclaimed: WorkflowRelease;
  /** The state machine that ends trials; undefined for a project without trials. */
  readonly clock: WorkflowRelease | undefined;
  /** The state machine that scores files; undefined for a project that scores none. */
  readonly scoring: WorkflowRelease | undefined;
  /** The state machine that watches the live model; undefined for a project that does not. */
  readonly monitoring: WorkflowRelease | undefined;
  /** The state machine that decides whether to train again; undefined for a project that only people train. */
  readonly retraining: WorkflowRelease | undefined;
}

/** Of all workflows that there are. */
function listReleases(
  { training, promotion, unclaimed, clock, scoring, monitoring, retraining }: Workflows,
  { entry }: Handovers,
): readonly WorkflowRelease[] {
  const optional = [clock, scoring, monitoring, retraining, entry?.workflow];
  return [training, promotion, unclaimed, ...optional.filter((each) => each !== undefined)];
}

/** The ways of models out of the environment and into it. */
interface Handovers {
  readonly exit: HandoverExit | undefined;
  readonly entry: HandoverEntry | undefined;
}

interface HandoverParts {
  readonly storage: ProjectStorage;
  readonly registry: Registry;
  readonly roles: JobRoles;
}

interface Watched {
  readonly handovers: Handovers;
  readonly storage: ProjectStorage;
  readonly handlers: Handlers;
  /** The alarms of the endpoint, for the dashboard. */
  readonly alarms: readonly Alarm[];
}

/** The accounts whose archives are read here; undefined where models are copied, or come from nowhere. */
function listShared(neighbors: Neighbors | undefined): readonly string[] | undefined {
  const accounts = new Set(neighbors?.shared?.before.map(({ account }) => account));
  return accounts.size === 0 ? undefined : [...accounts];
}

/** The accounts that models come from and whose buckets have keys of their own. */
function listKeyed({ from, shared }: Partial<Neighbors> = {}): readonly string[] {
  const before = [...(from === undefined ? [] : [from]), ...(shared?.before ?? [])];
  return [...new Set(before.filter(({ hasKey }) => hasKey === true).map(({ account }) => account))];
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
): ModelFunction | undefined {
  const { serving } = project;
  if (serving.type !== 'lambda') return undefined;
  const props = { ...parts, project, serving, retain };
  return new ModelFunction(scope, 'ModelFunction', props);
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

function describeHandover(
  { from, to }: Partial<Neighbors> = {},
  { entry }: Handovers,
): Pick<ProjectParameter, 'handover'> {
  if (from === undefined && to === undefined) return {};
  return {
    handover: {
      ...(to === undefined
        ? {}
        : { to: { environment: to.environment, account: to.account, approval: to.approval } }),
      ...(from === undefined || entry === undefined
        ? {}
        : {
            from: {
              environment: from.environment,
              account: from.account,
              stateMachineArn: entry.workflow.machine.stateMachineArn,
            },
          }),
    },
  };
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
      stateMachineArn: scoring.machine.stateMachineArn,
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
      stateMachineArn: monitoring.machine.stateMachineArn,
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
      stateMachineArn: retraining.machine.stateMachineArn,
      labelsPrefix: keys.labels,
      decisionsPrefix: `${keys.monitoring}retraining/`,
    },
  };
}
