import type { HistoryEvent } from '../../../engine/replay/index.ts';

/** A SageMaker job that a state started. */
export interface Job {
  readonly id: number;
  readonly name: string;
}

export interface FailureEvent {
  readonly id: number;
  readonly error: string;
  readonly cause: string;
}

/** One time that a state was entered, until it was left. */
export interface Visit {
  /** The event that entered it, which names the visit. */
  readonly id: number;
  readonly state: string;
  /** Step Functions' type: Task, Choice … */
  readonly type: string;
  readonly frame: number;
  readonly enteredAt: number;
  readonly input: string | undefined;
  readonly attempts: readonly number[];
  readonly failures: readonly FailureEvent[];
  readonly jobs: readonly Job[];
  readonly exitedId: number | undefined;
  readonly exitedAt: number | undefined;
  readonly output: string | undefined;
  /** The state that followed. */
  readonly next: string | undefined;
  /** The variables that it assigned. */
  readonly assigned: readonly string[];
  readonly abortedId: number | undefined;
  readonly timeoutSeconds: number | undefined;
}

/** Events that begin a further attempt of the work of a state. */
const ATTEMPT = /^(?:Task|LambdaFunction|Activity)Scheduled$|^(?:Map|Parallel)StateStarted$/;
const FAILURE =
  /^(?:Task|LambdaFunction|Activity)(?:Failed|TimedOut|StartFailed|ScheduleFailed|SubmitFailed)$|^(?:Map|Parallel)StateFailed$|^EvaluationFailed$/;
const JOB_NAMES = ['TrainingJobName', 'ProcessingJobName', 'TransformJobName'] as const;

/** Every visit of a state, in the order in which they were entered. */
export function readVisits(events: readonly HistoryEvent[]): readonly Visit[] {
  const reader = new VisitReader();
  reader.add(events);
  return reader.visits;
}

/** Reads the visits of a history that comes in parts. */
export class VisitReader {
  readonly #visits: Visit[] = [];
  /** Of each thread, the place of its last visit. */
  readonly #last = new Map<number, number>();

  get visits(): readonly Visit[] {
    return [...this.#visits];
  }

  /** Takes the events that follow. */
  add(events: readonly HistoryEvent[]): void {
    for (const event of events) {
      if (event.type.endsWith('StateEntered')) this.#enter(event);
      else this.#change(event.frame, (visit) => take(visit, event));
    }
  }

  #enter(event: HistoryEvent): void {
    const visit = enter(event);
    this.#change(event.frame, (before) =>
      before.exitedId === undefined ? before : { ...before, next: visit.state },
    );
    this.#last.set(event.frame, this.#visits.length);
    this.#visits.push(visit);
  }

  #change(frame: number, change: (visit: Visit) => Visit): void {
    const place = this.#last.get(frame);
    const visit = place === undefined ? undefined : this.#visits[place];
    if (place !== undefined && visit !== undefined) this.#visits[place] = change(visit);
  }
}

function enter({ id, type, frame, timestamp, details }: HistoryEvent): Visit {
  return {
    id,
    state: details.name ?? '',
    type: type.slice(0, -'StateEntered'.length),
    frame,
    enteredAt: timestamp,
    input: textOf(details.document),
    attempts: [],
    failures: [],
    jobs: [],
    exitedId: undefined,
    exitedAt: undefined,
    output: undefined,
    next: undefined,
    assigned: [],
    abortedId: undefined,
    timeoutSeconds: undefined,
  };
}

function take(visit: Visit, { id, type, timestamp, details }: HistoryEvent): Visit {
  if (type.endsWith('StateExited')) {
    return {
      ...visit,
      exitedId: id,
      exitedAt: timestamp,
      output: textOf(details.document),
      next: details.next ?? undefined,
      assigned: Object.keys(details.assigned ?? {}),
    };
  }
  if (type.endsWith('StateAborted')) return { ...visit, abortedId: id };
  if (ATTEMPT.test(type)) return beginAttempt(visit, id, details);
  if (!FAILURE.test(type)) return visit;
  const failure = { id, error: details.error ?? 'States.Timeout', cause: details.cause ?? '' };
  return { ...visit, failures: [...visit.failures, failure] };
}

function beginAttempt(visit: Visit, id: number, details: HistoryEvent['details']): Visit {
  const job = findJob(textOf(details.document));
  return {
    ...visit,
    attempts: [...visit.attempts, id],
    abortedId: undefined,
    timeoutSeconds: details.timeoutSeconds,
    jobs: job === undefined ? visit.jobs : [...visit.jobs, { id, name: job }],
  };
}

/** The documents of a replay are text. */
function textOf(document: unknown): string | undefined {
  return typeof document === 'string' ? document : undefined;
}

function findJob(parameters: string | undefined): string | undefined {
  if (parameters === undefined || !JOB_NAMES.some((name) => parameters.includes(name))) {
    return undefined;
  }
  const given = JSON.parse(parameters) as Readonly<Record<string, unknown>>;
  return JOB_NAMES.map((each) => given[each]).find((each) => typeof each === 'string');
}
