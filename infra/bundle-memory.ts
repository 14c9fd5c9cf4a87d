import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { version } from 'esbuild';

/** Decides, with the sources, what a bundle contains: the lock file stands for all of node_modules. */
const SETTINGS = ['package.json', 'package-lock.json'];
/** Settings that an app may lack. */
const OPTIONAL_SETTINGS = ['tsconfig.json'];
const LINE_FEED = 0x0a;

export interface Bundle {
  readonly code: Uint8Array;
  /** The files of the app that it was made of, as paths from the app's folder. */
  readonly inputs: readonly string[];
}

interface Header {
  /** Of what the bundle was made of. */
  readonly sources: string;
  /** Of the bundle itself. */
  readonly code: string;
  readonly inputs: readonly string[];
}

/** The bundles of an app's handlers that earlier processes made, so that they are made again only after a change. */
export class BundleMemory {
  readonly #folder: string;
  readonly #options: string;

  /**
   * @param folder the folder of the app
   * @param options of the bundler, as text
   */
  constructor(folder: string, options: string) {
    this.#folder = folder;
    this.#options = options;
  }

  /** @returns undefined if there is no bundle, or a file that it was made of has changed */
  find(entry: string): Bundle | undefined {
    const file = this.#fileOf(entry);
    if (!existsSync(file)) return undefined;
    const stored = readFileSync(file);
    const end = stored.indexOf(LINE_FEED);
    const header = parseHeader(stored.subarray(0, end).toString());
    const code = stored.subarray(end + 1);
    if (header === undefined || header.code !== digestOf(code)) return undefined;
    if (header.sources !== this.#digestSources(header.inputs)) return undefined;
    return { code, inputs: header.inputs };
  }

  keep(entry: string, { code, inputs }: Bundle): void {
    const sources = this.#digestSources(inputs);
    if (sources === undefined) return;
    const file = this.#fileOf(entry);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    const header: Header = { sources, code: digestOf(code), inputs };
    writeFileSync(draft, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), code]));
    renameSync(draft, file);
  }

  #fileOf(entry: string): string {
    return join(this.#folder, '.stepmill', 'bundled-handlers', basename(dirname(entry)));
  }

  /** @returns undefined if a file does not exist */
  #digestSources(inputs: readonly string[]): string | undefined {
    const digests = [...SETTINGS, ...OPTIONAL_SETTINGS, ...inputs].map((file) => {
      const path = resolve(this.#folder, file);
      if (existsSync(path)) return digestOf(readFileSync(path));
      return OPTIONAL_SETTINGS.includes(file) ? 'absent' : undefined;
    });
    if (digests.includes(undefined)) return undefined;
    return digestOf(JSON.stringify([version, this.#options, inputs, digests]));
  }
}

/** A file that another program cut off or changed has no bundle. */
function parseHeader(text: string): Header | undefined {
  try {
    return JSON.parse(text) as Header;
  } catch {
    return undefined;
  }
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
