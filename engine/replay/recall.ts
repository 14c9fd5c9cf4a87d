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
export class HistoryRecall {
  readonly #threads: Threads;
  readonly #events: HistoryEvent[] = [];
  /** Of each thread, the place of the event that left its last state. */
  readonly #exits = new Map<number, number>();

  constructor(machine: Machine) {
    this.#threads = new Threads(machine);
  }

  /** From the first event, without gaps. */
  get events(): readonly HistoryEvent[] {
    return [...this.#events];
  }

  /** Takes the events that follow. */
  add(rendered: readonly RenderedEvent[]): void {
    for (const event of rendered) this.#take(event);
  }

  #take(event: RenderedEvent): void {
    const { id, previousEventId, timestamp, type } = event;
    const details = readDetails(event);
    const { frame, firstFrame } = this.#threads.place({ id, previousEventId, type, ...details });
    const known = firstFrame === undefined ? details : { ...details, firstFrame };
    if (type.endsWith('StateEntered')) this.#leadTo(details.name ?? '', frame);
    if (!type.endsWith('StateExited')) {
      this.#events.push({ id, previousEventId, timestamp, type, frame, details: known });
      return;
    }
    // Until the next state is entered, it is the one that the definition names.
    const next = nextOf(this.#threads.groupOf(frame), details.name ?? '');
    this.#exits.set(frame, this.#events.length);
    const exit = { id, previousEventId, timestamp, type, frame, details: { ...known, next } };
    this.#events.push(exit);
  }

  /** The thread has entered the state that followed. */
  #leadTo(next: string, frame: number): void {
    const place = this.#exits.get(frame);
    const exit = place === undefined ? undefined : this.#events[place];
    if (place === undefined || exit === undefined) return;
    this.#events[place] = { ...exit, details: { ...exit.details, next } };
    this.#exits.delete(frame);
  }
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

const WITHOUT_NEXT: ReadonlySet<StateType> = new Set(['Choice', 'Succeed', 'Fail']);

/** What the definition says follows. */
function nextOf(group: StateGroup | undefined, name: string): string | null {
  const state = group?.states.get(name);
  if (state === undefined || WITHOUT_NEXT.has(state.type)) return null;
  return 'next' in state ? (state.next ?? null) : null;
}
