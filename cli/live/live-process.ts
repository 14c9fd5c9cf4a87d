import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DigestSwap } from '../../local/index.ts';
import {
  endWithSignal,
  makeTemporaryFolder,
  type ProcessWithInput,
  processEnvironment,
  SYNTHESIS_VARIABLES,
  signalGroup,
  startProcess,
} from '../../local/processes/index.ts';

/** The program that keeps the app loaded. */
export const LIVE_PROGRAM = 'dist/infra/live.js';

/** What a change of sources did to the assembly. */
export interface AssemblyUpdate {
  /** Stacks whose templates differ. */
  readonly stacks: readonly string[];
  /** Projects that are gone. */
  readonly removed: readonly string[];
}

/** Of what the process printed, enough for an error with its stack. */
const LAST_WORDS_CHARACTERS = 2_000;

/** Mistakes in the sources. */
export class SourceMistakes extends Error {
  override readonly name = 'SourceMistakes';
}

interface Answer {
  readonly mistakes?: string;
  readonly swap?: DigestSwap;
  readonly update?: AssemblyUpdate;
}

/** The app in a process of its own, so that what changed is made again in a fraction of a second. */
export class LiveProcess {
  readonly #child: ProcessWithInput;
  readonly #answers: AsyncIterator<string>;
  /** Resolves once the app is loaded. */
  readonly ready: Promise<void>;
  #lastWords = '';
  #isLost = false;

  /**
   * @param assembly the folder that it keeps up to date
   * @param settings `name=value` of each, which stand above `cdk.json`
   */
  constructor(assembly: string, settings: readonly string[], signal: AbortSignal) {
    const folder = makeTemporaryFolder('synth');
    this.#child = startProcess(process.execPath, [LIVE_PROGRAM], {
      environment: processEnvironment({
        home: folder.folder('home'),
        temporary: folder.folder('tmp'),
        inherit: SYNTHESIS_VARIABLES,
      }),
      input: true,
    });
    endWithSignal(this.#child, signal);
    this.#child.once('exit', () => {
      this.#isLost = true;
      void folder.remove();
    });
    // A write after its end is answered by the end of the answers.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = `${this.#lastWords}${text}`.slice(-LAST_WORDS_CHARACTERS);
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.ready = this.#ask({ assembly, context: synthesisContext(settings) }).then(() => undefined);
    this.ready.catch(() => {
      this.#isLost = true;
    });
  }

  /** Whether it cannot update the app any more: it has ended, which code of the app's files can cause, or never loaded the app. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Reads changed sources; `complete` then brings the assembly up to date with them.
   *
   * @param all synthesizes every stack, also where the app was loaded like this
   * @returns undefined if more than the contents of assets differs
   * @throws SourceMistakes; the assembly is then as it was
   */
  async prepare(changed: readonly string[], all: boolean): Promise<DigestSwap | undefined> {
    await this.ready;
    return (await this.#ask({ changed, all })).swap;
  }

  /** @throws SourceMistakes; the assembly is then as it was */
  async complete(): Promise<AssemblyUpdate> {
    const { update } = await this.#ask({ complete: true });
    return update ?? { stacks: [], removed: [] };
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    signalGroup(this.#child.pid, 'SIGKILL');
    await ended;
  }

  async #ask(message: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) {
      this.#isLost = true;
      throw new SourceMistakes(
        `The process that synthesizes the app has ended; the next change of a file starts another one. Its last words: ${this.#lastWords.trim() || 'none'}`,
      );
    }
    const answer = JSON.parse(value) as Answer;
    if (answer.mistakes !== undefined) throw new SourceMistakes(answer.mistakes);
    return answer;
  }
}

/** What `cdk synth` sets when it runs the app. */
function synthesisContext(settings: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    ...contextOf('cdk.json', ({ context }) => context),
    ...contextOf('cdk.context.json', (context) => context),
    ...Object.fromEntries(settings.map(splitSetting)),
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:version-reporting': true,
    'aws:cdk:bundling-stacks': ['**'],
  };
}

function splitSetting(setting: string): readonly [string, string] {
  const end = setting.indexOf('=');
  return [setting.slice(0, end), setting.slice(end + 1)];
}

type Json = Readonly<Record<string, unknown>>;

function contextOf(file: string, pick: (content: Json) => unknown): Json {
  if (!existsSync(file)) return {};
  return (pick(JSON.parse(readFileSync(file, 'utf8')) as Json) ?? {}) as Json;
}
