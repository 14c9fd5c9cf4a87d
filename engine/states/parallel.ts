import type { Thread } from '../execution/thread.ts';
import type { Json } from '../json.ts';
import type { ParallelState } from '../machine.ts';
import { Branches, type BranchesPlan, resumeBranches } from './branches.ts';
import type { RunState } from './run-state.ts';

/** Runs all branches concurrently with the same input. */
export const run: RunState<ParallelState> = (thread, state) => {
  const resumption = thread.takeResumption();
  if (resumption?.kind === 'join' && resumption.output !== undefined) {
    return thread.exit(state.flow.finish(thread, resumption.output.value), state.next);
  }
  const input = state.flow.prepare(thread);
  thread.assertSize(input);
  const plan = planOf(thread, state, input);
  if (resumption?.kind === 'join') return resumeBranches(thread, plan, resumption);
  const firstFrame = thread.execution.reserveFrames(plan.count);
  const id = thread.append('ParallelStateStarted', { firstFrame, retries: thread.retries });
  new Branches(thread, plan, id, firstFrame).begin();
};

function planOf(thread: Thread, state: ParallelState, input: Json): BranchesPlan {
  return {
    count: state.branches.length,
    concurrency: state.branches.length,
    branch: (index) => {
      const group = state.branches[index];
      if (group === undefined) throw new RangeError(`The Parallel state has no branch ${index}.`);
      return { group, input: () => input };
    },
    iterations: false,
    succeededType: 'ParallelStateSucceeded',
    finish: (outputs) => thread.exit(state.flow.finish(thread, outputs), state.next),
  };
}
