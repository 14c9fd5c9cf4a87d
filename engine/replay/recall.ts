import type { EventDetails, HistoryEvent } from '../history/event.ts';
import type { RenderedEvent } from '../history/render.ts';
import type { Json } from '../json.ts';
import type { Machine, StateGroup, StateType } from '../machine.ts';
import { parseDocument } from '../parse-json.ts';
import { Threads } from './threads.ts';

/**
 * Gives events back what `GetExecutionHistory` does not say and the fold needs: the thread of each event, the threads
 * that a Map or a Parallel starts, and the next state. Inputs and outputs stay text; only variables are parsed.
 */
export function recallHistory(
  machine: Machine,
  rendered: readonly RenderedEvent[],
): readonly HistoryEvent[] {
  const threads = new Threads(machine);
  const events = rendered.map((event): HistoryEvent => {
    const { id, previousEventId, timestamp, type } = event;
    const details = readDetails(event);
    const { frame, firstFrame } = threads.place({ id, previousEventId, type, ...details });
    const known = firstFrame === undefined ? details : { ...details, firstFrame };
    return { id, previousEventId, timestamp, type, frame, details: known };
  });
  return withNextStates(events, (frame) => threads.groupOf(frame));
}

type Members = Readonly<Record<string, unknown>>;

/** The details are in the one member that is named for the type of the event. */
function readDetails(event: RenderedEvent): EventDetails {
  const member = Object.keys(event).find((name) => name.endsWith('EventDetails'));
  const { input, output, parameters, assignedVariables, state, timeoutInSeconds, ...details } = (
    member === undefined ? {} : event[member]
  ) as Members;
  const document = input ?? output ?? parameters;
  return {
    ...details,
    ...(typeof document === 'string' ? { document } : {}),
    ...(typeof state === 'string' ? { name: state } : {}),
    ...(typeof timeoutInSeconds === 'number' ? { timeoutSeconds: timeoutInSeconds } : {}),
    ...(assignedVariables === undefined
      ? {}
      : { assigned: parseEach(assignedVariables as Readonly<Record<string, string>>) }),
  };
}

function parseEach(texts: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parseText(text)]));
}

/** A value that Step Functions cut short stays text. */
function parseText(text: string): Json {
  try {
    return parseDocument(text);
  } catch {
    return text;
  }
}

/** The state that a thread enters next; at the end of what is known, the one that the definition names. */
function withNextStates(
  events: readonly HistoryEvent[],
  groupOf: (frame: number) => StateGroup | undefined,
): readonly HistoryEvent[] {
  const entered = new Map<number, string>();
  const reversed = events.toReversed().map((event): HistoryEvent => {
    const { type, frame, details } = event;
    if (type.endsWith('StateEntered')) entered.set(frame, details.name ?? '');
    if (!type.endsWith('StateExited')) return event;
    const next = entered.get(frame) ?? nextOf(groupOf(frame), details.name ?? '');
    entered.delete(frame);
    return { ...event, details: { ...details, next } };
  });
  return reversed.toReversed();
}

const WITHOUT_NEXT: ReadonlySet<StateType> = new Set(['Choice', 'Succeed', 'Fail']);

function nextOf(group: StateGroup | undefined, name: string): string | null {
  const state = group?.states.get(name);
  if (state === undefined || WITHOUT_NEXT.has(state.type)) return null;
  return 'next' in state ? (state.next ?? null) : null;
}
