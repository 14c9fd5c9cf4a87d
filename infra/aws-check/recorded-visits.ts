import {
  formatInstant,
  type HistoryEvent,
  type Json,
  type JsonObject,
} from '../../engine/index.ts';

/** What one state was given and did, in an execution in this process. */
export interface RecordedVisit {
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  /** Of a Task: what it was asked, after its arguments were evaluated. */
  readonly task: Json | undefined;
  /** Of a Task: what it answered. */
  readonly answer: RecordedAnswer | undefined;
  /** How many attempts failed before. */
  readonly retries: number;
  readonly enteredAt: string;
  readonly outcome: RecordedOutcome;
  readonly execution: { readonly input: Json; readonly startedAt: string };
}

export type RecordedAnswer =
  | { readonly kind: 'result'; readonly result: Json }
  | { readonly kind: 'error'; readonly error: string; readonly cause: string };

export type RecordedOutcome =
  | { readonly kind: 'left'; readonly output: Json; readonly next: string | undefined }
  | { readonly kind: 'retried' }
  | { readonly kind: 'failed'; readonly error: string | undefined };

interface OpenVisit {
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  readonly enteredAt: string;
  task: Json | undefined;
  retries: number;
  answer: RecordedAnswer | undefined;
}

/** The visits of an execution's states, from its history. Nested states begin with the outer variables. */
export function readVisits(history: readonly HistoryEvent[]): readonly RecordedVisit[] {
  const visits: RecordedVisit[] = [];
  const [first] = history;
  const execution = {
    input: first?.details.document ?? {},
    startedAt: formatInstant(first?.timestamp ?? 0),
  };
  const variables = new Map<number, JsonObject>([[0, {}]]);
  const open = new Map<number, OpenVisit>();
  const byId = new Map(history.map((event) => [event.id, event]));
  const variablesOf = (event: HistoryEvent): JsonObject => {
    let at: HistoryEvent | undefined = event;
    while (at !== undefined && !variables.has(at.frame)) at = byId.get(at.previousEventId);
    return variables.get(at?.frame ?? 0) ?? {};
  };
  for (const event of history) {
    const { details, frame, type } = event;
    const visit = open.get(frame);
    if (type.endsWith('StateEntered')) {
      const known = variablesOf(event);
      variables.set(frame, known);
      open.set(frame, {
        state: details.name ?? '',
        input: details.document ?? {},
        variables: known,
        enteredAt: formatInstant(event.timestamp),
        task: undefined,
        retries: 0,
        answer: undefined,
      });
      continue;
    }
    if (visit === undefined) continue;
    if (type === 'TaskScheduled') {
      if (visit.answer?.kind === 'error') {
        visits.push({ ...visit, execution, outcome: { kind: 'retried' } });
        visit.retries += 1;
      }
      visit.task = details.document;
      visit.answer = undefined;
    } else if (type === 'TaskSucceeded') {
      visit.answer = { kind: 'result', result: details.document ?? {} };
    } else if (type === 'TaskFailed') {
      visit.answer = { kind: 'error', error: details.error ?? '', cause: details.cause ?? '' };
    } else if (type.endsWith('StateExited')) {
      const next = details.next ?? undefined;
      visits.push({
        ...visit,
        execution,
        outcome: { kind: 'left', output: details.document ?? {}, next },
      });
      variables.set(frame, { ...variables.get(frame), ...details.assigned });
      open.delete(frame);
    } else if (type === 'ExecutionFailed') {
      visits.push({ ...visit, execution, outcome: { kind: 'failed', error: details.error } });
    }
  }
  return visits;
}
