import type {
  CreateEndpointInput,
  CreateEndpointOutput,
  DeleteEndpointInput,
  DeploymentConfig,
  DescribeEndpointInput,
  DescribeEndpointOutput,
  DesiredWeightAndCapacity,
  ListEndpointsInput,
  ListEndpointsOutput,
  UpdateEndpointInput,
  UpdateEndpointOutput,
  UpdateEndpointWeightsAndCapacitiesInput,
  UpdateEndpointWeightsAndCapacitiesOutput,
} from '@aws-sdk/client-sagemaker';
import type { Operation, Permission } from '../../../cloud/service.ts';
import type { Table } from '../../../store/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import type { SageMaker } from '../sagemaker.ts';
import { required, violated } from './constraints.ts';
import { validateDeploymentConfig } from './deployment-config.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { readEndpointConfig } from './endpoint-configs.ts';
import { type EndpointController, totalInstances } from './endpoint-controller.ts';
import { fleetSpecOf } from './fleet-spec.ts';
import { valuesOf } from './models.ts';
import {
  type EndpointConfigRecord,
  type EndpointRecord,
  type FleetRecord,
  type FleetSpec,
  initialStates,
  type VariantState,
} from './records.ts';
import { alarmNamesOf, type RollbackAlarms } from './rollback-alarms.ts';

export interface EndpointParts {
  readonly sagemaker: SageMaker;
  readonly table: Table<EndpointRecord>;
  readonly alarms: RollbackAlarms;
  /** The controller of an endpoint that has a record. */
  controllerOf(name: string): EndpointController;
}

