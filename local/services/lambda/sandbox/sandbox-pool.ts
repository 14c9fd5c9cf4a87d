import { existsSync } from 'node:fs';
import type { Cloud } from '../../../cloud/cloud.ts';
import { validSessionName } from '../../../cloud/principal.ts';
import type { Timer } from '../../../host/clock.ts';
import { findLibraryFolder, pythonEnvironmentFolder } from '../../../jobs/index.ts';
import {
  makeTemporaryFolder,
  type SessionVariables,
  type TemporaryFolder,
} from '../../../processes/index.ts';
import type { CodeStore } from '../code-store.ts';
import { CodeMissing, TooManyRequestsException } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { FunctionContainers, type ImageProgress } from '../images/function-containers.ts';
import { recordInvocationMetric } from '../invocation-metrics.ts';
import { hasLibraries } from '../layers/layer-variables.ts';
import {
  IDLE_SANDBOX_MS,
  INIT_SECONDS,
  PROVISIONED_PROCESSES,
  RETURN_MS,
  SANDBOXES_AT_ONCE,
  SPARE_NODE_MS,
  SPARE_PYTHONS,
  TURN_MS,
} from '../limits.ts';
import { hasRoot, withInvocation } from '../lineage.ts';
import { type FunctionRecord, LATEST, type LambdaStore } from '../store.ts';
import {
  type CommonSituation,
  commandFor,
  type Initialization,
  lambdaVariables,
} from './command.ts';
import { describeOutcome } from './describe-outcome.ts';
import { FunctionLog } from './function-log.ts';
import { KeptWarm, type Warmth } from './kept-warm.ts';
import { ProvisionedInvocations } from './provisioned-invocations.ts';
import { Sandbox } from './sandbox.ts';
import {
  processOf,
  type SandboxCommand,
  type SandboxProcess,
  startCommand,
} from './sandbox-process.ts';
import { SpareNode } from './spare-node.ts';
import { SparePythons } from './spare-pythons.ts';
import { type Turn, Turns } from './turns.ts';

/** An invocation of one version of a function. */
export interface Invocation {
  readonly requestId: string;
  readonly record: FunctionRecord;
  readonly qualifier: string | undefined;
  readonly payload: Uint8Array;
  readonly clientContext?: string | undefined;
  /** The header of the request that caused the invocation. */
  readonly traceHeader?: string | undefined;
}

/** The result of an invocation that ran. */
export interface InvocationResult {
  readonly payload: Uint8Array;
  /** Whether the function failed; the payload then describes its error. */
  readonly failed: boolean;
  /** The last log lines in base64. */
  readonly logTail: string;
}

/** What runs functions. */
export type FunctionPool = Pick<
  SandboxPool,
  | 'invoke'
  | 'prepare'
  | 'progressOf'
  | 'expectChange'
  | 'restart'
  | 'keepWarm'
  | 'warmthOf'
  | 'forget'
  | 'halt'
  | 'stop'
>;

interface WarmSandbox {
  readonly sandbox: Sandbox;
  readonly log: FunctionLog;
  readonly revisionId: string;
  /** A process ends before its credentials expire. */
  readonly expiresAt: number;
  idleTimer: NodeJS.Timeout | undefined;
  /** Replaces a process that is kept warm before its credentials expire. */
  renewal?: Timer;
}

/** Sessions are renewed this long before they expire. */
const CREDENTIALS_MARGIN_MS = 300_000;

