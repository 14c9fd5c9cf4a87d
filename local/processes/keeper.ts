import { type ChildProcess, spawn } from 'node:child_process';
import { NO_HOME, processEnvironment } from './environment.ts';

/**
 * Reads the ids of running groups until the pipe to this process closes, which also happens after kill -9.
 * Then it kills those groups; groups that end by themselves have two seconds.
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

/** Ends all process groups with this process. Only Linux has a signal for this, which Node does not support. */
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
  // The keeper waits for the end of this process, which must not wait for the keeper.
  shell.unref();
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  (shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return shell;
}
