import { findPattern } from './bounded-pattern.ts';
import type { Buildspec, BuildspecPhase } from './buildspec.ts';
import type { BuildShell } from './shell.ts';

/** The phases with commands of a build specification. */
export const COMMAND_PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;

export type CommandPhase = (typeof COMMAND_PHASES)[number];

/** Why a phase failed, as CodeBuild describes it. */
export interface PhaseFailure {
  readonly command: string;
  readonly status: number;
}

export interface PhaseObserver {
  onPhase(phase: CommandPhase): void;
  onCommand(command: string): void;
  onFailedCommand(failure: PhaseFailure): void;
  onPhaseEnd(phase: CommandPhase, failure: PhaseFailure | undefined): void;
  /** The last lines that the commands wrote. */
  readonly lastOutput: () => string;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html: RETRY alone retries three times. */
const DEFAULT_RETRIES = 3;
const MAX_RETRIES = 100;

/** What happens after a failed phase. */
interface FailureRule {
  readonly next: 'abort' | 'continue' | 'default';
  readonly retries: number;
  readonly pattern: string | undefined;
}

/**
 * Runs the phases by the rules of version 0.2: a failed command ends its phase, whose `finally` runs; a failed install or pre_build
 * ends the commands; post_build runs after a failed build, unless `on-failure` says otherwise.
 *
 * @returns whether all phases succeeded
 */
export async function runPhases(
  { phases }: Buildspec,
  shell: BuildShell,
  { observer, signal }: { readonly observer: PhaseObserver; readonly signal: AbortSignal },
): Promise<boolean> {
  let succeeds = true;
  for (const name of COMMAND_PHASES) {
    if (signal.aborted) return false;
    await shell.set('CODEBUILD_BUILD_SUCCEEDING', succeeds ? '1' : '0');
    const phase = phases[name] ?? {};
    const rule = readFailureRule(phase['on-failure']);
    observer.onPhase(name);
    const failure = await runWithRetries(phase, shell, { rule, observer, signal });
    observer.onPhaseEnd(name, failure);
    if (failure === undefined) continue;
    succeeds = false;
    const isLast = rule.next === 'abort' || (rule.next === 'default' && name !== 'build');
    if (isLast) break;
  }
  return succeeds;
}

interface PhaseRun {
  readonly rule: FailureRule;
  readonly observer: PhaseObserver;
  readonly signal: AbortSignal;
}

async function runWithRetries(
  phase: BuildspecPhase,
  shell: BuildShell,
  run: PhaseRun,
): Promise<PhaseFailure | undefined> {
  const { retries, pattern } = run.rule;
  for (let attempt = 0; ; attempt += 1) {
    const failure = await runPhase(phase, shell, run.observer);
    const isRetried =
      failure !== undefined &&
      attempt < retries &&
      !run.signal.aborted &&
      (pattern === undefined || findPattern(pattern, run.observer.lastOutput()) === true);
    if (!isRetried) return failure;
  }
}

async function runPhase(
  { commands = [], finally: last = [] }: BuildspecPhase,
  shell: BuildShell,
  observer: PhaseObserver,
): Promise<PhaseFailure | undefined> {
  const failure = await runCommands(commands, shell, observer);
  const later = await runCommands(last, shell, observer);
  return failure ?? later;
}

async function runCommands(
  commands: readonly string[],
  shell: BuildShell,
  observer: PhaseObserver,
): Promise<PhaseFailure | undefined> {
  for (const command of commands) {
    observer.onCommand(command);
    const status = await shell.run(command);
    if (status === 0) continue;
    const failure = { command, status };
    observer.onFailedCommand(failure);
    return failure;
  }
  return undefined;
}

/** `ABORT`, `CONTINUE`, `RETRY`, `RETRY-<count>`, `RETRY-<regex>` or `RETRY-<count>-<regex>`. */
function readFailureRule(value: string | undefined): FailureRule {
  if (value === 'ABORT') return { next: 'abort', retries: 0, pattern: undefined };
  if (value === 'CONTINUE') return { next: 'continue', retries: 0, pattern: undefined };
  const [, count, regex] = /^RETRY(?:-(\d+))?(?:-(.+))?$/.exec(value ?? '') ?? [];
  if (value === undefined || !value.startsWith('RETRY')) {
    return { next: 'default', retries: 0, pattern: undefined };
  }
  const retries = Math.min(Number(count ?? DEFAULT_RETRIES), MAX_RETRIES);
  return { next: 'default', retries, pattern: regex };
}
