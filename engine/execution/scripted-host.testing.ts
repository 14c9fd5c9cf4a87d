import type { HistoryEvent } from '../history/event.ts';
import type {
  Host,
  MapRunReporter,
  MapRunRequest,
  TaskInvocation,
  TaskPreparation,
  TaskReporter,
} from '../host.ts';
import { parse, type RunOptions, redrive, resume, run } from '../index.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import { runMap } from '../testing/map-run.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

/** A report of a task, this many seconds after its start. */
export type Report = readonly [seconds: number, report: keyof TaskReporter, value?: unknown];

/** An execution whose tasks report what the script says. */
export interface Scenario {
  readonly definition: object;
  readonly input?: Json;
  /** The reports of each attempt of a Task state; further attempts report as the last one. */
  readonly tasks?: Readonly<Record<string, readonly (readonly Report[])[]>>;
  readonly prepare?: (invocation: TaskInvocation) => TaskPreparation | undefined;
  /** Drives the Map Runs. @default they run in memory */
  readonly mapRun?: (reporter: MapRunReporter) => void;
  readonly options?: Partial<RunOptions>;
  /** Aborts the execution after this many seconds. */
  readonly abortAfterSeconds?: number;
  /** The host ends after this many events, and the execution resumes in another one, whose tasks report again. */
  readonly crashAfterEvents?: number;
  /** What happens when the execution has ended. */
  readonly afterwards?: 'redrive' | 'resume';
}

const ACCOUNT = 'arn:aws:states:us-east-1:111111111111';
const IDENTITY = {
  executionArn: `${ACCOUNT}:execution:machine:run`,
  executionName: 'run',
  stateMachineArn: `${ACCOUNT}:stateMachine:machine`,
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::111111111111:role/any',
};

/** The maximum length of a document in a line. */
const SHOWN_CHARACTERS = 400;

