import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildPhaseType, PhaseContext, StatusType } from '@aws-sdk/client-codebuild';
import {
  BuildShell,
  type Buildspec,
  type CommandPhase,
  type PhaseFailure,
  runPhases,
} from '../../../builds/index.ts';
import { publishBuildState } from '../build-events.ts';
import type { BuildRecord, PhaseRecord } from '../store.ts';
import { uploadArtifacts } from './build-artifacts.ts';
import type { BuildContext, BuildFolders } from './build-context.ts';
import { buildEnvironment, exportedVariables } from './build-environment.ts';
import { BuildFailure } from './build-failure.ts';
import { type BuildLog, openBuildLog } from './build-log.ts';
import { createReports } from './build-reports.ts';
import { assumeServiceRole } from './build-role.ts';
import { downloadSources, readBuildspec } from './build-source.ts';
import type { PreparedBuild } from './prepared-build.ts';
import { nameWhatHasNoEffect } from './without-effect.ts';

const PHASE_TYPES: Readonly<Record<CommandPhase, BuildPhaseType>> = {
  install: 'INSTALL',
  pre_build: 'PRE_BUILD',
  build: 'BUILD',
  post_build: 'POST_BUILD',
};

const MINUTE_MS = 60_000;

/** The life of one build, from QUEUED to COMPLETED. */
export class BuildRun {
  readonly #context: BuildContext;
  readonly #build: BuildRecord;
  readonly #folders: BuildFolders;
  readonly #stop = new AbortController();
  #stopStatus: StatusType | undefined;
  #hasFailed = false;
  #isAbandoned = false;
  #log: BuildLog | undefined;

