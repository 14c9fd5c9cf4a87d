/** Why a task did not start; the message is its `stoppedReason`. */
export class TaskNotStarted extends Error {
  override readonly name: string = 'TaskNotStarted';
}

/** A container whose command cannot be executed; `reason` is that of the container. */
export class ContainerNotStarted extends TaskNotStarted {
  override readonly name = 'ContainerNotStarted';
  readonly container: string;
  readonly reason: string;

  /** @param problem in the words of a container engine */
  constructor(container: string, problem: string) {
    super('Task failed to start');
    this.container = container;
    this.reason = `${CANNOT_START}${problem}`;
  }
}

/** AWS's words: https://github.com/aws/amazon-ecs-agent/issues/3526 */
const CANNOT_START =
  'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';
