import type { Thread } from '../execution/thread.ts';
import type { State, StateType } from '../machine.ts';

/**
 * Runs a state that was entered. On return, the thread has left the state, waits for a callback, or has ended.
 * Throws a `StatesError`, which can be retried or caught.
 */
export type RunState<S extends State> = (thread: Thread, state: S) => void;

/** The compiled state of a type. */
export type StateOf<Type extends StateType> = Extract<State, { readonly type: Type }>;