  constructor(context: BuildContext, build: BuildRecord, root: string) {
    this.#context = context;
    this.#build = build;
    this.#folders = {
      root,
      source: join(root, 'src'),
      home: join(root, 'home'),
      temporary: join(root, 'tmp'),
      driver: join(root, 'driver'),
    };
  }

  /** Aborted when the build is to end. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  enterQueue(): void {
    this.#enter('SUBMITTED');
    this.#enter('QUEUED');
  }

  /** Ends the build; the first reason counts. */
  stop(status: StatusType): void {
    this.#stopStatus ??= status;
    this.#stop.abort();
  }

  /** Kills the commands, and leaves the record as it is. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#stop.abort();
  }

  /** @param waits the address for commands that only wait */
  async run(waits: string): Promise<void> {
    const { clock } = this.#context.cloud;
    const timeoutMs = this.#build.settings.timeoutMinutes * MINUTE_MS;
    const timer = clock.setTimer(timeoutMs, () => this.stop('TIMED_OUT'));
    try {
      await this.#phases(waits);
    } catch (error) {
      // What was broken off has no reason of its own.
      if (!this.stopping.aborted) this.#fail(error);
    }
    timer.cancel();
    if (this.#isAbandoned) return;
    this.#enter('FINALIZING');
    this.#complete();
  }

  async #phases(waits: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#enter('PROVISIONING');
    const { cloud } = this.#context;
    for (const folder of Object.values(this.#folders)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const role = await assumeServiceRole(cloud, this.#build);
    const log = await openBuildLog(this.#context, this.#build, role);
    this.#log = log;
    const prepared = {
      context: this.#context,
      folders: this.#folders,
      role,
      log,
      waits,
      stopping: this.stopping,
    };
    this.#enter('DOWNLOAD_SOURCE');
    const sources = await downloadSources(prepared);
    const buildspec = readBuildspec(prepared);
    nameWhatHasNoEffect(buildspec, this.#build.settings, log);
    const environment = await buildEnvironment(prepared, buildspec, sources);
    await this.#runCommands(prepared, buildspec, environment);
    if (this.#stop.signal.aborted) return;
    // A failed install or pre_build ends the build without artifacts.
    if (this.#hasFailed && !this.#hasReached('BUILD')) return;
    this.#enter('UPLOAD_ARTIFACTS');
    const reportArns = await createReports(prepared, buildspec);
    this.#context.change({ reportArns });
    this.#context.change({ uploaded: await uploadArtifacts(prepared, buildspec) });
  }

  async #runCommands(
    prepared: PreparedBuild,
    buildspec: Buildspec,
    { environment, secrets }: Awaited<ReturnType<typeof buildEnvironment>>,
  ): Promise<void> {
    const { log } = prepared;
    log.mask(secrets);
    const shell = new BuildShell({
      program: buildspec.env?.shell === 'bash' ? 'bash' : '/bin/sh',
      environment,
      folder: this.#folders.source,
      driverFolder: this.#folders.driver,
      onOutput: (chunk) => log.push(chunk),
      signal: this.#stop.signal,
    });
    // What outlived a runtime that was killed.
    shell.end();
    try {
      await runPhases(buildspec, shell, {
        signal: this.#stop.signal,
        observer: {
          onPhase: (phase) => this.#enter(PHASE_TYPES[phase]),
          onCommand: (command) => log.say(`Running command ${command}`),
          onFailedCommand: ({ command, status }) =>
            log.say(`Command did not exit successfully ${command} exit status ${status}`),
          onPhaseEnd: (_, failure) => this.#endPhase(failure),
          lastOutput: () => log.lastLines,
        },
      });
      const exported = await exportedVariables(shell, buildspec, secrets);
      this.#context.change({ exported });
    } finally {
      shell.end();
    }
  }

  #endPhase(failure: PhaseFailure | undefined): void {
    if (failure === undefined || this.#stop.signal.aborted) return;
    const { command, status } = failure;
    this.#fail(
      new BuildFailure(
        'COMMAND_EXECUTION_ERROR',
        `Error while executing command: ${command}. Reason: exit status ${status}`,
      ),
    );
  }

  #hasReached(type: BuildPhaseType): boolean {
    return this.#context.current().phases.some((phase) => phase.type === type);
  }

  /** Ends the current phase, and begins the next. */
  #enter(type: BuildPhaseType): void {
    if (this.#isAbandoned) return;
    const now = this.#context.cloud.clock.now();
    const phases = [...this.#ended(this.#stopStatus ?? 'SUCCEEDED'), { type, startedAt: now }];
    this.#context.change({ currentPhase: type, phases });
    this.#log?.say(`Entering phase ${type}`);
  }

  /** The phases so far, of which the last one has ended. */
  #ended(status: StatusType, contexts?: readonly PhaseContext[]): readonly PhaseRecord[] {
    const { phases } = this.#context.current();
    const last = phases.at(-1);
    if (last === undefined || last.endedAt !== undefined) return phases;
    this.#log?.say(`Phase complete: ${last.type} State: ${status}`);
    const endedAt = this.#context.cloud.clock.now();
    const ended = { ...last, endedAt, status, ...(contexts !== undefined && { contexts }) };
    return [...phases.slice(0, -1), ended];
  }

  #fail(error: unknown): void {
    if (this.#isAbandoned) return;
    this.#hasFailed = true;
    const failure =
      error instanceof BuildFailure
        ? error
        : new BuildFailure(
            'INTERNAL_SERVICE_ERROR',
            error instanceof Error ? error.message : String(error),
          );
    if (failure !== error) {
      this.#context.cloud.logger.error(
        { build: this.#build.id, error: failure.message },
        'A build failed',
      );
    }
    this.#context.change({ phases: this.#ended('FAILED', [failure.context]) });
    const { message, statusCode } = failure.context;
    this.#log?.say(`Phase context status code: ${statusCode} Message: ${message}`);
  }

  #complete(): void {
    const status = this.#stopStatus ?? (this.#hasFailed ? 'FAILED' : 'SUCCEEDED');
    const now = this.#context.cloud.clock.now();
    const phases = [...this.#ended('SUCCEEDED'), { type: 'COMPLETED', startedAt: now } as const];
    this.#log?.end();
    this.#context.change({ status, currentPhase: 'COMPLETED', phases, endedAt: now });
    publishBuildState(this.#context.cloud, this.#context.current());
  }
}
