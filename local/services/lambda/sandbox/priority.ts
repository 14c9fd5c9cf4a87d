import { constants, setPriority } from 'node:os';

/**
 * On AWS a function does not take computing power from other services. Here it does, mostly while it starts,
 * so its process has a lower priority than the runtime.
 */
export function letRuntimeGoFirst({ pid }: { readonly pid?: number | undefined }): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has ended, or the system does not allow it: the function keeps its priority.
  }
}
