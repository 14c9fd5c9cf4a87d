import { anyEventSchema, type ObservedEvent, observedEventSchema } from '../../events/index.ts';

/** An event of the project that is not as AWS documents it. */
export class UnreadableEvent extends Error {
  readonly detailType: string;
  readonly eventId: string;
  /** The fields that differ, and how. */
  readonly faults: readonly string[];

  constructor(detailType: string, eventId: string, faults: readonly string[]) {
    super(
      `The event ${eventId}, "${detailType}", was not counted, because it could not be read: ${faults.join('; ')}.`,
    );
    this.name = 'UnreadableEvent';
    this.detailType = detailType;
    this.eventId = eventId;
    this.faults = faults;
  }
}

/** The maximum number of differences that the message lists. */
const MAXIMUM_FAULTS = 10;

/** @throws UnreadableEvent naming the event and each field that is not as expected */
export function readEvent(event: unknown): ObservedEvent {
  const result = observedEventSchema.safeParse(event);
  if (result.success) return result.data;
  const { 'detail-type': detailType, id } = anyEventSchema.parse(event);
  const faults = result.error.issues
    .slice(0, MAXIMUM_FAULTS)
    .map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  throw new UnreadableEvent(detailType, id, faults);
}
