/** Why a fleet could not be made; the message is AWS's, as it stands in `FailureReason`. */
export class FleetFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FleetFailure';
  }
}

/** A container answered with an error, or not at all (status 0). */
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