/** Endpoints: fleets of models that answer, and how one replaces another. */
export function createEndpointOperations(parts: EndpointParts) {
  const { sagemaker, table } = parts;
  const { clock } = sagemaker.cloud;
  const arnOf = (name: string | undefined) => sagemaker.cloud.arn('sagemaker', `endpoint/${name}`);
  const permission = (action: string, name: string | undefined): readonly Permission[] => [
    { action: `sagemaker:${action}`, resource: arnOf(name) },
  ];
  const configPermission = (action: string, name: string | undefined): Permission => ({
    action: `sagemaker:${action}`,
    resource: sagemaker.cloud.arn('sagemaker', `endpoint-config/${name}`),
  });

  const CreateEndpoint: Operation<CreateEndpointInput, CreateEndpointOutput> = {
    permissions: (input) => [
      ...permission('CreateEndpoint', input.EndpointName),
      configPermission('CreateEndpoint', input.EndpointConfigName),
    ],
    run(input) {
      const name = required(input.EndpointName, 'endpointName');
      const arn = arnOf(name);
      if (table.has(name)) {
        throw new ValidationException(`Cannot create already existing endpoint "${arn}".`);
      }
      const config = readEndpointConfig(
        sagemaker,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      const live = newFleet(fleetSpecOf(sagemaker, config));
      if (input.DeploymentConfig !== undefined) {
        validateDeploymentConfig(input.DeploymentConfig, live.spec, totalInstances(live));
      }
      const now = clock.now();
      table.put(name, {
        name,
        arn,
        status: 'Creating',
        live,
        creationTime: now,
        lastModifiedTime: now,
        ...(input.DeploymentConfig === undefined
          ? {}
          : { lastDeploymentConfig: input.DeploymentConfig }),
      });
      sagemaker.tags.add(arn, input.Tags);
      parts.controllerOf(name).create();
      return { EndpointArn: arn };
    },
  };

  const UpdateEndpoint: Operation<UpdateEndpointInput, UpdateEndpointOutput> = {
    permissions: (input) => [
      ...permission('UpdateEndpoint', input.EndpointName),
      configPermission('UpdateEndpoint', input.EndpointConfigName),
      // AWS asks for this of whoever updates: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
      ...alarmNamesOf(input.DeploymentConfig).map((alarm) => ({
        action: 'cloudwatch:DescribeAlarms',
        resource: sagemaker.cloud.arn('cloudwatch', `alarm:${alarm}`),
      })),
    ],
    async run(input) {
      const record = readIdle(required(input.EndpointName, 'endpointName'));
      const config = readEndpointConfig(
        sagemaker,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      checkKind(record, config);
      const green = retain(newFleet(fleetSpecOf(sagemaker, config)), record.live, input);
      const deploymentConfig =
        input.RetainDeploymentConfig === true
          ? record.lastDeploymentConfig
          : input.DeploymentConfig;
      if (deploymentConfig !== undefined) {
        validateDeploymentConfig(deploymentConfig, green.spec, totalInstances(green));
        checkVariantNames(deploymentConfig, record.live.spec, green.spec);
        await checkAlarms(parts.alarms, deploymentConfig);
      }
      const latest = readIdle(record.name);
      const { failureReason: _former, ...rest } = latest;
      table.put(record.name, {
        ...rest,
        status: 'Updating',
        lastModifiedTime: clock.now(),
        deployment: {
          green,
          startTime: clock.now(),
          step: -1,
          share: 0,
          ...(deploymentConfig === undefined ? {} : { config: deploymentConfig }),
        },
      });
      parts.controllerOf(record.name).deploy();
      return { EndpointArn: record.arn };
    },
  };

  const UpdateEndpointWeightsAndCapacities: Operation<
    UpdateEndpointWeightsAndCapacitiesInput,
    UpdateEndpointWeightsAndCapacitiesOutput
  > = {
    permissions: (input) => permission('UpdateEndpointWeightsAndCapacities', input.EndpointName),
    run(input) {
      const record = readIdle(required(input.EndpointName, 'endpointName'));
      const changes = required(input.DesiredWeightsAndCapacities, 'desiredWeightsAndCapacities');
      const resizing = record.live.states.map((state) => changedState(state, changes));
      checkChanges(record, changes);
      table.put(record.name, {
        ...record,
        status: 'Updating',
        resizing,
        lastModifiedTime: clock.now(),
        live: {
          ...record.live,
          states: desiring(record.live.states, resizing),
          phase: resizePhase(resizing, clock.now()),
        },
      });
      parts.controllerOf(record.name).resize();
      return { EndpointArn: record.arn };
    },
  };

  const DescribeEndpoint: Operation<DescribeEndpointInput, DescribeEndpointOutput> = {
    permissions: (input) => permission('DescribeEndpoint', input.EndpointName),
    run: (input) => describeEndpoint(read(required(input.EndpointName, 'endpointName'))),
  };

  const ListEndpoints: Operation<ListEndpointsInput, ListEndpointsOutput> = {
    permissions: () => [{ action: 'sagemaker:ListEndpoints', resource: '*' }],
    run(input) {
      const wanted = valuesOf(table).filter(
        (record) => input.StatusEquals === undefined || record.status === input.StatusEquals,
      );
      const { items, NextToken } = page(wanted, input);
      const Endpoints = items.map((record) => ({
        EndpointName: record.name,
        EndpointArn: record.arn,
        CreationTime: new Date(record.creationTime),
        LastModifiedTime: new Date(record.lastModifiedTime),
        EndpointStatus: record.status,
      }));
      return { Endpoints, NextToken };
    },
  };

  const DeleteEndpoint: Operation<DeleteEndpointInput, object> = {
    permissions: (input) => permission('DeleteEndpoint', input.EndpointName),
    run(input) {
      const record = read(required(input.EndpointName, 'endpointName'));
      if (['Creating', 'Updating', 'RollingBack'].includes(record.status)) {
        throw new ValidationException(`Cannot update in-progress endpoint "${record.arn}".`);
      }
      if (record.status === 'Deleting') return {};
      table.put(record.name, { ...record, status: 'Deleting', lastModifiedTime: clock.now() });
      parts.controllerOf(record.name).delete();
      sagemaker.tags.forget(record.arn);
      return {};
    },
  };

  function read(name: string): EndpointRecord {
    const record = table.get(name);
    if (record !== undefined) return record;
    throw new ValidationException(`Could not find endpoint "${arnOf(name)}".`);
  }

  /** An endpoint that may be changed now. */
  function readIdle(name: string): EndpointRecord {
    const record = read(name);
    if (['Creating', 'Updating', 'RollingBack', 'Deleting'].includes(record.status)) {
      throw new ValidationException(`Cannot update in-progress endpoint "${record.arn}".`);
    }
    if (record.status === 'Failed') {
      throw new ValidationException(
        `Cannot update endpoint "${record.arn}" in status Failed. Delete it and create it again.`,
      );
    }
    return record;
  }

  return {
    CreateEndpoint,
    UpdateEndpoint,
    UpdateEndpointWeightsAndCapacities,
    DescribeEndpoint,
    ListEndpoints,
    DeleteEndpoint,
  };
}

function newFleet(spec: FleetSpec): FleetRecord {
  return { spec, states: initialStates(spec) };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html, feature exclusions. */
function checkKind({ arn, live }: EndpointRecord, { input }: EndpointConfigRecord): void {
  const wantsServerless = input.ProductionVariants?.some(
    (variant) => variant.ServerlessConfig !== undefined,
  );
  const hasInstances = live.spec.variants.some((variant) => variant.serverless === undefined);
  if (wantsServerless !== true || !hasInstances) return;
  throw new ValidationException(
    `Cannot update endpoint "${arn}" from instance-based to serverless. Create a new endpoint instead.`,
  );
}

/** RetainAllVariantProperties: counts, weights and capture as they are now, but for what is excluded. */
function retain(green: FleetRecord, live: FleetRecord, input: UpdateEndpointInput): FleetRecord {
  if (input.RetainAllVariantProperties !== true) return green;
  const excluded = new Set(
    (input.ExcludeRetainedVariantProperties ?? []).map((property) => property.VariantPropertyType),
  );
  const states = green.states.map((state): VariantState => {
    const former = live.states.find((candidate) => candidate.name === state.name);
    if (former === undefined) return state;
    const weight = excluded.has('DesiredWeight') ? state.desiredWeight : former.desiredWeight;
    const count = excluded.has('DesiredInstanceCount')
      ? state.desiredInstanceCount
      : former.desiredInstanceCount;
    return {
      name: state.name,
      currentWeight: weight,
      desiredWeight: weight,
      currentInstanceCount: count,
      desiredInstanceCount: count,
    };
  });
  if (excluded.has('DataCaptureConfig')) return { spec: green.spec, states };
  const { dataCapture: _own, ...spec } = green.spec;
  const kept = live.spec.dataCapture;
  return { spec: kept === undefined ? spec : { ...spec, dataCapture: kept }, states };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html */
function checkVariantNames(config: DeploymentConfig, live: FleetSpec, green: FleetSpec): void {
  if (config.BlueGreenUpdatePolicy === undefined && config.RollingUpdatePolicy === undefined)
    return;
  if (namesOf(live) === namesOf(green)) return;
  throw new ValidationException(
    `The new endpoint configuration's production variants (${namesOf(green)}) must have the same names as the current ones (${namesOf(live)}) for this deployment configuration.`,
  );
}

function namesOf(spec: FleetSpec): string {
  return spec.variants
    .map((variant) => variant.name)
    .sort()
    .join(', ');
}

async function checkAlarms(alarms: RollbackAlarms, config: DeploymentConfig): Promise<void> {
  const missing = await alarms.missing(alarmNamesOf(config));
  if (missing.length === 0) return;
  throw new ValidationException(
    `Could not find the CloudWatch alarm(s) ${missing.join(', ')} of AutoRollbackConfiguration.`,
  );
}

function changedState(
  state: VariantState,
  changes: readonly DesiredWeightAndCapacity[],
): VariantState {
  const change = changes.find((candidate) => candidate.VariantName === state.name);
  return {
    ...state,
    desiredWeight: change?.DesiredWeight ?? state.desiredWeight,
    desiredInstanceCount: change?.DesiredInstanceCount ?? state.desiredInstanceCount,
  };
}

function checkChanges(record: EndpointRecord, changes: readonly DesiredWeightAndCapacity[]): void {
  for (const [index, change] of changes.entries()) {
    const at = `desiredWeightsAndCapacities.${index + 1}.member`;
    const variant = [...record.live.spec.variants, ...record.live.spec.shadows].find(
      (candidate) => candidate.name === change.VariantName,
    );
    if (variant === undefined) {
      throw new ValidationException(
        `The variant name(s) "${change.VariantName}" is/are not present within endpoint configuration "${record.live.spec.configName}".`,
      );
    }
    if (change.ServerlessUpdateConfig !== undefined) {
      throw new UnsupportedBySageMaker('ServerlessUpdateConfig');
    }
    if (variant.serverless !== undefined && change.DesiredInstanceCount !== undefined) {
      throw new ValidationException(
        `DesiredInstanceCount cannot be set for the serverless variant "${variant.name}".`,
      );
    }
    const weight = change.DesiredWeight;
    if (weight !== undefined && !(weight >= 0)) {
      throw violated(weight, `${at}.desiredWeight`, 'have value greater than or equal to 0');
    }
  }
}

function desiring(
  states: readonly VariantState[],
  wanted: readonly VariantState[],
): readonly VariantState[] {
  return states.map((state) => {
    const target = wanted.find((candidate) => candidate.name === state.name) ?? state;
    return {
      ...state,
      desiredWeight: target.desiredWeight,
      desiredInstanceCount: target.desiredInstanceCount,
    };
  });
}

function resizePhase(states: readonly VariantState[], startTime: number) {
  return {
    status: 'Updating' as const,
    startTime,
    messages: Object.fromEntries(states.map((state) => [state.name, resizeMessage(state)])),
  };
}

function resizeMessage(state: VariantState): string {
  const direction = state.desiredInstanceCount < state.currentInstanceCount ? 'in' : 'out';
  return `Scaling ${direction} desired instance count to ${state.desiredInstanceCount}.`;
}
