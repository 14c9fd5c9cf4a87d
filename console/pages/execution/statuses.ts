import type { HistoryEvent } from '../../../engine/replay/index.ts';
import type { Visit } from './visits.ts';

/** How a state stands at an event. */
export type StateStatus = 'running' | 'retrying' | 'succeeded' | 'caught' | 'failed' | 'stopped';

/** An end of the execution, and the redrive after it. */
export interface Ending {
  readonly id: number;
  readonly type: string;
  readonly redrivenId: number | undefined;
}

/** The ends of an execution: one, and one more for each redrive. */
export function readEndings(events: readonly HistoryEvent[]): readonly Ending[] {
  const ends = events.filter(({ type }) =>
    /^Execution(?:Succeeded|Failed|Aborted|TimedOut)$/.test(type),
  );
  const redriven = events.filter(({ type }) => type === 'ExecutionRedriven');
  return ends.map(({ id, type }, index) => ({ id, type, redrivenId: redriven[index]?.id }));
}

/** How a visit stands after the event `at`. */
export function statusOf(visit: Visit, endings: readonly Ending[], at: number): StateStatus {
  const { exitedId, abortedId, type } = visit;
  const failure = visit.failures.findLast(({ id }) => id <= at);
  const attempt = visit.attempts.findLast((id) => id <= at) ?? 0;
  const hasFailed = failure !== undefined && failure.id > attempt;
  if (exitedId !== undefined && exitedId <= at) return hasFailed ? 'caught' : 'succeeded';
  const end = endings.findLast(({ id }) => id <= at);
  const isOver =
    end !== undefined && visit.id < end.id && (end.redrivenId === undefined || end.redrivenId > at);
  if (isOver) return endedStatus(end, type, hasFailed, abortedId);
  if (abortedId !== undefined && abortedId <= at) return 'stopped';
  return hasFailed ? 'retrying' : 'running';
}

/** A state that the end of the execution found at work. */
function endedStatus(
  end: Ending,
  type: string,
  hasFailed: boolean,
  abortedId: number | undefined,
): StateStatus {
  if (end.type === 'ExecutionSucceeded') return 'succeeded';
  if (type === 'Fail' || (hasFailed && abortedId === undefined)) return 'failed';
  return end.type === 'ExecutionTimedOut' ? 'failed' : 'stopped';
}

/** All visits of one state together. */
export interface StateSummary {
  readonly status: StateStatus;
  readonly visits: number;
  /** Those that were left. */
  readonly done: number;
  readonly retries: number;
  readonly last: Visit;
}

const AT_WORK: readonly StateStatus[] = ['running', 'retrying'];

/** The states that were entered until the event `at`, by their names. */
export function summarizeStates(
  visits: readonly Visit[],
  endings: readonly Ending[],
  at: number,
): ReadonlyMap<string, StateSummary> {
  const states = new Map<string, StateSummary>();
  for (const visit of visits) {
    if (visit.id > at) break;
    const status = statusOf(visit, endings, at);
    const before = states.get(visit.state);
    const isDone = visit.exitedId !== undefined && visit.exitedId <= at;
    const retries = Math.max(0, visit.attempts.filter((id) => id <= at).length - 1);
    states.set(visit.state, {
      status: before !== undefined && AT_WORK.includes(before.status) ? before.status : status,
      visits: (before?.visits ?? 0) + 1,
      done: (before?.done ?? 0) + (isDone ? 1 : 0),
      retries: (before?.retries ?? 0) + retries,
      last: visit,
    });
  }
  return states;
}

/** The arrows that were followed until the event `at`, by their keys. */
export function takenEdges(visits: readonly Visit[], at: number): ReadonlySet<string> {
  const left = visits.filter(({ exitedId = Number.POSITIVE_INFINITY }) => exitedId <= at);
  return new Set(
    left.flatMap((visit) =>
      visit.next === undefined ? [] : [edgeKey(visit.state, visit.next, wasCaught(visit))],
    ),
  );
}

/** Whether the last attempt failed, and the visit was left nevertheless. */
function wasCaught({ failures, attempts }: Visit): boolean {
  return (failures.at(-1)?.id ?? 0) > (attempts.at(-1) ?? 0);
}

/** The way from a state to another; that of a caught error is another one. */
export function edgeKey(from: string, to: string, isCatch: boolean): string {
  return `${from}\n${to}${isCatch ? '\ncatch' : ''}`;
}

/** The states that a redrive runs again: those that were at work when the execution ended. */
export function statesToRedrive(
  visits: readonly Visit[],
  endings: readonly Ending[],
): ReadonlySet<string> {
  const end = endings.at(-1);
  if (end === undefined || end.redrivenId !== undefined || end.type === 'ExecutionSucceeded') {
    return new Set();
  }
  return new Set(visits.filter(({ exitedId }) => exitedId === undefined).map(({ state }) => state));
}
