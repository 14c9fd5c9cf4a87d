import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';

/** A fleet failed to start; the message is AWS's `FailureReason`. */
export class FleetFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FleetFailure';
  }
}

/** A container answered with an error, or did not answer (status 0). */
export class ContainerFailure extends Error {
  readonly container: string;
  readonly status: number;

  constructor(container: string, status: number, message: string) {
    super(message);
    this.name = 'ContainerFailure';
    this.container = container;
    this.status = status;
  }
}

/** The update must be rolled back; the message is the failure reason of the endpoint. */
export class RollbackNeeded extends Error {}

/** The failure reason of an endpoint. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isOurs = error instanceof FleetFailure || error instanceof RollbackNeeded;
  const reason = isOurs
    ? message
    : `Request to service failed. If failure persists after retry, contact customer support. (${message})`;
  return reason.slice(0, MAX_FAILURE_REASON_CHARACTERS);
}
