/**
 * The invocations of one version that find no idle process. A few processes start at a time: on one machine, more would
 * load their code no sooner. Each other invocation waits for a process that becomes idle or for its turn to start one, so
 * that the version still gets as many processes as invocations run at the same time, as on AWS.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class StartQueue<Process> {
  readonly #atOnce: number;
  readonly #waiting: ((idle: Process | undefined) => void)[] = [];
  #starting = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves to an idle process, or to undefined where the caller starts one and tells its end by `started`. */
  async enter(): Promise<Process | undefined> {
    if (this.#starting >= this.#atOnce) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    this.#starting += 1;
    return undefined;
  }

  /** Gives an idle process to the invocation that has waited longest. @returns whether there was one */
  give(idle: Process): boolean {
    const first = this.#waiting.shift();
    first?.(idle);
    return first !== undefined;
  }

  /** A process has loaded its code, or cannot: the invocation that has waited longest starts another one. */
  started(): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#starting -= 1;
    else first(undefined);
  }

  /** Nothing starts, so that nothing waits either. */
  get isEmpty(): boolean {
    return this.#starting === 0;
  }
}
