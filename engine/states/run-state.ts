import type { Thread } from '../execution/thread.ts';
import type { State, StateType } from '../machine.ts';

/**
 * Runs a state that was entered. When it returns, the thread has left the state, or waits for something
 * that will call back, or is over. Throws a `StatesError` that may be retried or caught.
 */
export type RunState<S extends State> = (thread: Thread, state: S) => void;

/** The state of a type. */
export type StateOf<Type extends StateType> = Extract<State, { readonly type: Type }>;
