import type { SucceedState } from '../machine.ts';
import type { RunState } from './run-state.ts';

/** Ends its group with success. */
export const run: RunState<SucceedState> = (thread, state) => {
  const input = state.flow.prepare(thread);
  thread.exit(state.flow.finish(thread, input), undefined);
};
