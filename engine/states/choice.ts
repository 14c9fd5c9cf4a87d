import type { ChoiceState } from '../machine.ts';
import { runtimeError } from '../states-error.ts';
import type { RunState } from './run-state.ts';

/** Continues with the next state of the first matching rule. */
export const run: RunState<ChoiceState> = (thread, state) => {
  const input = state.flow.prepare(thread);
  const rule = state.rules.find((each) => each.matches(thread, input));
  if (rule === undefined && state.default === undefined) {
    // AWS documents States.NoChoiceMatched, but the service returns this:
    // https://github.com/floci-io/floci/pull/3167
    throw runtimeError(
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  if (rule === undefined) thread.exit(state.flow.finish(thread, input), state.default);
  else thread.exit(rule.finish(thread, input), rule.next);
};
