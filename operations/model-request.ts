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