/** The processes of all functions. Warm processes are reused; idle ones end after a while. */
export class SandboxPool {
  readonly #cloud: Cloud;
  readonly #store: LambdaStore;
  readonly #code: CodeStore;
  readonly #idle = new Map<string, WarmSandbox[]>();
  /** Processes that have answered and are not idle yet. */
  readonly #returning = new Map<string, Set<Promise<unknown>>>();
  /** The turns of invocations by version: while its processes load their code, no others of it are started. */
  readonly #turnsOfVersions = new Map<string, Turns>();
  readonly #all = new Set<WarmSandbox>();
  readonly #underWay = new Map<string, number>();
  readonly #turns = new Turns(SANDBOXES_AT_ONCE);
  readonly #provisioned: ProvisionedInvocations;
  readonly #kept = new KeptWarm();
  /** Where boto3 is; looked for once, when the first Python function starts. */
  #pythonSdk: Promise<string | undefined> | undefined;
  readonly #spares = new SparePythons(SPARE_PYTHONS, () => this.#folder());
  readonly #spareNode = new SpareNode(SPARE_NODE_MS);
  readonly #containers: FunctionContainers;
  /** When `$LATEST` of functions was last invoked, by name; counted in invocations. */
  readonly #lastInvoked = new Map<string, number>();
  #invocations = 0;
  #temporary: TemporaryFolder | undefined;
  /** The runtime stops: no invocation starts, and those that end have no result. */
  #halted = false;
  #stopped = false;

  constructor(cloud: Cloud, store: LambdaStore, code: CodeStore) {
    this.#cloud = cloud;
    this.#store = store;
    this.#code = code;
    this.#containers = new FunctionContainers(cloud);
    this.#provisioned = new ProvisionedInvocations(store);
  }

