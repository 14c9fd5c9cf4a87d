/** Why a task did not start; the message is its `stoppedReason`. */
export class TaskNotStarted extends Error {
  override readonly name = 'TaskNotStarted';
}
