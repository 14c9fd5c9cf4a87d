import type { PassState } from '../machine.ts';
import type { RunState } from './run-state.ts';

/** Passes its input on, or `Result` instead. */
export const run: RunState<PassState> = (thread, state) => {
  const input = state.flow.prepare(thread);
  const output = state.flow.finish(thread, state.result ?? (state.result === null ? null : input));
  thread.exit(output, state.next);
};
