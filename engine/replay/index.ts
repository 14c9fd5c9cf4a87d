/**
 * The state of an execution at any of its events, from what `GetExecutionHistory` returns: the same fold with which the
 * engine resumes executions. It uses nothing but the language, so that it runs in a browser.
 */
import { compileMachine } from '../compile/machine.ts';
import { foldHistory } from '../execution/fold.ts';
import type { FrameRecord } from '../execution/record.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { RenderedEvent } from '../history/render.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Machine } from '../machine.ts';
import { HistoryRecall } from './recall.ts';

export type { HistoryEvent } from '../history/event.ts';
export type { RenderedEvent } from '../history/render.ts';
export type { Json, JsonObject } from '../json.ts';

/** One thread of an execution at an event: the machine's own, a branch, or an iteration. */
export interface ThreadView {
  readonly frame: number;
  /** The state that it is in, or was in last. */
  readonly state: string;
  /** It is in the state, which has not succeeded. */
  readonly isInState: boolean;
  /** All variables that it can read. */
  readonly variables: Readonly<Record<string, Json>>;
}

/** The recorded events of an execution, and its state at each of them. */
export interface Replay {
  /** With the thread of each event; inputs and outputs are text. */
  readonly events: readonly HistoryEvent[];
  /** The threads after this many events, the machine's own first; branches that have ended are left out. */
  readonly threadsAfter: (count: number) => readonly ThreadView[];
}

/**
 * @param definition of a machine that Step Functions has accepted
 * @param rendered from the first event, without gaps
 */
export function replay(definition: JsonObject, rendered: readonly RenderedEvent[]): Replay {
  const growing = new GrowingReplay(definition);
  growing.add(rendered);
  return growing.read();
}

/** A replay of a history that comes in parts, so that a long one is shown before all of it is read. */
export class GrowingReplay {
  readonly #machine: Machine;
  readonly #recall: HistoryRecall;

  /** @param definition of a machine that Step Functions has accepted */
  constructor(definition: JsonObject) {
    this.#machine = compileMachine(definition);
    this.#recall = new HistoryRecall(this.#machine);
  }

  /** Takes the events that follow, without gaps. */
  add(rendered: readonly RenderedEvent[]): void {
    this.#recall.add(rendered);
  }

  /** Of the events that were added so far. */
  read(): Replay {
    const machine = this.#machine;
    const { events } = this.#recall;
    return {
      events,
      threadsAfter: (count) =>
        count < 1 ? [] : viewThreads(foldHistory(machine, events.slice(0, count)).root),
    };
  }
}

function viewThreads(record: FrameRecord): readonly ThreadView[] {
  const { frame, stateName, entered, variables, work } = record;
  const view = { frame, state: stateName, isInState: entered, variables: variables.toObject() };
  const children = work?.kind === 'join' ? [...work.children.values()] : [];
  const running = children.filter(({ ended, counted }) => ended === undefined && !counted);
  return [view, ...running.flatMap(viewThreads)];
}