  /**
   * Runs an invocation to its end. The clock runs at real speed until then.
   *
   * @throws TooManyRequestsException if the reserved concurrency of the function is used up
   * @throws CodeArtifactUserPendingException while the image of a new function is prepared
   */
  async invoke(asked: Invocation): Promise<InvocationResult> {
    if (this.#halted) return never();
    const invocation = { ...asked, record: this.#servedBy(asked.record) };
    const { name } = invocation.record;
    const reserved = this.#store.settings.get(name)?.reservedConcurrency;
    const underWay = this.#underWay.get(name) ?? 0;
    if (reserved !== undefined && underWay >= reserved) {
      this.#metric(invocation, 'Throttles', 1, 'Count');
      throw new TooManyRequestsException();
    }
    this.#underWay.set(name, underWay + 1);
    this.#invocations += 1;
    if (invocation.record.version === LATEST) this.#lastInvoked.set(name, this.#invocations);
    this.#metric(invocation, 'ConcurrentExecutions', underWay + 1, 'Count');
    const provisioned = this.#provisioned.begin(invocation, this.#cloud.clock.now());
    if (provisioned.metric !== undefined) this.#metric(invocation, provisioned.metric, 1, 'Count');
    const release = this.#cloud.clock.hold();
    try {
      return await this.#inTurn(invocation);
    } finally {
      release();
      provisioned.end();
      this.#underWay.set(name, (this.#underWay.get(name) ?? 1) - 1);
    }
  }

  #servedBy(record: FunctionRecord): FunctionRecord {
    return record.image === undefined ? record : this.#containers.servedBy(record);
  }

  /**
   * Starts what makes the first invocation of a new function fast.
   *
   * @param former what `$LATEST` was before an update
   */
  prepare(record: FunctionRecord, since: ImageProgress['since'], former?: FunctionRecord): void {
    if (record.image !== undefined) this.#containers.prepare(record, since, former);
    if (isPython(record)) this.#spares.prepare();
  }

  /** What became of the function's image; undefined where it is ready, or where the function has none. */
  progressOf(record: FunctionRecord): ImageProgress | undefined {
    return record.image === undefined ? undefined : this.#containers.progressOf(record);
  }

  /** The code of functions is about to change: starts what makes the next start of a function fast. */
  expectChange(): void {
    this.#spareNode.prepare();
  }

  /**
   * The code of a function has changed. Of the functions that had the same code, as those of a handler have, the one that
   * was invoked last is started before its next invocation. AWS may do so too for functions without reserved concurrency.
   *
   * @param formerCode the hash of the code before; functions that changed earlier have the new one
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
   */
  restart(record: FunctionRecord, formerCode: string): void {
    const codes = [formerCode, record.codeSha256];
    const [last] = [...this.#lastInvoked]
      .filter(([name]) => this.#isStartedAhead(this.#store.version(name, LATEST), codes))
      .sort(([, one], [, other]) => other - one);
    if (last?.[0] === record.name && !this.#halted) this.#expect(record, this.#startAhead(record));
  }

  #isStartedAhead(record: FunctionRecord | undefined, codes: readonly string[]): boolean {
    return (
      record !== undefined &&
      record.image === undefined &&
      codes.includes(record.codeSha256) &&
      this.#store.settings.get(record.name)?.reservedConcurrency === undefined
    );
  }

  /**
   * Keeps processes of a version warm, because concurrency is provisioned for it.
   *
   * @param requested how much is provisioned; 0: nothing any more
   */
  keepWarm(record: FunctionRecord, requested: number): void {
    const key = keyOf(record);
    const isOther = this.#kept.want(key, Math.min(requested, PROVISIONED_PROCESSES));
    if (requested > 0) return void this.#startKept(record);
    if (!isOther) return;
    const idle = this.#idle.get(key)?.splice(0) ?? [];
    for (const warm of idle) this.#keepIdle(record, warm);
  }

  /** How far the processes for provisioned concurrency are there; undefined where none is kept. */
  warmthOf(record: FunctionRecord): Warmth | undefined {
    return this.#kept.warmthOf(keyOf(record));
  }

  /** Starts what is missing of the processes that are kept warm. */
  async #startKept(record: FunctionRecord): Promise<void> {
    const key = keyOf(record);
    if (!this.#kept.begin(key)) return;
    let isGood = true;
    while (isGood && !this.#halted && this.#processesOf(record) < this.#kept.wanted(key)) {
      const warm = await this.#startAhead(record, 'provisioned-concurrency');
      await warm?.sandbox.loaded;
      isGood = warm?.sandbox.isUsable === true;
    }
    this.#kept.end(key, isGood || this.#halted);
  }

  #processesOf({ revisionId }: FunctionRecord): number {
    const own = [...this.#all].filter((warm) => warm.revisionId === revisionId);
    return own.filter(({ sandbox }) => sandbox.isUsable).length;
  }

  /** Loads the code of a function; an invocation that comes before the end of that waits for it. */
  async #startAhead(
    record: FunctionRecord,
    initialization: Initialization = 'on-demand',
  ): Promise<WarmSandbox | undefined> {
    const release = this.#cloud.clock.hold();
    try {
      const warm = await this.#start(record, initialization);
      void warm.sandbox.loaded.then(release);
      this.#spareNode.refillSoon();
      const current = this.#store.version(record.name, record.version);
      if (current?.revisionId === record.revisionId) this.#keepIdle(record, warm);
      else this.#discard(warm);
      return warm;
    } catch (error) {
      release();
      this.#cloud.logger.debug(
        { functionName: record.name, cause: String(error) },
        'A function did not start ahead; its next invocation starts it again',
      );
      return undefined;
    }
  }

  /**
   * Ends the idle processes of a version that was changed or deleted. Those of other versions stay warm: a published
   * version never changes. https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
   *
   * @param version - by default all versions of a deleted function
   */
  forget(name: string, version?: string): void {
    for (const [key, idle] of this.#idle) {
      if (version === undefined ? !key.startsWith(`${name}|`) : key !== `${name}|${version}`)
        continue;
      this.#kept.want(key, 0);
      for (const warm of idle) this.#discard(warm);
      this.#idle.delete(key);
      this.#returning.delete(key);
    }
  }

  halt(): void {
    this.#halted = true;
    for (const turns of [this.#turns, ...this.#turnsOfVersions.values()]) turns.halt();
    this.#spares.stop();
    this.#spareNode.stop();
    this.#containers.halt();
  }

  async stop(): Promise<void> {
    this.halt();
    this.#stopped = true;
    for (const warm of this.#all) this.#discard(warm);
    this.#idle.clear();
    const temporary = this.#temporary;
    this.#temporary = undefined;
    await temporary?.remove();
  }

  /** The folder for temporary files of functions; it is removed with the runtime. */
  #folder(): TemporaryFolder {
    this.#temporary ??= makeTemporaryFolder('functions');
    return this.#temporary;
  }

  /**
   * Waits until another invocation of the version, and then of any function, may run. One that runs long ends its turns
   * early, because it may be waiting for another function: a version gets as many processes as long invocations run at the
   * same time, as on AWS, but a burst of short ones is answered by a few processes, which more would only slow down.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
   */
  async #inTurn(invocation: Invocation): Promise<InvocationResult> {
    const key = keyOf(invocation.record);
    const turns = this.#turnsOfVersions.get(key) ?? new Turns(SANDBOXES_AT_ONCE);
    this.#turnsOfVersions.set(key, turns);
    const ofVersion = await turns.take();
    const turn = await this.#turns.take();
    if (this.#halted) return never();
    turn.endAfter(TURN_MS);
    try {
      return await this.#run(invocation, ofVersion);
    } finally {
      turn.end();
      ofVersion.end();
      const isUnused = turns.isEmpty && this.#turnsOfVersions.get(key) === turns;
      if (isUnused) this.#turnsOfVersions.delete(key);
    }
  }

  async #run(invocation: Invocation, turn: Turn): Promise<InvocationResult> {
    const { record, requestId } = invocation;
    const warm = await this.#findProcess(record, turn);
    warm.log.start(requestId);
    const outcome = await warm.sandbox.invoke(
      {
        requestId,
        functionArn: functionArn(this.#cloud, record.name, invocation.qualifier),
        // The process reads the system's clock, so its deadline is in real time.
        deadline: Date.now() + record.timeoutSeconds * 1_000,
        traceId: this.#traceOf(invocation),
        clientContext: invocation.clientContext,
        payload: invocation.payload,
      },
      record.timeoutSeconds * 1_000,
    );
    // The process was ended with the runtime, which is not a failure of the function.
    if (this.#stopped) return never();
    const { payload, failed, status, line } = describeOutcome(outcome, invocation);
    if (line !== undefined) warm.log.write(line);
    warm.log.report(requestId, { ...outcome, initMs: outcome.initMs, status });
    this.#metric(invocation, 'Invocations', 1, 'Count');
    this.#metric(invocation, 'Errors', failed ? 1 : 0, 'Count');
    this.#metric(invocation, 'Duration', outcome.durationMs, 'Milliseconds');
    this.#expect(record, this.#giveBack(record, warm));
    return { payload, failed, logTail: warm.log.tail() };
  }

  async #findProcess(record: FunctionRecord, turn: Turn): Promise<WarmSandbox> {
    const warm = this.#takeIdle(record) ?? (await this.#takeReturning(record));
    if (warm !== undefined) {
      turn.endAfter(TURN_MS);
      return warm;
    }
    // Others of the version wait until the code is loaded, for which a process has a limited time.
    const started = await this.#start(record);
    void started.sandbox.loaded.then(() => turn.endAfter(TURN_MS));
    return started;
  }

  #traceOf({ traceHeader, record }: Invocation): string {
    const header = withInvocation(traceHeader, functionArn(this.#cloud, record.name));
    return hasRoot(header) ? header : `${this.#newTrace()};${header}`;
  }

  #newTrace(): string {
    const seconds = Math.floor(this.#cloud.clock.now() / 1_000).toString(16);
    const { random } = this.#cloud;
    return `Root=1-${seconds}-${random.hex(24)};Parent=${random.hex(16)};Sampled=0`;
  }

  #takeIdle(record: FunctionRecord): WarmSandbox | undefined {
    const idle = this.#idle.get(keyOf(record)) ?? [];
    for (let warm = idle.pop(); warm !== undefined; warm = idle.pop()) {
      clearTimeout(warm.idleTimer);
      const isCurrent =
        warm.revisionId === record.revisionId && warm.expiresAt > this.#cloud.clock.now();
      if (isCurrent && warm.sandbox.isUsable) return warm;
      this.#discard(warm);
      this.#replaceKept(record);
    }
    return undefined;
  }

  /** A process that is about to be idle again, so that an invocation after another one starts no second process. */
  async #takeReturning(record: FunctionRecord): Promise<WarmSandbox | undefined> {
    const returning = this.#returning.get(keyOf(record));
    const [first] = returning ?? [];
    if (returning === undefined || first === undefined) return undefined;
    // Another invocation waits for another process.
    returning.delete(first);
    await soon(first, RETURN_MS);
    return this.#takeIdle(record);
  }

  #expect(record: FunctionRecord, returned: Promise<unknown>): void {
    const key = keyOf(record);
    const returning = this.#returning.get(key) ?? new Set();
    this.#returning.set(key, returning);
    returning.add(returned);
    void returned.finally(() => returning.delete(returned));
  }

  async #giveBack(record: FunctionRecord, warm: WarmSandbox): Promise<void> {
    const isIdle = await warm.sandbox.whenIdle();
    if (isIdle) return this.#keepIdle(record, warm);
    this.#discard(warm);
    this.#replaceKept(record);
  }

