import type {
  EventBridge,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { parseDocument, parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type NamedOwner, namedOwner, ownerInArn } from '../../cloud/named-owner.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { accountOf, type Principal } from '../../cloud/principal.ts';
import type { Permission } from '../../cloud/service.ts';
import { onBus } from './buses.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { createEnvelope, type EventEnvelope, wholeSeconds } from './event.ts';
import { forwardedEvent } from './forwarded.ts';
import { ENTRY_SIZE_BYTES, TIME_SIZE_BYTES } from './limits.ts';
import type { EventBridgeState } from './state.ts';
import { busNameOf } from './store.ts';

/** PutEvents, for the events of applications. */
export const putEventsOperations: OperationTable<EventBridge, EventBridgeState> = {
  PutEvents: {
    permissions: (input: PutEventsRequest, { cloud }) => putEventsPermissions(cloud, input),
    async run(input: Checked<PutEventsRequest>, state, { principal }): Promise<PutEventsResponse> {
      checkRequest(input);
      const entries: PutEventsResultEntry[] = [];
      for (const entry of input.Entries) {
        const owner = ownerOf(state.cloud, entry, principal);
        entries.push(
          owner === state.cloud
            ? putEntry(state, entry, principal)
            : await putElsewhere(state.cloud, entry, principal),
        );
      }
      const failed = entries.filter((entry) => entry.ErrorCode !== undefined);
      return { FailedEntryCount: failed.length, Entries: entries };
    },
  },
};

function putEventsPermissions(cloud: Cloud, input: PutEventsRequest): readonly Permission[] {
  const buses = new Set((input.Entries ?? []).map((entry) => busArnOf(cloud, entry)));
  return [...buses].map((resource) => ({ action: 'events:PutEvents', resource }));
}

/** The account of a request: for PutEvents, that of its buses if all are of one account. */
export function ownerOfRequest(operation: string, input: object): NamedOwner | undefined {
  if (operation !== 'PutEvents') return namedOwner('eventbridge', input);
  const { Entries: entries = [] } = input as PutEventsRequest;
  const [first, ...others] = entries.map(({ EventBusName: bus = '' }) => ownerInArn(bus));
  const isOne = others.every((owner) => owner?.accountId === first?.accountId);
  return isOne ? first : undefined;
}

/** The bus may be of another account, which only its ARN says. */
function busArnOf(cloud: Cloud, { EventBusName: bus = '' }: PutEventsRequestEntry): string {
  return bus.startsWith('arn:') ? bus : onBus(cloud, 'events:PutEvents', bus).resource;
}

/** @throws AccessDeniedException for an account that this runtime does not have, as AWS says it of a bus that it hides */
function ownerOf(cloud: Cloud, entry: PutEventsRequestEntry, principal: Principal): Cloud {
  const arn = busArnOf(cloud, entry);
  const owner = cloud.ownerOfResource(arn);
  if (arn.split(':')[4] === owner.accountId) return owner;
  const caller = principal.kind === 'service' ? principal.service : principal.arn;
  throw new AccessDeniedException(
    `User: ${caller} is not authorized to perform: events:PutEvents on resource: ${arn} because no resource-based policy allows the events:PutEvents action`,
  );
}

/** Puts an entry on a bus of another account. */
async function putElsewhere(
  cloud: Cloud,
  entry: PutEventsRequestEntry,
  principal: Principal,
): Promise<PutEventsResultEntry> {
  const input = { Entries: [entry] };
  const { Entries: [put = {}] = [] } = await cloud.handOn<PutEventsResponse>(
    principal,
    'eventbridge',
    'PutEvents',
    input,
  );
  return put;
}

function checkRequest(input: Checked<PutEventsRequest>): void {
  const entries = input.Entries;
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
  { cloud, store, dispatch }: EventBridgeState,
  entry: PutEventsRequestEntry,
  principal: Principal,
): PutEventsResultEntry {
  const original = forwardedEvent(entry);
  const problem = original === undefined ? problemOf(entry) : undefined;
  if (problem !== undefined) return problem;
  const event = original ?? envelopeOf(cloud, entry, principal);
  const busName = busNameOf(entry.EventBusName);
  // As on AWS, events for a bus that does not exist are accepted and dropped.
  if (store.bus(busName) !== undefined) {
    dispatch(busName, event, original === undefined ? 'sender' : 'other-bus');
  }
  return { EventId: event.id };
}

/** The account of an event is its sender's, also on the bus of another account. */
function envelopeOf(
  cloud: Cloud,
  entry: PutEventsRequestEntry,
  principal: Principal,
): EventEnvelope {
  const account = accountOf(principal) ?? cloud.accountId;
  const content = createEnvelope(cloud, {
    source: entry.Source ?? '',
    'detail-type': entry.DetailType ?? '',
    resources: entry.Resources ?? [],
    detail: parseDocument(entry.Detail ?? '{}') as object,
  });
  const envelope = { ...content, account };
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
