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
  SageMaker,
  UpdateEndpointInput,
  UpdateEndpointOutput,
  UpdateEndpointWeightsAndCapacitiesInput,
  UpdateEndpointWeightsAndCapacitiesOutput,
} from '@aws-sdk/client-sagemaker';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import type { Store, Table } from '../../../store/index.ts';
import { UnsupportedBySageMaker, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { required } from './constraints.ts';
import { validateDeploymentConfig } from './deployment-config.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { readEndpointConfig } from './endpoint-configs.ts';
import { fleetSpecOf } from './fleet-spec.ts';
import { totalInstances } from './fleet-states.ts';
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
import type { HostingState } from './state.ts';

/** Endpoints: fleets of models, and updates from one fleet to another. */
export const endpointOperations: OperationTable<SageMaker, HostingState> = {
  CreateEndpoint: {
    permissions: (input: CreateEndpointInput, hosting) => [
      permission(hosting, 'CreateEndpoint', input.EndpointName),
      configPermission(hosting, 'CreateEndpoint', input.EndpointConfigName),
    ],
    run(input: CreateEndpointInput, hosting): CreateEndpointOutput {
      const { endpoints, cloud } = hosting;
      const name = required(input.EndpointName, 'endpointName');
      const arn = arnOf(hosting, name);
      if (endpoints.has(name)) {
        throw new ValidationException(`Cannot create already existing endpoint "${arn}".`);
      }
      const config = readEndpointConfig(
        hosting,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      const live = newFleet(fleetSpecOf(hosting, config));
      if (input.DeploymentConfig !== undefined) {
        validateDeploymentConfig(input.DeploymentConfig, live.spec, totalInstances(live));
      }
      const now = cloud.clock.now();
      endpoints.put(name, {
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
      hosting.tags.add(arn, input.Tags);
      hosting.controllers.of(name).create();
      return { EndpointArn: arn };
    },
  },
  UpdateEndpoint: {
    permissions: (input: UpdateEndpointInput, hosting) => [
      permission(hosting, 'UpdateEndpoint', input.EndpointName),
      configPermission(hosting, 'UpdateEndpoint', input.EndpointConfigName),
      // AWS requires this permission of the caller: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
      ...alarmNamesOf(input.DeploymentConfig).map((alarm) => ({
        action: 'cloudwatch:DescribeAlarms',
        resource: hosting.cloud.arn('cloudwatch', `alarm:${alarm}`),
      })),
    ],
    async run(input: UpdateEndpointInput, hosting): Promise<UpdateEndpointOutput> {
      const { endpoints, cloud } = hosting;
      const record = readIdle(hosting, required(input.EndpointName, 'endpointName'));
      const config = readEndpointConfig(
        hosting,
        required(input.EndpointConfigName, 'endpointConfigName'),
      );
      checkKind(record, config);
      const green = retain(newFleet(fleetSpecOf(hosting, config)), record.live, input);
      const deploymentConfig =
        input.RetainDeploymentConfig === true
          ? record.lastDeploymentConfig
          : input.DeploymentConfig;
      if (deploymentConfig !== undefined) {
        await checkDeployment(hosting, deploymentConfig, record.live, green);
      }
      const latest = readIdle(hosting, record.name);
      const { failureReason: _former, ...rest } = latest;
      endpoints.put(record.name, {
        ...rest,
        status: 'Updating',
        lastModifiedTime: cloud.clock.now(),
        deployment: {
          green,
          startTime: cloud.clock.now(),
          step: -1,
          share: 0,
          ...(deploymentConfig === undefined ? {} : { config: deploymentConfig }),
        },
      });
      hosting.controllers.of(record.name).deploy();
      return { EndpointArn: record.arn };
    },
  },
  UpdateEndpointWeightsAndCapacities: {
    permissions: (input: UpdateEndpointWeightsAndCapacitiesInput, hosting) =>
      permission(hosting, 'UpdateEndpointWeightsAndCapacities', input.EndpointName),
    run(
      input: UpdateEndpointWeightsAndCapacitiesInput,
      hosting,
    ): UpdateEndpointWeightsAndCapacitiesOutput {
      const { endpoints, cloud } = hosting;
      const record = readIdle(hosting, required(input.EndpointName, 'endpointName'));
      const changes = required(input.DesiredWeightsAndCapacities, 'desiredWeightsAndCapacities');
      const resizing = record.live.states.map((state) => changedState(state, changes));
      checkChanges(record, changes);
      endpoints.put(record.name, {
        ...record,
        status: 'Updating',
        resizing,
        lastModifiedTime: cloud.clock.now(),
        live: {
          ...record.live,
          states: desiring(record.live.states, resizing),
          phase: resizePhase(resizing, cloud.clock.now()),
        },
      });
      hosting.controllers.of(record.name).resize();
      return { EndpointArn: record.arn };
    },
  },
  DescribeEndpoint: {
    readOnly: true,
    permissions: (input: DescribeEndpointInput, hosting) =>
      permission(hosting, 'DescribeEndpoint', input.EndpointName),
    run: (input: DescribeEndpointInput, hosting): DescribeEndpointOutput =>
      describeEndpoint(read(hosting, required(input.EndpointName, 'endpointName'))),
  },
  ListEndpoints: {
    readOnly: true,
    permissions: () => [{ action: 'sagemaker:ListEndpoints', resource: '*' }],
    run(input: ListEndpointsInput, { endpoints }): ListEndpointsOutput {
      const wanted = valuesOf(endpoints).filter(
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
  },
  DeleteEndpoint: {
    permissions: (input: DeleteEndpointInput, hosting) =>
      permission(hosting, 'DeleteEndpoint', input.EndpointName),
    run(input: DeleteEndpointInput, hosting): object {
      const { endpoints, cloud } = hosting;
      const record = read(hosting, required(input.EndpointName, 'endpointName'));
      if (['Creating', 'Updating', 'RollingBack'].includes(record.status)) {
        throw new ValidationException(`Cannot update in-progress endpoint "${record.arn}".`);
      }
      if (record.status === 'Deleting') return {};
      endpoints.put(record.name, {
        ...record,
        status: 'Deleting',
        lastModifiedTime: cloud.clock.now(),
      });
      hosting.controllers.of(record.name).delete();
      hosting.tags.forget(record.arn);
      return {};
    },
  },
};

export function endpointTable(store: Store): Table<EndpointRecord> {
  return store.table<EndpointRecord>('sagemaker.endpoints', {
    name: 'string',
    arn: 'string',
    status: 'string',
    live: { spec: 'object', states: ['object'] },
    creationTime: 'number',
    lastModifiedTime: 'number',
  });
}

function arnOf({ cloud }: HostingState, name: string | undefined): string {
  return cloud.arn('sagemaker', `endpoint/${name}`);
}

function permission(hosting: HostingState, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(hosting, name) };
}

function configPermission(
  { cloud }: HostingState,
  action: string,
  name: string | undefined,
): Permission {
  return {
    action: `sagemaker:${action}`,
    resource: cloud.arn('sagemaker', `endpoint-config/${name}`),
  };
}

function read(hosting: HostingState, name: string): EndpointRecord {
  const record = hosting.endpoints.get(name);
  if (record !== undefined) return record;
  throw new ValidationException(`Could not find endpoint "${arnOf(hosting, name)}".`);
}

/** The record of an endpoint without a change in progress. */
function readIdle(hosting: HostingState, name: string): EndpointRecord {
  const record = read(hosting, name);
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

/** RetainAllVariantProperties: keeps the current counts, weights and capture, except for excluded properties. */
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

async function checkDeployment(
  hosting: HostingState,
  config: DeploymentConfig,
  live: FleetRecord,
  green: FleetRecord,
): Promise<void> {
  validateDeploymentConfig(config, green.spec, totalInstances(green));
  checkVariantNames(config, live.spec, green.spec);
  await checkAlarms(hosting.alarms, config);
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
  for (const change of changes) {
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
