/** Why an operation did nothing. */
export type RefusalKind =
  | 'data-not-found'
  | 'message-too-long'
  | 'model-busy'
  | 'no-live-model'
  | 'nothing-to-go-back-to'
  | 'request-too-large'
  | 'version-not-found';

/** What the person who asked can change; its message says what did not happen. */
export class Refusal extends Error {
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, message: string) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
  }
}
