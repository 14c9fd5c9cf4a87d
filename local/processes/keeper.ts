import { type ChildProcess, spawn } from 'node:child_process';
import { NO_HOME, processEnvironment } from './environment.ts';

/**
 * Reads which groups live, until the pipe to this process closes: however it ended, kill -9 among the ways.
 * Then it kills those groups; those that tidy up by themselves have two seconds for it.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
now=' ' later=' '
while read -r word leader; do
  case $word in
    now) now="$now$leader " ;;
    later) later="$later$leader " ;;
    gone)
      case $now in *" $leader "*) now="\${now%%" $leader "*} \${now#*" $leader "}" ;; esac
      case $later in *" $leader "*) later="\${later%%" $leader "*} \${later#*" $leader "}" ;; esac ;;
  esac
done
for leader in $now; do kill -9 "-$leader"; done 2>/dev/null
[ "$later" = ' ' ] && exit
sleep 2
for leader in $later; do kill -9 "-$leader"; done 2>/dev/null
`;

/** Sees to it that no process group outlives this process. Linux alone has a signal for that, and not from Node. */
export class Keeper {
  #shell: ChildProcess | undefined;

  watch(leader: number, afterwards: 'none' | 'a few seconds'): void {
    this.#say(`${afterwards === 'none' ? 'now' : 'later'} ${leader}`);
  }

  forget(leader: number): void {
    this.#say(`gone ${leader}`);
  }

  #say(line: string): void {
    this.#shell ??= startShell();
    this.#shell.stdin?.write(`${line}\n`);
  }
}

function startShell(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    env: processEnvironment({ home: NO_HOME }),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // It waits for the end of this process, which does not wait for it.
  shell.unref();
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  (shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return shell;
}