/** All that a scenario's execution writes, asks of its host and answers to it, a line each. */
export function historyOf(scenario: Scenario): string {
  const { machine, diagnostics } = parse(JSON.stringify(scenario.definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return new ScriptedWorld(scenario, machine).record();
}

/** The events that a scenario's execution writes, with all that AWS does not show. */
export function eventsOf(scenario: Scenario): readonly HistoryEvent[] {
  const { machine, diagnostics } = parse(JSON.stringify(scenario.definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  const world = new ScriptedWorld(scenario, machine);
  world.record();
  return world.history;
}

class ScriptedWorld {
  readonly #scenario: Scenario;
  readonly #machine: Machine;
  readonly #clock: VirtualClock = createVirtualClock();
  readonly #startedAt = this.#clock.now();
  readonly #lines: string[] = [];
  readonly #history: HistoryEvent[] = [];
  readonly #attempts = new Map<string, number>();

  constructor(scenario: Scenario, machine: Machine) {
    this.#scenario = scenario;
    this.#machine = machine;
  }

  get history(): readonly HistoryEvent[] {
    return this.#history;
  }

  record(): string {
    const { abortAfterSeconds, crashAfterEvents, afterwards } = this.#scenario;
    const host = this.#host();
    const options = this.#options();
    const execution = run(this.#machine, this.#scenario.input ?? {}, host, options);
    if (abortAfterSeconds !== undefined) {
      this.#clock.advance(abortAfterSeconds * 1_000);
      execution.abort('Aborted', 'by the test');
    }
    if (crashAfterEvents !== undefined) return this.#resumeAfterCrash(crashAfterEvents);
    this.#finish();
    if (afterwards === 'redrive') this.#redrive(host, options);
    if (afterwards !== undefined) {
      resume(this.#machine, this.#history, host, options);
      this.#finish();
    }
    return `${this.#lines.join('\n')}\n`;
  }

  /** Twice, if the first does not help. */
  #redrive(host: Host, options: RunOptions): void {
    for (let times = 0; times < 2 && !this.#hasSucceeded(); times += 1) {
      redrive(this.#machine, this.#history, host, options);
      this.#finish();
    }
  }

  #hasSucceeded(): boolean {
    return this.#history.at(-1)?.type === 'ExecutionSucceeded';
  }

  #resumeAfterCrash(events: number): string {
    while (this.#history.length < events && this.#clock.step());
    const successor = new ScriptedWorld(this.#scenario, this.#machine);
    successor.#history.push(...this.#history.slice(0, events));
    successor.#clock.advance(this.#clock.now() - this.#startedAt);
    resume(this.#machine, successor.#history.slice(), successor.#host(), successor.#options());
    successor.#finish();
    return `${successor.#lines.join('\n')}\n`;
  }

  /** Timers that are left when an execution has ended would call back into it. */
  #finish(): void {
    for (let steps = 0; steps < 1_000 && !this.#hasEnded(); steps += 1) this.#clock.step();
    this.#say(`timers left: ${this.#clock.pendingTimers}`);
    for (let steps = 0; steps < 1_000 && this.#clock.step(); steps += 1);
  }

  #hasEnded(): boolean {
    return this.#lines.at(-1)?.includes(' ended ') === true;
  }

  #options(): RunOptions {
    const { inspect } = this.#scenario.options ?? {};
    return {
      ...IDENTITY,
      ...this.#scenario.options,
      ...(inspect !== undefined && {
        inspect: (stage, value) => this.#say(`inspect ${stage} ${show(value)}`),
      }),
    };
  }

  #host(isChild = false): Host {
    const { prepare } = this.#scenario;
    return {
      clock: this.#clock,
      random: { next: () => 0.5, uuid: () => `uuid-${this.#history.length}` },
      append: (event) => {
        if (!isChild) this.#append(event);
      },
      ...(prepare !== undefined && { prepareTask: prepare }),
      startTask: (invocation, reporter) => this.#startTask(invocation, reporter),
      startMapRun: (request, reporter) => this.#startMapRun(request, reporter),
      ended: (result) => this.#say(`ended ${show(result)}`),
    };
  }

  #append(event: HistoryEvent): void {
    const { id, previousEventId, type, frame, details } = event;
    this.#history.push(JSON.parse(JSON.stringify(event)) as HistoryEvent);
    this.#say(`${id}<${previousEventId} ${type}${frame === 0 ? '' : `/${frame}`} ${show(details)}`);
  }

  #startTask(invocation: TaskInvocation, reporter: TaskReporter): () => void {
    const { stateName } = invocation;
    this.#say(`startTask ${show(invocation)}`);
    const attempt = this.#attempts.get(stateName) ?? 0;
    this.#attempts.set(stateName, attempt + 1);
    const attempts = this.#scenario.tasks?.[stateName] ?? [[[1, 'succeeded', 'done']]];
    for (const report of attempts[Math.min(attempt, attempts.length - 1)] ?? []) {
      this.#schedule(stateName, reporter, report);
    }
    return () => this.#say(`stop ${stateName}`);
  }

  #schedule(stateName: string, reporter: TaskReporter, [seconds, name, value]: Report): void {
    const report = (): void => {
      const accepted = (reporter[name] as (value: unknown) => boolean)(value);
      if (!accepted) this.#say(`${stateName} ${name}: refused`);
    };
    if (seconds === 0) report();
    else this.#clock.setTimer(seconds * 1_000, report);
  }

  #startMapRun(request: MapRunRequest, reporter: MapRunReporter): () => void {
    const { machine: _, selectItem, ...shown } = request;
    this.#say(`startMapRun ${show({ ...shown, selects: selectItem !== undefined })}`);
    const { mapRun } = this.#scenario;
    if (mapRun !== undefined) {
      this.#clock.setTimer(1_000, () => mapRun(reporter));
      return () => this.#say('stop the Map Run');
    }
    return runMap(request, reporter, {
      hostFor: (_index, ended) => ({ ...this.#host(true), ended }),
      readItems: () => ['a', 'b', 'c'],
      mapRunArn: `${ACCOUNT}:mapRun:machine/map:1`,
    });
  }

  #say(line: string): void {
    this.#lines.push(`${(this.#clock.now() - this.#startedAt) / 1_000}s ${line}`);
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  if (text.length <= SHOWN_CHARACTERS * 2) return text;
  return `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`;
}
