/** What a recipe cannot do, by the line of the Dockerfile. */
export interface Refusal {
  /** Counted from 1. */
  readonly line: number;
  /** For example `RUN apt-get`. */
  readonly instruction: string;
  /** Why it cannot be done, and what to do. */
  readonly reason: string;
}

/** Images that need a container engine: the message names each line and what to do. */
export class RecipeRefused extends Error {
  override readonly name = 'RecipeRefused';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    const lines = refusals.map(
      ({ instruction, line, reason }) => `line ${line}: ${instruction}: ${reason}`,
    );
    super(
      `This Dockerfile cannot run as a process, and no container of it is started:\n${lines.join('\n')}`,
    );
    this.refusals = refusals;
  }
}

/** An instruction that could be done, but failed: a missing file, requirements that do not resolve. */
export class RecipeFailed extends Error {
  override readonly name = 'RecipeFailed';
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`Dockerfile line ${line}: ${reason}`);
    this.line = line;
  }
}
