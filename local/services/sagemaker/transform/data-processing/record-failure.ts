/** A record or an answer cannot be filtered or joined: its file fails. */
export class RecordFailure extends Error {
  override readonly name = 'RecordFailure';
}
