import { type ChildProcess, fork } from 'node:child_process';
import type { Load, Measured } from './load.ts';

/** Sends loads from a process of its own, so that the clients share only the CPU with the server. */
export class LoadProcess {
  readonly #child: ChildProcess;

  /** The program calls {@link measure} for each message, and answers with what it measured. */
  constructor(program: string) {
    this.#child = fork(program);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** One load at a time. */
  send(load: Load): Promise<Measured> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('The process of the clients has ended.'));
      this.#child.once('exit', onExit);
      this.#child.once('message', (measured) => {
        this.#child.off('exit', onExit);
        resolve(measured as Measured);
      });
      this.#child.send(load);
    });
  }

  stop(): void {
    this.#child.removeAllListeners('exit');
    this.#child.kill();
  }
}
