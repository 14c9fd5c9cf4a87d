import { type Difference, differences, type MatchOptions } from './match.ts';
import type { RecordedCase, RecordedEvent } from './recorded-case.ts';

/** Whether a history has the recorded sequence of types (level 3), and whether it is the recorded one (level 4). */
export interface HistoryVerdict {
  readonly types: boolean;
  readonly whole: boolean;
  readonly differences: readonly Difference[];
}

/** Branches that ran side by side may interleave otherwise. */
export function compareHistories(
  recorded: Pick<RecordedCase, 'flags'>,
  expectedEvents: readonly RecordedEvent[],
  actualEvents: readonly RecordedEvent[],
  options: MatchOptions,
): HistoryVerdict {
  const flags = recorded.flags ?? {};
  const expected = flags.parallel_sorted === true ? resorted(expectedEvents) : expectedEvents;
  const actual = flags.parallel_sorted === true ? resorted(normalised(actualEvents)) : actualEvents;
  const found = differences(expected, actual, options);
  const types = typesOf(expected).join() === typesOf(actual).join();
  if (found.length === 0) return { types, whole: true, differences: [] };
  const asTrees = flags.concurrent === true && flags.parallel_sorted !== true;
  if (!asTrees || expected.length !== actual.length)
    return { types, whole: false, differences: found };
  const left = forest(expected);
  const right = forest(actual);
  const sameTypes = types || JSON.stringify(typesTree(left)) === JSON.stringify(typesTree(right));
  const whole = sameTypes && sameTree(left, right, 0, 0, options);
  return { types: sameTypes, whole, differences: whole ? [] : found };
}

function typesOf(events: readonly RecordedEvent[]): readonly unknown[] {
  return events.map((event) => event['type']);
}

const ends = [
  'ParallelStateSucceeded',
  'ParallelStateAborted',
  'ParallelStateExited',
  'ParallelStateFailed',
];

/** The recording tool's own normalisation of Parallel branches, kept bug for bug. */
function normalised(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const out: RecordedEvent[] = events.map((event) => ({ ...event }));
  let start: number | undefined;
  let region: RecordedEvent[] = [];
  let inside = false;
  for (let index = 0; index < out.length; index += 1) {
    const type = String(out[index]?.['type']);
    if (ends.includes(type)) {
      if (start !== undefined) out.splice(start, index - start, ...byText(region));
      inside = false;
    } else if (type === 'ParallelStateStarted') {
      inside = true;
      region = [];
      start = index + 1;
    } else if (inside) {
      const event = { ...out[index], id: [0], previousEventId: 0 };
      out[index] = event;
      region.push(event);
    }
  }
  return out;
}

function byText(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return [...events].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** JSON texts count as values, so that both sides sort alike; the order of members does not count. */
function textOf(event: RecordedEvent): string {
  const { timestamp: _, ...rest } = event;
  return JSON.stringify(canonical(rest));
}

function canonical(value: unknown): unknown {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return canonical(JSON.parse(value));
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([key, member]) => [key, canonical(member)]);
}

/** Sorts every run of events that the normalisation has taken the ids of. */
function resorted(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const out: RecordedEvent[] = [];
  let run: RecordedEvent[] = [];
  for (const event of events) {
    if (Array.isArray(event['id'])) {
      run.push(event);
    } else {
      out.push(...byText(run), event);
      run = [];
    }
  }
  return [...out, ...byText(run)];
}

const joins = [
  'MapStateSucceeded',
  'MapStateFailed',
  'MapStateAborted',
  'MapStateExited',
  'ParallelStateSucceeded',
  'ParallelStateFailed',
  'ParallelStateAborted',
  'ParallelStateExited',
];
const opens = ['MapStateStarted', 'ParallelStateStarted'];

type Forest = ReadonlyMap<number, readonly RecordedEvent[]>;

/** Events below their predecessors; the end of a Map or Parallel hangs below its start. */
function forest(events: readonly RecordedEvent[]): Forest {
  const byId = new Map(events.map((event) => [event['id'] as number, event]));
  const parents = new Map<number, number>();
  const children = new Map<number, RecordedEvent[]>();
  for (const event of events) {
    const id = event['id'] as number;
    const parent = joins.includes(String(event['type']))
      ? startOf(event, byId, parents)
      : (event['previousEventId'] as number);
    parents.set(id, parent);
    children.set(parent, [...(children.get(parent) ?? []), event]);
  }
  return children;
}

function startOf(
  event: RecordedEvent,
  byId: ReadonlyMap<number, RecordedEvent>,
  parents: ReadonlyMap<number, number>,
): number {
  const own = event['previousEventId'] as number;
  let at = own;
  for (let each = byId.get(at); each !== undefined; each = byId.get(at)) {
    const type = String(each['type']);
    if (opens.includes(type)) return at;
    if (type === 'MapStateExited' || type === 'ParallelStateExited') {
      at = parents.get(at) ?? 0;
      const above = byId.get(at);
      if (above !== undefined && opens.includes(String(above['type']))) {
        at = above['previousEventId'] as number;
      }
    } else {
      at = each['previousEventId'] as number;
    }
  }
  return own;
}

function typesTree(tree: Forest, root = 0): unknown {
  const nodes = (tree.get(root) ?? []).map((event) => [
    event['type'],
    typesTree(tree, event['id'] as number),
  ]);
  return nodes.map((node) => JSON.stringify(node)).sort();
}

function sameTree(
  left: Forest,
  right: Forest,
  leftRoot: number,
  rightRoot: number,
  options: MatchOptions,
): boolean {
  const expected = left.get(leftRoot) ?? [];
  const actual = [...(right.get(rightRoot) ?? [])];
  if (expected.length !== actual.length) return false;
  return expected.every((event) => {
    const index = actual.findIndex(
      (other) =>
        event['type'] === other['type'] &&
        differences(content(event), content(other), options).length === 0 &&
        sameTree(left, right, event['id'] as number, other['id'] as number, options),
    );
    if (index >= 0) actual.splice(index, 1);
    return index >= 0;
  });
}

function content(event: RecordedEvent): RecordedEvent {
  const { id: _, previousEventId: __, timestamp: ___, ...rest } = event;
  return rest;
}
