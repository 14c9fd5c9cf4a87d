import {
  formatInstant,
  type HistoryEvent,
  type Json,
  type JsonObject,
} from '../../engine/index.ts';

/** A visit of a state by an execution in this process: its input and its outcome. */
export interface RecordedVisit {
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  /** For a Task: its evaluated arguments. */
  readonly task: Json | undefined;
  /** For a Task: its answer. */
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
  const reader = new VisitReader(history);
  for (const event of history) reader.read(event);
  return reader.visits;
}

class VisitReader {
  readonly visits: RecordedVisit[] = [];
  readonly #execution: RecordedVisit['execution'];
  readonly #events: ReadonlyMap<number, HistoryEvent>;
  readonly #variables = new Map<number, JsonObject>([[0, {}]]);
  readonly #open = new Map<number, OpenVisit>();

  constructor(history: readonly HistoryEvent[]) {
    const [first] = history;
    this.#execution = {
      input: first?.details.document ?? {},
      startedAt: formatInstant(first?.timestamp ?? 0),
    };
    this.#events = new Map(history.map((event) => [event.id, event]));
  }

  read(event: HistoryEvent): void {
    if (event.type.endsWith('StateEntered')) return this.#enter(event);
    const visit = this.#open.get(event.frame);
    if (visit === undefined) return;
    const { details, type } = event;
    if (type === 'TaskScheduled') this.#schedule(visit, details.document);
    else if (type === 'TaskSucceeded') {
      visit.answer = { kind: 'result', result: details.document ?? {} };
    } else if (type === 'TaskFailed') {
      visit.answer = { kind: 'error', error: details.error ?? '', cause: details.cause ?? '' };
    } else if (type.endsWith('StateExited')) this.#leave(visit, event);
    else if (type === 'ExecutionFailed') {
      this.#record(visit, { kind: 'failed', error: details.error });
    }
  }

  #enter(event: HistoryEvent): void {
    const variables = this.#variablesOf(event);
    this.#variables.set(event.frame, variables);
    this.#open.set(event.frame, {
      state: event.details.name ?? '',
      input: event.details.document ?? {},
      variables,
      enteredAt: formatInstant(event.timestamp),
      task: undefined,
      retries: 0,
      answer: undefined,
    });
  }

  #schedule(visit: OpenVisit, task: Json | undefined): void {
    if (visit.answer?.kind === 'error') {
      this.#record(visit, { kind: 'retried' });
      visit.retries += 1;
    }
    visit.task = task;
    visit.answer = undefined;
  }

  #leave(visit: OpenVisit, { details, frame }: HistoryEvent): void {
    const next = details.next ?? undefined;
    this.#record(visit, { kind: 'left', output: details.document ?? {}, next });
    this.#variables.set(frame, { ...this.#variables.get(frame), ...details.assigned });
    this.#open.delete(frame);
  }

  #record(visit: OpenVisit, outcome: RecordedOutcome): void {
    this.visits.push({ ...visit, execution: this.#execution, outcome });
  }

  #variablesOf(event: HistoryEvent): JsonObject {
    let at: HistoryEvent | undefined = event;
    while (at !== undefined && !this.#variables.has(at.frame)) {
      at = this.#events.get(at.previousEventId);
    }
    return this.#variables.get(at?.frame ?? 0) ?? {};
  }
}
