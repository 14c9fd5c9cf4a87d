import type { Thread } from '../execution/thread.ts';
import type { State, StateType } from '../machine.ts';
import { run as runChoice } from './choice.ts';
import { run as runFail } from './fail.ts';
import { run as runMap } from './map.ts';
import { run as runParallel } from './parallel.ts';
import { run as runPass } from './pass.ts';
import type { RunState, StateOf } from './run-state.ts';
import { run as runSucceed } from './succeed.ts';
import { run as runTask } from './task.ts';
import { run as runWait } from './wait.ts';

const runs: { readonly [Type in StateType]: RunState<StateOf<Type>> } = {
  Pass: runPass,
  Task: runTask,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Parallel: runParallel,
  Map: runMap,
};

/** Runs the current state of the thread. */
export function runState(thread: Thread): void {
  const { state } = thread;
  const run = runs[state.type] as RunState<State>;
  run(thread, state);
}
