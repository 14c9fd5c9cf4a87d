import type { EventDetails, HistoryEventType } from '../history/event.ts';
import type { Machine, StateGroup } from '../machine.ts';

/** What places an event. */
export interface Placed extends EventDetails {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: HistoryEventType;
}

/** Where an event belongs. */
interface Place {
  readonly frame: number;
  /** The first thread that this event starts. */
  readonly firstFrame?: number;
}

/** The machine's own thread, a branch, or an iteration. */
interface Thread {
  readonly frame: number;
  readonly parent: Thread | undefined;
  readonly group: StateGroup;
  /** The state that was entered and not exited. */
  open: string | undefined;
  aborted: boolean;
  /** Of the Map or the Parallel that runs. */
  firstFrame: number | undefined;
  startedEventId: number;
}

/** Events of a Map or a Parallel itself; their predecessor may be the last event inside. */
const OF_A_JOIN =
  /^(Map|Parallel)State(?:Started|Succeeded|Failed)$|^(Map)Run(?:Started|Succeeded|Failed|Aborted|Redriven)$/;

/** Finds the threads of events by their predecessors, the names in them, and the definition. */
export class Threads {
  readonly #threads = new Map<number, Thread>();
  readonly #byEvent = new Map<number, Thread>();
  readonly #root: Thread;
  #nextFrame = 1;
  #before: { readonly type: HistoryEventType; readonly thread: Thread } | undefined;

  constructor(machine: Machine) {
    this.#root = this.#add(0, machine, undefined);
  }

  groupOf(frame: number): StateGroup | undefined {
    return this.#threads.get(frame)?.group;
  }

  place(event: Placed): Place {
    const thread = this.#find(event);
    this.#byEvent.set(event.id, thread);
    this.#before = { type: event.type, thread };
    const firstFrame = this.#note(thread, event);
    return { frame: thread.frame, ...(firstFrame === undefined ? {} : { firstFrame }) };
  }

  #add(frame: number, group: StateGroup, parent: Thread | undefined): Thread {
    const thread: Thread = {
      frame,
      parent,
      group,
      open: undefined,
      aborted: false,
      firstFrame: undefined,
      startedEventId: 0,
    };
    this.#threads.set(frame, thread);
    return thread;
  }

  #find(event: Placed): Thread {
    const { type, previousEventId, name = '' } = event;
    if (type.startsWith('Execution')) return this.#root;
    const before = this.#byEvent.get(previousEventId) ?? this.#root;
    if (type.startsWith('MapIteration')) return this.#iteration(before, event);
    if (type.endsWith('StateAborted')) return this.#aborted(before, type);
    if (type.endsWith('StateEntered') && before.startedEventId === previousEventId) {
      return this.#branch(before, name) ?? upTo(before, ({ group }) => hasState(group, name));
    }
    if (/State(?:Entered|Exited)$/.test(type)) {
      return upTo(before, ({ group }) => hasState(group, name));
    }
    if (type === 'EvaluationFailed') return upTo(before, ({ open }) => open === name);
    const [, map, run] = OF_A_JOIN.exec(type) ?? [];
    const joinType = map ?? run;
    return joinType === undefined ? before : upTo(before, (each) => openType(each) === joinType);
  }

  /** The branch of a Parallel that starts with this state. */
  #branch(parent: Thread, name: string): Thread | undefined {
    const state = parent.open === undefined ? undefined : parent.group.states.get(parent.open);
    if (state?.type !== 'Parallel' || parent.firstFrame === undefined) return undefined;
    const index = state.branches.findIndex((branch) => hasState(branch, name));
    const branch = state.branches[index];
    return branch && this.#child(parent, parent.firstFrame + index, branch);
  }

  #iteration(before: Thread, { name = '', index = 0 }: Placed): Thread {
    const map = upTo(before, ({ open }) => open === name);
    const state = map.group.states.get(name);
    if (state?.type !== 'Map' || map.firstFrame === undefined) return before;
    return this.#child(map, map.firstFrame + index, state.processor);
  }

  #child(parent: Thread, frame: number, group: StateGroup): Thread {
    return this.#threads.get(frame) ?? this.#add(frame, group, parent);
  }

  /** After the event of its iteration; of a Parallel, first the branch that failed and then its siblings. */
  #aborted(before: Thread, type: HistoryEventType): Thread {
    const last = this.#before;
    if (last?.type.startsWith('MapIteration') === true) return last.thread;
    const stateType = type.slice(0, -'StateAborted'.length);
    const isWaiting = (thread: Thread) => !thread.aborted && openType(thread) === stateType;
    const culprit = branchOf(before, isWaiting);
    if (culprit !== undefined) return culprit;
    const first = before.parent?.firstFrame ?? Number.POSITIVE_INFINITY;
    for (let frame = first; frame < this.#nextFrame; frame += 1) {
      const sibling = this.#threads.get(frame);
      if (sibling !== undefined && sibling.parent === before.parent && isWaiting(sibling)) {
        return sibling;
      }
    }
    return before;
  }

  #note(thread: Thread, event: Placed): number | undefined {
    const { type } = event;
    if (type === 'ExecutionRedriven') {
      for (const each of this.#threads.values()) each.aborted = false;
    } else if (type.endsWith('StateEntered')) {
      thread.open = event.name;
      thread.firstFrame = undefined;
    } else if (type.endsWith('StateExited')) {
      thread.open = undefined;
    } else if (type.endsWith('StateAborted')) {
      thread.aborted = true;
    } else if (type === 'MapStateStarted' || type === 'ParallelStateStarted') {
      return this.#start(thread, event);
    }
    return undefined;
  }

  /** The items of a distributed Map run in executions of their own. */
  #start(thread: Thread, { id, length = 0 }: Placed): number | undefined {
    const state = thread.open === undefined ? undefined : thread.group.states.get(thread.open);
    if (state?.type === 'Map' && state.mode === 'DISTRIBUTED') return undefined;
    const count = state?.type === 'Parallel' ? state.branches.length : length;
    thread.firstFrame = this.#nextFrame;
    thread.startedEventId = id;
    this.#nextFrame += count;
    return thread.firstFrame;
  }
}

function hasState(group: StateGroup, name: string): boolean {
  return group.states.get(name) !== undefined;
}

function openType({ open, aborted, group }: Thread): string | undefined {
  return open === undefined || aborted ? undefined : group.states.get(open)?.type;
}

/** The thread or the nearest around it; the thread itself where none is. */
function upTo(thread: Thread, isMeant: (thread: Thread) => boolean): Thread {
  for (let each: Thread | undefined = thread; each !== undefined; each = each.parent) {
    if (isMeant(each)) return each;
  }
  return thread;
}

/** The thread or the nearest around it that is meant, without the machine's own. */
function branchOf(thread: Thread, isMeant: (thread: Thread) => boolean): Thread | undefined {
  const found = upTo(thread, isMeant);
  return found.parent !== undefined && isMeant(found) ? found : undefined;
}
