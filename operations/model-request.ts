import { Refusal } from './refusal.ts';

/** A request to a live model, as its container takes it. */
export interface ModelRequest {
  readonly body: string;
  readonly contentType: string;
  /** @default as `contentType` */
  readonly accept?: string;
  /** Tells the request apart in what is captured. @default the place gives one */
  readonly inferenceId?: string;
  /** Of an endpoint with several. @default whichever is its turn */
  readonly variant?: string | undefined;
}

export interface ModelReply {
  readonly text: string;
  /** The variant of an endpoint that answered, or the version of a function. */
  readonly variant: string | undefined;
}

/** The model refused or failed, as SageMaker's runtime reports it of a container: the same in each place. */
export class ModelError extends Error {
  /** What the container answered. */
  readonly OriginalStatusCode: number;
  readonly OriginalMessage: string;

  constructor(status: number, message: string) {
    super(`Received error (${status}) from the model: ${message}`);
    this.name = 'ModelError';
    this.OriginalStatusCode = status;
    this.OriginalMessage = message;
  }
}

/** No model is live in the place. */
export class NoLiveModel extends Error {
  constructor(place: string, cause: unknown) {
    super(`${place} not found: no model is live.`, { cause });
    this.name = 'NoLiveModel';
  }
}

/** What stands in front of the model takes no request of this size, and the model was not asked. */
export class RequestTooLarge extends Refusal {
  override readonly name = 'RequestTooLarge';

  /** @param said what the service says of its limit */
  constructor(place: string, sizeBytes: number, said: string) {
    super(
      'request-too-large',
      `${place} takes no request of ${sizeBytes} bytes (${said.replace(/\.$/, '')}); the model was not asked. Send fewer rows in one request, or score a file as a whole: stepmill score.`,
    );
  }
}

/** The place answers no further request at the same time, and the model was not asked. */
export class ModelBusy extends Refusal {
  override readonly name = 'ModelBusy';

  /**
   * @param said what the service says of it
   * @param remedy the setting that gives it more
   */
  constructor(place: string, said: string, remedy: string) {
    super(
      'model-busy',
      `${place} has no room for another request (${said.replace(/\.$/, '')}); the model was not asked. Try again later, or give it more with ${remedy}.`,
    );
  }
}