  #replaceKept(record: FunctionRecord): void {
    if (this.#kept.wanted(keyOf(record)) > 0 && !this.#halted) void this.#startKept(record);
  }

  #keepIdle(record: FunctionRecord, warm: WarmSandbox): void {
    if (this.#stopped) {
      this.#discard(warm);
      return;
    }
    const key = keyOf(record);
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    idle.push(warm);
    if (idle.length <= this.#kept.wanted(key)) this.#renewLater(record, warm);
    else this.#endLater(idle, warm);
  }

  /** A process that is kept warm ends only when its credentials expire; another one takes its place. */
  #renewLater(record: FunctionRecord, warm: WarmSandbox): void {
    if (!Number.isFinite(warm.expiresAt)) return;
    const { clock } = this.#cloud;
    warm.renewal?.cancel();
    warm.renewal = clock.setTimer(Math.max(0, warm.expiresAt - clock.now()), () => {
      const idle = this.#idle.get(keyOf(record)) ?? [];
      const position = idle.indexOf(warm);
      if (position < 0) return;
      idle.splice(position, 1);
      this.#discard(warm);
      this.#replaceKept(record);
    });
  }

  #endLater(idle: WarmSandbox[], warm: WarmSandbox): void {
    warm.idleTimer = setTimeout(() => {
      const position = idle.indexOf(warm);
      if (position >= 0) idle.splice(position, 1);
      this.#discard(warm);
    }, IDLE_SANDBOX_MS);
    warm.idleTimer.unref();
  }

  #discard(warm: WarmSandbox): void {
    clearTimeout(warm.idleTimer);
    warm.renewal?.cancel();
    warm.sandbox.stop();
    this.#all.delete(warm);
  }

  async #layersOf({ name, layers = [] }: FunctionRecord): Promise<string | undefined> {
    if (layers.length === 0) return undefined;
    return this.#code.layersFolder(
      name,
      layers.map(({ codeSha256 }) => codeSha256),
    );
  }

  /** AWS's Python runtimes include boto3, which the environment of jobs has, too. */
  async #sdkFolder(): Promise<string | undefined> {
    const folder = pythonEnvironmentFolder(this.#cloud.pythonFolder);
    this.#pythonSdk ??= findLibraryFolder({ folder }, 'boto3');
    const found = await this.#pythonSdk;
    // The environment may be built later.
    if (found === undefined) this.#pythonSdk = undefined;
    return found;
  }

  async #start(
    record: FunctionRecord,
    initialization: Initialization = 'on-demand',
  ): Promise<WarmSandbox> {
    const prepared =
      record.image === undefined
        ? await this.#prepareProcess(record)
        : await this.#prepareContainer(record);
    const { credentials, expiresAt } = await this.#credentials(record);
    if (this.#halted) return never();
    const log = new FunctionLog(this.#cloud, record);
    const sandbox = new Sandbox({
      start: (runtimeApi) =>
        prepared({
          runtimeApi,
          credentials,
          logGroup: log.group,
          logStream: log.stream,
          initialization,
        }),
      memoryMb: record.memoryMb,
      initMs: (INIT_SECONDS + record.timeoutSeconds) * 1_000,
      line: (text) => log.write(text),
    });
    const warm: WarmSandbox = {
      sandbox,
      log,
      revisionId: record.revisionId,
      expiresAt,
      idleTimer: undefined,
    };
    this.#all.add(warm);
    try {
      await sandbox.start();
    } catch (error) {
      this.#discard(warm);
      throw error;
    }
    return warm;
  }

  async #prepareProcess(record: FunctionRecord): Promise<StartProcess> {
    const codeFolder = this.#code.folderOf(record.codeSha256);
    if (!existsSync(codeFolder)) throw new CodeMissing(record.name, codeFolder);
    const layersFolder = await this.#layersOf(record);
    const sdkFolder = isPython(record) ? await this.#sdkFolder() : undefined;
    const responses = await this.#cloud.responses.access();
    return (situation) => {
      const command = commandFor(this.#cloud, record, {
        ...situation,
        codeFolder,
        layersFolder,
        sdkFolder,
        responses,
        home: this.#folder().folder('home'),
        temporary: this.#folder().folder('tmp'),
      });
      const marksEnds = !record.runtime.startsWith('provided');
      const spare = hasLibraries(layersFolder) ? undefined : this.#takeSpare(record, command);
      return spare === undefined ? startCommand(command, marksEnds) : processOf(spare, marksEnds);
    };
  }

  #takeSpare(record: FunctionRecord, command: SandboxCommand) {
    if (isPython(record)) return this.#spares.take(command, record.environment);
    return isNode(record) ? this.#spareNode.take(command) : undefined;
  }

  /** The image is ready before the time for the start of the function begins. */
  async #prepareContainer(record: FunctionRecord): Promise<StartProcess> {
    await this.#containers.ready(record);
    return (situation) => {
      const { endpoint, region } = this.#cloud;
      return this.#containers.start(record, {
        environment: lambdaVariables(this.#cloud, record, situation),
        aws: { region, endpoint, session: situation.credentials },
      });
    };
  }

  /** A session of the function's role, so that the requests of the function are authorized as on AWS. */
  async #credentials(
    record: FunctionRecord,
  ): Promise<{ readonly credentials: SessionVariables; readonly expiresAt: number }> {
    const { Credentials } = await this.#cloud.call<{
      Credentials?: SessionVariables & { readonly Expiration?: Date };
    }>({ kind: 'service', service: 'lambda.amazonaws.com' }, 'sts', 'AssumeRole', {
      RoleArn: record.roleArn,
      RoleSessionName: validSessionName(record.name),
    });
    const credentials = Credentials ?? {};
    const expiration = Credentials?.Expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    return { credentials, expiresAt: expiration - CREDENTIALS_MARGIN_MS };
  }

  #metric(invocation: Invocation, name: string, value: number, unit: string): void {
    recordInvocationMetric(this.#cloud, invocation, { name, value, unit });
  }
}

/** Starts the process of a sandbox. */
type StartProcess = (situation: CommonSituation) => SandboxProcess | Promise<SandboxProcess>;

/** A promise that never resolves, for callers that end with the runtime. */
function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}

/** Resolves when the work is done or this much real time has passed. */
async function soon(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, passed]);
  clearTimeout(timer);
}

function isPython({ runtime }: FunctionRecord): boolean {
  return runtime.startsWith('python');
}

function isNode({ runtime }: FunctionRecord): boolean {
  return runtime.startsWith('nodejs');
}

function keyOf(record: FunctionRecord): string {
  return `${record.name}|${record.version}`;
}
