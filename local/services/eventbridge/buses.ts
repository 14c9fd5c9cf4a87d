import type {
  CreateEventBusRequest,
  CreateEventBusResponse,
  DeleteEventBusRequest,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  EventBridge,
  EventBus,
  ListEventBusesRequest,
  ListEventBusesResponse,
  UpdateEventBusRequest,
  UpdateEventBusResponse,
} from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  LimitExceededException,
  ResourceAlreadyExistsException,
  ValidationException,
} from './errors.ts';
import { findBus } from './find.ts';
import { EVENT_BUSES } from './limits.ts';
import { pageOf } from './pages.ts';
import type { EventBridgeState } from './state.ts';
import { type BusRecord, busNameOf, DEFAULT_BUS, type EventBridgeStore } from './store.ts';
import { tagRecord } from './tags.ts';

/** Event buses. */
export const busOperations: OperationTable<EventBridge, EventBridgeState> = {
  CreateEventBus: {
    permissions: (input: CreateEventBusRequest, { cloud }) =>
      onBus(cloud, 'events:CreateEventBus', input.Name),
    run: (input: Checked<CreateEventBusRequest>, { cloud, store }) =>
      createBus(cloud, store, input),
  },
  DescribeEventBus: {
    readOnly: true,
    permissions: (input: DescribeEventBusRequest, { cloud }) =>
      onBus(cloud, 'events:DescribeEventBus', input.Name),
    run: (input: DescribeEventBusRequest, { store }) => describeBus(store, input),
  },
  UpdateEventBus: {
    permissions: (input: UpdateEventBusRequest, { cloud }) =>
      onBus(cloud, 'events:UpdateEventBus', input.Name),
    run: (input: UpdateEventBusRequest, { cloud, store }) => updateBus(cloud, store, input),
  },
  DeleteEventBus: {
    permissions: (input: DeleteEventBusRequest, { cloud }) =>
      onBus(cloud, 'events:DeleteEventBus', input.Name),
    run: (input: DeleteEventBusRequest, { store }) => deleteBus(store, input),
  },
  ListEventBuses: {
    readOnly: true,
    permissions: () => ({ action: 'events:ListEventBuses', resource: '*' }),
    run: (input: ListEventBusesRequest, { store }) => listBuses(store, input),
  },
};

/** The permission for an action on the named bus, or on the default bus. */
export function onBus(cloud: Cloud, action: string, name: string | undefined) {
  return { action, resource: cloud.arn('events', `event-bus/${busNameOf(name)}`) };
}

function createBus(
  cloud: Cloud,
  store: EventBridgeStore,
  input: Checked<CreateEventBusRequest>,
): CreateEventBusResponse {
  const name = input.Name;
  if (name.includes('/') && !name.startsWith('aws.partner/')) {
    throw new ValidationException("Event bus name must not contain '/'.");
  }
  if (store.bus(name) !== undefined) {
    throw new ResourceAlreadyExistsException(`Event bus ${name} already exists.`);
  }
  if (store.buses.size >= EVENT_BUSES) throw new LimitExceededException();
  const now = cloud.clock.now();
  const bus: BusRecord = {
    name,
    arn: cloud.arn('events', `event-bus/${name}`),
    createdAt: now,
    modifiedAt: now,
    tags: tagRecord(input.Tags),
    ...settings(input),
  };
  store.buses.put(name, bus);
  return { EventBusArn: bus.arn, ...settingsOf(bus) };
}

function settings(
  input: CreateEventBusRequest | UpdateEventBusRequest,
): Pick<BusRecord, 'description' | 'kmsKeyIdentifier' | 'deadLetterConfig'> {
  return {
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: input.KmsKeyIdentifier }),
    ...(input.DeadLetterConfig !== undefined && { deadLetterConfig: input.DeadLetterConfig }),
  };
}

function settingsOf(bus: BusRecord) {
  return {
    ...(bus.description !== undefined && { Description: bus.description }),
    ...(bus.kmsKeyIdentifier !== undefined && { KmsKeyIdentifier: bus.kmsKeyIdentifier }),
    ...(bus.deadLetterConfig !== undefined && { DeadLetterConfig: bus.deadLetterConfig }),
  };
}

function describeBus(
  store: EventBridgeStore,
  input: DescribeEventBusRequest,
): DescribeEventBusResponse {
  const bus = findBus(store, input.Name);
  return { ...summaryOf(bus), ...settingsOf(bus) };
}

function summaryOf(bus: BusRecord): EventBus {
  return {
    Name: bus.name,
    Arn: bus.arn,
    CreationTime: new Date(bus.createdAt),
    LastModifiedTime: new Date(bus.modifiedAt),
    ...(bus.description !== undefined && { Description: bus.description }),
    ...(bus.policy !== undefined && { Policy: JSON.stringify(bus.policy) }),
  };
}

function updateBus(
  cloud: Cloud,
  store: EventBridgeStore,
  input: UpdateEventBusRequest,
): UpdateEventBusResponse {
  const bus = findBus(store, input.Name);
  const updated: BusRecord = { ...bus, ...settings(input), modifiedAt: cloud.clock.now() };
  store.buses.put(bus.name, updated);
  return { Arn: bus.arn, Name: bus.name, ...settingsOf(updated) };
}

function deleteBus(store: EventBridgeStore, input: DeleteEventBusRequest): object {
  const name = busNameOf(input.Name);
  if (name === DEFAULT_BUS) throw new ValidationException('Cannot delete event bus default.');
  const [rule] = store.rules(name);
  if (rule !== undefined) {
    throw new ValidationException("EventBus can't be deleted since it has rules.");
  }
  // As on AWS, deleting a bus that does not exist succeeds.
  store.buses.delete(name);
  return {};
}

function listBuses(store: EventBridgeStore, input: ListEventBusesRequest): ListEventBusesResponse {
  store.bus(DEFAULT_BUS);
  const prefix = input.NamePrefix ?? '';
  const buses = [...store.buses.entries({ prefix })].map(([, bus]) => bus);
  const { items, ...next } = pageOf(buses, (bus) => bus.name, input);
  return {
    EventBuses: items.map(summaryOf),
    ...next,
  };
}
