import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder } from '../remove-folder.ts';

const run = promisify(execFile);

/** Whether this machine allows mounting a disk that only this process tree sees. */
export function canMakeSmallDisks(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** A disk of a few megabytes that only processes started through `enter` see. */
export class SmallDisk {
  /** The mount point. */
  readonly folder: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.#holder = holder;
  }

  static async mount(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'stepmill-disk-'));
    const script = 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && exec sleep infinity';
    const holder = spawn('unshare', ['-rm', 'sh', '-c', script, 'sh', `${megabytes}m`, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    return new SmallDisk(folder, holder);
  }

  /** The command that runs another command with the disk mounted. */
  get enter(): readonly [string, ...string[]] {
    return [
      'nsenter',
      '--target',
      String(this.#holder.pid),
      '--user',
      '--mount',
      '--preserve-credentials',
      `--wdns=${process.cwd()}`,
    ];
  }

  /** Fills the disk except for this space. */
  async fill(megabytes: number): Promise<void> {
    await this.#shell(
      'free=$(df --output=avail -k "$1" | tail -1); head -c $(((free - $2 * 1024) * 1024)) /dev/zero > "$1/ballast"',
      String(megabytes),
    );
  }

  /** Frees the space that `fill` used. */
  async free(): Promise<void> {
    await this.#shell('rm "$1/ballast"');
  }

  async unmount(): Promise<void> {
    this.#holder.kill('SIGKILL');
    await removeFolder(this.folder);
  }

  async #shell(script: string, ...values: readonly string[]): Promise<void> {
    const [program, ...options] = this.enter;
    await run(program, [...options, 'sh', '-c', script, 'sh', this.folder, ...values]);
  }
}
