/** A Dockerfile that no builder accepts. The message starts with the line, counted from 1. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
  readonly line: number;
  /** The message without the line. */
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`Dockerfile line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}
