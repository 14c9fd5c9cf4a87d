import type { TaskState } from '../machine.ts';
import type { RunState } from './run-state.ts';
import { TaskAttempt } from './task-attempt.ts';

/** Starts a task on the host, and waits for its report. */
export const run: RunState<TaskState> = (thread, state) => {
  const resumption = thread.takeResumption();
  if (resumption?.kind === 'task')
    return new TaskAttempt(thread, state, resumption).takeUp(resumption);
  thread.setTaskToken(state.resource.pattern === 'WAIT_FOR_TASK_TOKEN' ? thread.uuid() : undefined);
  new TaskAttempt(thread, state, undefined).begin();
};
