import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { visibleLine } from '../../local/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { SYNTHETIC_DATA_FILE } from '../runtime/forget-state.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { yellow } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

/** UCI Abalone (Nash et al. 1994, CC BY 4.0, doi 10.24432/C55C7W), as the repository serves it. */
const ABALONE_URL =
  'https://archive.ics.uci.edu/ml/machine-learning-databases/abalone/abalone.data';
const ABALONE_SHA256 = 'de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f';
const DOWNLOAD_TIMEOUT_MS = 8_000;

/** The data that a demonstration trains on. */
export interface DemoDataset {
  readonly file: string;
  readonly origin: string;
}

/** The sample is the same every time. */
const SAMPLE_SEED = 20_261_120;

/**
 * The real Abalone data if it can be had: the file given, a copy from before, a download checked by its
 * digest. Otherwise a seeded synthetic sample, which is announced as such.
 *
 * @throws UserError when the file given cannot be read
 */
export async function demoDataset(
  given: string | undefined,
  folder: string,
  terminal: Terminal,
): Promise<DemoDataset> {
  if (given !== undefined) {
    // `existsSync` is false for names that no file can have, for which `statSync` throws.
    if (!existsSync(given) || !statSync(given).isFile()) {
      throw new UserError(`${visibleLine(given)} is not a file; nothing was started.`);
    }
    return { file: given, origin: visibleLine(given) };
  }
  const cached = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'stepmill');
  const file = join(cached, 'abalone.csv');
  if (existsSync(file) && sha256(readFileSync(file)) === ABALONE_SHA256) {
    return { file, origin: `UCI Abalone, ${file}` };
  }
  const downloaded = await terminal
    .during('Download the Abalone data (UCI)', download)
    .catch((error: Error) => {
      terminal.note(
        `${yellow('!')} The Abalone data could not be downloaded: ${visibleLine(reasonOf(error))}`,
      );
    });
  if (downloaded !== undefined) {
    mkdirSync(cached, { recursive: true });
    writeFileSync(file, downloaded);
    return { file, origin: `UCI Abalone, ${ABALONE_URL}` };
  }
  return syntheticSample(folder, terminal);
}

function syntheticSample(folder: string, terminal: Terminal): DemoDataset {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, SYNTHETIC_DATA_FILE);
  writeFileSync(file, generateAbaloneSample(SAMPLE_SEED));
  terminal.note(
    `${yellow('!')} This run uses SYNTHETIC data, made up to look like Abalone. Its metrics say nothing about real abalones. Give the real file with --data.`,
  );
  return { file, origin: 'synthetic sample' };
}

async function download(): Promise<Buffer> {
  const response = await fetch(ABALONE_URL, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const content = Buffer.from(await response.arrayBuffer());
  if (sha256(content) !== ABALONE_SHA256) throw new Error('its digest is not the expected one');
  return content;
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
