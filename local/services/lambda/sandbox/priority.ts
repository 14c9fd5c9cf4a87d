import { constants, setPriority } from 'node:os';

/**
 * On AWS a function takes no computing power from the services around it. Here it does, most of all while
 * it starts, so its process gives way to the runtime when both have something to do.
 */
export function letRuntimeGoFirst({ pid }: { readonly pid?: number | undefined }): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or this system does not let us: the function runs as it is.
  }
}
