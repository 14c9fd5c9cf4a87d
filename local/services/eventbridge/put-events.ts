import type {
  EventBridge,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { parseDocument, parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { onBus } from './buses.ts';
import { ValidationException } from './errors.ts';
import { createEnvelope, type EventEnvelope, wholeSeconds } from './event.ts';
import { ENTRY_SIZE_BYTES, TIME_SIZE_BYTES } from './limits.ts';
import type { Dispatch, EventBridgeState, ForwardedEntries } from './state.ts';
import { busNameOf, type EventBridgeStore } from './store.ts';

/** PutEvents, for the events of applications. */
export const putEventsOperations: OperationTable<EventBridge, EventBridgeState> = {
  PutEvents: {
    permissions: (input: PutEventsRequest, { cloud }) => putEventsPermissions(cloud, input),
    run(input: PutEventsRequest, { cloud, store, forwarded, dispatch }): PutEventsResponse {
      checkRequest(input);
      const entries = (input.Entries ?? []).map((entry) =>
        putEntry(cloud, store, entry, forwarded, dispatch),
      );
      const failed = entries.filter((entry) => entry.ErrorCode !== undefined);
      return { FailedEntryCount: failed.length, Entries: entries };
    },
  },
};

function putEventsPermissions(cloud: Cloud, input: PutEventsRequest): readonly Permission[] {
  const buses = new Set((input.Entries ?? []).map((entry) => busNameOf(entry.EventBusName)));
  return [...buses].map((bus) => onBus(cloud, 'events:PutEvents', bus));
}

function checkRequest(input: PutEventsRequest): void {
  const entries = input.Entries ?? [];
  if (entries.some((entry) => sizeOf(entry) > ENTRY_SIZE_BYTES)) {
    throw new ValidationException('Total size of the entries in the request is over the limit.');
  }
}

function sizeOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return bytes + (entry.Time === undefined ? 0 : TIME_SIZE_BYTES);
}

function putEntry(
  cloud: Cloud,
  store: EventBridgeStore,
  entry: PutEventsRequestEntry,
  forwarded: ForwardedEntries,
  dispatch: Dispatch,
): PutEventsResultEntry {
  const original = forwarded.get(entry);
  const problem = original === undefined ? problemOf(entry) : undefined;
  if (problem !== undefined) return problem;
  const event = original ?? envelopeOf(cloud, entry);
  const busName = busNameOf(entry.EventBusName);
  // As on AWS, events for a bus that does not exist are accepted and dropped.
  if (store.bus(busName) !== undefined) {
    dispatch(busName, event, original === undefined ? 'sender' : 'other-bus');
  }
  return { EventId: event.id };
}

function envelopeOf(cloud: Cloud, entry: PutEventsRequestEntry): EventEnvelope {
  const envelope = createEnvelope(cloud, {
    source: entry.Source ?? '',
    'detail-type': entry.DetailType ?? '',
    resources: entry.Resources ?? [],
    detail: parseDocument(entry.Detail ?? '{}') as object,
  });
  return entry.Time === undefined ? envelope : { ...envelope, time: wholeSeconds(entry.Time) };
}

function problemOf(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name] === undefined || entry[name] === '') {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (entry.Source?.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  return isObjectText(entry.Detail ?? '')
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
