import type { DeploymentConfig } from '@aws-sdk/client-sagemaker';
import type { Table } from '../../../store/index.ts';
import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';
import type { HostingContext } from './context.ts';
import { publishDeploymentState, publishEndpointState } from './events.ts';
import { FleetFailure } from './failures.ts';
import { desiredCountOf, Fleet } from './fleet.ts';
import type {
  DeploymentRecord,
  EndpointRecord,
  FleetPhase,
  FleetRecord,
  VariantState,
} from './records.ts';
import { alarmNamesOf, type RollbackAlarms } from './rollback-alarms.ts';
import { planRollout, type RolloutPlan, type RolloutStep } from './rollout-plan.ts';
import { WeightedTurns } from './traffic.ts';
import type { VariantFleet } from './variant-fleet.ts';

export interface ControllerOptions {
  readonly context: HostingContext;
  readonly table: Table<EndpointRecord>;
  readonly alarms: RollbackAlarms;
  readonly name: string;
  /** Called when the endpoint is gone. */
  onDeleted(): void;
}

/** Where a request goes. */
export interface Target {
  readonly fleet: Fleet;
  readonly variant: VariantFleet;
}

/** The runtime ends: what is under way goes on at the next start. */
class Stopped extends Error {}

/** The update is taken back; the message is the endpoint's failure reason. */
class RollbackNeeded extends Error {}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/**
 * One endpoint: its fleets, who gets which traffic, and the update under way. Everything that must
 * survive a kill is in its record before it takes effect.
 */
export class EndpointController {
  readonly #options: ControllerOptions;
  readonly #fleetTurns = new WeightedTurns();
  readonly #variantTurns = new Map<string, WeightedTurns>();
  readonly #stopping = new AbortController();
  #live: Fleet;
  #green: Fleet | undefined;
  #share = 0;
  /** Resolves when the live fleet answers. */
  #ready: Promise<void> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#live = this.#fleetOf(this.record.live);
  }

  get name(): string {
    return this.#options.name;
  }

  get record(): EndpointRecord {
    const record = this.#options.table.get(this.#options.name);
    if (record === undefined) throw new Error(`The endpoint ${this.#options.name} has no record.`);
    return record;
  }

  /** Resolves when nothing is under way any more; never rejects. For tests and for the end. */
  get settled(): Promise<void> {
    return this.#work;
  }

  /** Both fleets while there are two. */
  get fleets(): readonly Fleet[] {
    return this.#green === undefined ? [this.#live] : [this.#live, this.#green];
  }

  create(): void {
    this.#publishState();
    this.#begin(() => this.#create());
  }

  /** The record already holds the deployment. */
  deploy(): void {
    this.#publishState();
    this.#begin(() => this.#deploy());
  }

  /** The record already says which sizes are wanted. */
  resize(): void {
    this.#publishState();
    this.#begin(() => this.#resize());
  }

  delete(): void {
    this.#publishState();
    this.#begin(() => this.#delete());
  }

  /** Goes on after a restart. A bake that was under way begins anew. */
  resume(): void {
    const { status, deployment, resizing } = this.record;
    if (status === 'Failed') return;
    if (status === 'Creating') return this.#begin(() => this.#create());
    if (status === 'Deleting') return this.#begin(() => this.#delete());
    this.#ready = this.#startLive();
    if (deployment?.rollbackReason !== undefined) {
      const reason = deployment.rollbackReason;
      return this.#begin(() => this.#rollBack(deployment, reason));
    }
    if (deployment !== undefined) return this.#begin(() => this.#deploy());
    if (resizing !== undefined) return this.#begin(() => this.#resize());
  }

  /** Leaves the record as it is. */
  halt(): void {
    this.#stopping.abort();
  }

  /** Ends the processes. */
  async stop(): Promise<void> {
    this.halt();
    await Promise.all(this.fleets.map((fleet) => fleet.stop()));
    await this.#work;
  }

  /**
   * Whose turn it is to answer; undefined where the named variant does not exist.
   * Waits for a fleet that is being started again after a restart of the runtime.
   */
  async target(variantName: string | undefined): Promise<Target | undefined> {
    await this.#ready;
    const fleet = this.#nextFleet();
    const index = this.#nextVariant(fleet, variantName);
    const variant = fleet.variants[index];
    return variant === undefined ? undefined : { fleet, variant };
  }

  /** The part of a variant's traffic that a shadow gets a copy of. */
  shadowShare(fleet: Fleet): number {
    const production = this.#stateOf(fleet, fleet.variants[0]?.spec.name)?.currentWeight ?? 0;
    const shadow = this.#stateOf(fleet, fleet.shadows[0]?.spec.name)?.currentWeight ?? 0;
    return production === 0 ? 0 : Math.min(1, shadow / production);
  }

  #nextFleet(): Fleet {
    if (this.#green === undefined || this.#share === 0) return this.#live;
    const turn = this.#fleetTurns.next([1 - this.#share, this.#share]);
    return turn === 1 ? this.#green : this.#live;
  }

  #nextVariant(fleet: Fleet, variantName: string | undefined): number {
    const { variants } = fleet;
    if (variantName !== undefined) {
      return variants.findIndex((variant) => variant.spec.name === variantName);
    }
    if (variants.length === 1) return 0;
    let turns = this.#variantTurns.get(fleet.spec.id);
    if (turns === undefined) {
      turns = new WeightedTurns();
      this.#variantTurns.set(fleet.spec.id, turns);
    }
    return turns.next(
      variants.map((variant) => this.#stateOf(fleet, variant.spec.name)?.currentWeight ?? 0),
    );
  }

  #stateOf(fleet: Fleet, variantName: string | undefined): VariantState | undefined {
    const { live, deployment } = this.record;
    const record = live.spec.id === fleet.spec.id ? live : deployment?.green;
    return record?.states.find((state) => state.name === variantName);
  }

  // Creation, deletion, sizes

  async #create(): Promise<void> {
    const { live } = this.record;
    try {
      await this.#working(() => this.#live.start(desiredCountOf(live)));
    } catch (error) {
      this.#checkStopped();
      this.#change({ status: 'Failed', failureReason: reasonOf(error) });
      this.#publishState();
      return;
    }
    this.#checkStopped();
    this.#change({ status: 'InService' });
    this.#publishState();
  }

  async #startLive(): Promise<void> {
    const { live, deployment } = this.record;
    const rolledOut = deployment !== undefined && deployment.rollbackReason === undefined;
    const countOf = rolledOut ? currentCountOf(live) : desiredCountOf(live);
    let pauseMs = FIRST_RETRY_MS;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#working(() => this.#live.start(countOf));
        return;
      } catch (error) {
        this.#logger.error(
          { endpoint: this.#options.name, reason: reasonOf(error) },
          'The endpoint could not be started again; its requests wait, and it is tried again.',
        );
        await this.#pause(pauseMs);
        pauseMs = Math.min(LONGEST_RETRY_MS, pauseMs * 2);
        this.#live = this.#fleetOf(live);
      }
    }
  }

  async #delete(): Promise<void> {
    await Promise.all(this.fleets.map((fleet) => fleet.drain()));
    this.#checkStopped();
    this.#options.table.delete(this.#options.name);
    this.#options.onDeleted();
  }

  async #resize(): Promise<void> {
    await this.#ready;
    const { resizing = [], live } = this.record;
    let failureReason: string | undefined;
    const done: VariantState[] = [];
    for (const state of live.states) {
      const wanted = resizing.find((candidate) => candidate.name === state.name) ?? state;
      try {
        await this.#working(
          () =>
            this.#live.variant(state.name)?.scaleTo(wanted.desiredInstanceCount) ??
            Promise.resolve(),
        );
        done.push(settledState(wanted));
      } catch (error) {
        this.#checkStopped();
        failureReason = reasonOf(error);
        done.push({ ...settledState(wanted), currentInstanceCount: state.currentInstanceCount });
      }
    }
    this.#checkStopped();
    const { resizing: _done, failureReason: _former, ...rest } = this.record;
    this.#put({
      ...rest,
      status: 'InService',
      live: { spec: live.spec, states: done },
      ...(failureReason === undefined ? {} : { failureReason }),
    });
    this.#publishState();
  }

  // Rollouts

  async #deploy(): Promise<void> {
    const deployment = this.#deployment();
    const plan = planRollout(deployment.config, totalInstances(deployment.green));
    const limit = this.#limitOf(plan, deployment);
    try {
      await this.#launchGreen(deployment, plan);
      await this.#refuseRinging(deployment.config);
      for (let index = Math.max(0, deployment.step); index < plan.steps.length; index += 1) {
        const step = plan.steps[index];
        if (step === undefined) break;
        await this.#activate(plan, step, index);
        await this.#bake(deployment.config, step, limit);
        if (plan.kind === 'rolling') await this.#retireBatch(step);
      }
      await this.#finish(deployment);
    } catch (error) {
      if (error instanceof Stopped || this.#stopping.signal.aborted) return;
      await this.#rollBack(this.#deployment(), reasonOf(error));
    }
  }

  async #launchGreen(deployment: DeploymentRecord, plan: RolloutPlan): Promise<void> {
    const green = this.#fleetOf(deployment.green);
    this.#green = green;
    const first = plan.steps[Math.max(0, deployment.step)]?.instances ?? 1;
    const countOf = plan.kind === 'rolling' ? () => first : desiredCountOf(deployment.green);
    this.#phase('green', 'Creating', (state) => `Launching ${countOf(state.name)} instance(s).`);
    await this.#working(() => green.start(countOf));
    this.#checkStopped();
  }

  async #refuseRinging(config: DeploymentConfig | undefined): Promise<void> {
    const role = this.#deployment().green.spec.variants[0]?.roleArn ?? '';
    const ringing = await this.#options.alarms.ringing(alarmNamesOf(config), role);
    this.#checkStopped();
    if (ringing.length > 0) throw alarmed(ringing);
  }

  async #activate(plan: RolloutPlan, step: RolloutStep, index: number): Promise<void> {
    if (plan.kind === 'rolling') {
      await this.#working(async () => {
        for (const variant of this.#green?.variants ?? []) await variant.scaleTo(step.instances);
      });
      this.#checkStopped();
    }
    const deployment = this.#deployment();
    this.#change({ deployment: { ...deployment, step: index, share: step.share } });
    const capacity =
      step.capacity === 'full' ? 'full' : step.capacity === 'canary' ? 'canary' : 'partial';
    const activating = `Activating traffic on ${capacity} capacity of ${step.instances} instance(s).`;
    this.#phase('green', 'ActivatingTraffic', () => activating);
    this.#share = step.share;
  }

  /** Waits out the step; an alarm that goes off meanwhile, or the time limit, takes the update back. */
  async #bake(
    config: DeploymentConfig | undefined,
    step: RolloutStep,
    limit: TimeLimit,
  ): Promise<void> {
    if (step.bakeSeconds === 0) return;
    const capacity =
      step.capacity === 'full' ? 'full' : step.capacity === 'canary' ? 'canary' : 'partial';
    const message = `Baking for ${step.bakeSeconds} seconds (${step.waitName}) with traffic enabled on ${capacity} capacity of ${step.instances} instance(s).`;
    this.#phase('both', 'Baking', () => message);
    const names = alarmNamesOf(config);
    const ringing = await this.#wait(step.bakeSeconds * 1_000, names, limit);
    this.#checkStopped();
    if (ringing !== undefined) throw alarmed([ringing]);
    await this.#refuseRinging(config);
  }

  /** Resolves after the time, or earlier with the name of an alarm that went off. */
  #wait(
    durationMs: number,
    alarmNames: readonly string[],
    limit: TimeLimit,
  ): Promise<string | undefined> {
    const { clock } = this.#options.context.sagemaker.cloud;
    const { signal } = this.#stopping;
    const remaining = limit.endsAt - clock.now();
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        timer.cancel();
        unwatch();
        signal.removeEventListener('abort', onStop);
        finish();
      };
      const timer = clock.setTimer(Math.max(0, Math.min(durationMs, remaining)), () =>
        end(() => {
          if (durationMs <= remaining) resolve(undefined);
          else reject(new RollbackNeeded(limit.reason));
        }),
      );
      const unwatch = this.#options.alarms.watch(alarmNames, (name) => end(() => resolve(name)));
      const onStop = () => end(() => resolve(undefined));
      signal.addEventListener('abort', onStop);
      if (signal.aborted) onStop();
    });
  }

  /** A rolling update ends as many old instances as new ones took over. */
  async #retireBatch(step: RolloutStep): Promise<void> {
    const { live } = this.record;
    const [state] = live.states;
    if (state === undefined) return;
    const left = Math.round(state.desiredInstanceCount * (1 - step.share));
    const leaving = state.currentInstanceCount - left;
    this.#phase('live', 'Deleting', () => `Terminating ${leaving} instance(s).`);
    this.#change({
      live: { ...this.record.live, states: [{ ...state, currentInstanceCount: left }] },
    });
    await this.#live.variants[0]?.scaleTo(left);
    this.#checkStopped();
  }

  async #finish(deployment: DeploymentRecord): Promise<void> {
    const green = this.#green;
    if (green === undefined) return;
    this.#phase(
      'live',
      'Deleting',
      (state) => `Terminating ${state.currentInstanceCount} instance(s).`,
    );
    const blue = this.#live;
    await blue.drain();
    this.#checkStopped();
    this.#variantTurns.delete(blue.spec.id);
    this.#live = green;
    this.#green = undefined;
    this.#share = 0;
    const { deployment: _done, failureReason: _former, ...rest } = this.record;
    this.#put({
      ...rest,
      status: 'InService',
      live: {
        spec: deployment.green.spec,
        states: deployment.green.states.map(settledState),
      },
      ...(deployment.config === undefined ? {} : { lastDeploymentConfig: deployment.config }),
    });
    this.#publishState();
  }

  async #rollBack(deployment: DeploymentRecord, reason: string): Promise<void> {
    const failureReason = reason.slice(0, MAX_FAILURE_REASON_CHARACTERS);
    const green = this.#green;
    if (deployment.rollbackReason === undefined) {
      this.#change({
        status: 'RollingBack',
        failureReason,
        deployment: { ...deployment, rollbackReason: failureReason },
      });
      this.#publishState();
    }
    try {
      await this.#ready;
      await this.#restoreLive(deployment);
      this.#checkStopped();
      this.#share = 0;
      this.#change({ deployment: { ...this.#deployment(), share: 0 } });
      this.#phase(
        'green',
        'Deleting',
        (state) => `Terminating ${state.desiredInstanceCount} instance(s).`,
      );
      await green?.drain();
      this.#checkStopped();
      this.#green = undefined;
      this.#endRollback('InService', failureReason);
    } catch (error) {
      if (error instanceof Stopped || this.#stopping.signal.aborted) return;
      this.#endRollback('UpdateRollbackFailed', `${failureReason} ${reasonOf(error)}`);
    }
  }

  /** After a rolling update the old fleet has lost instances; they come back batch by batch. */
  async #restoreLive(deployment: DeploymentRecord): Promise<void> {
    if (deployment.config?.RollingUpdatePolicy === undefined) return;
    const { live } = this.record;
    const [state] = live.states;
    const variant = this.#live.variants[0];
    if (state === undefined || variant === undefined) return;
    const { rollbackBatch } = planRollout(deployment.config, state.desiredInstanceCount);
    await this.#working(async () => {
      while (variant.instanceCount < state.desiredInstanceCount) {
        await variant.scaleTo(
          Math.min(state.desiredInstanceCount, variant.instanceCount + rollbackBatch),
        );
        this.#checkStopped();
      }
    });
  }

  #endRollback(status: 'InService' | 'UpdateRollbackFailed', failureReason: string): void {
    const { deployment, ...rest } = this.record;
    this.#put({
      ...rest,
      status,
      failureReason: failureReason.slice(0, MAX_FAILURE_REASON_CHARACTERS),
      live: { spec: rest.live.spec, states: rest.live.states.map(settledState) },
      ...(deployment?.config === undefined ? {} : { lastDeploymentConfig: deployment.config }),
    });
    this.#publishState();
  }

  #limitOf(plan: RolloutPlan, deployment: DeploymentRecord): TimeLimit {
    const seconds = plan.maximumExecutionSeconds;
    return {
      endsAt:
        seconds === undefined ? Number.POSITIVE_INFINITY : deployment.startTime + seconds * 1_000,
      reason: `The deployment did not end within MaximumExecutionTimeoutInSeconds (${seconds}).`,
    };
  }

  // The record

  #deployment(): DeploymentRecord {
    const { deployment } = this.record;
    if (deployment === undefined) throw new Stopped();
    return deployment;
  }

  /** Notes what happens to a fleet's variants, and tells of it. */
  #phase(
    which: 'live' | 'green' | 'both',
    status: FleetPhase['status'],
    message: (state: VariantState) => string,
  ): void {
    const now = this.#options.context.sagemaker.cloud.clock.now();
    const withPhase = (fleet: FleetRecord): FleetRecord => ({
      ...fleet,
      phase: {
        status,
        startTime: now,
        messages: Object.fromEntries(fleet.states.map((state) => [state.name, message(state)])),
      },
    });
    const { live, deployment } = this.record;
    this.#change({
      live: which === 'green' ? live : withPhase(live),
      ...(deployment === undefined || which === 'live'
        ? {}
        : { deployment: { ...deployment, green: withPhase(deployment.green) } }),
    });
    publishDeploymentState(this.#options.context.sagemaker, this.record);
  }

  #change(change: Partial<EndpointRecord>): void {
    this.#put({ ...this.record, ...change });
  }

  #put(record: EndpointRecord): void {
    const now = this.#options.context.sagemaker.cloud.clock.now();
    this.#options.table.put(this.#options.name, { ...record, lastModifiedTime: now });
  }

  #publishState(): void {
    publishEndpointState(this.#options.context.sagemaker, this.record);
  }

  // Work

  #begin(work: () => Promise<void>): void {
    const former = this.#work;
    this.#work = (async () => {
      await former;
      try {
        await work();
      } catch (error) {
        if (error instanceof Stopped || this.#stopping.signal.aborted) return;
        this.#logger.error(
          { endpoint: this.#options.name, error },
          'Work on an endpoint broke off.',
        );
      }
    })();
  }

  /** Processes start in real time, so the clock is held meanwhile. */
  async #working(work: () => Promise<void>): Promise<void> {
    const release = this.#options.context.sagemaker.cloud.clock.hold();
    try {
      await work();
    } finally {
      release();
    }
  }

  #pause(realMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, realMs);
      this.#stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #checkStopped(): void {
    if (this.#stopping.signal.aborted) throw new Stopped();
  }

  #fleetOf(record: FleetRecord): Fleet {
    return new Fleet(this.#options.context, this.#options.name, record.spec);
  }

  get #logger() {
    return this.#options.context.sagemaker.cloud.logger;
  }
}

interface TimeLimit {
  readonly endsAt: number;
  readonly reason: string;
}

function alarmed(names: readonly string[]): RollbackNeeded {
  return new RollbackNeeded(
    `The deployment was rolled back because the following auto-rollback alarm(s) went into ALARM state: ${names.join(', ')}.`,
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof FleetFailure || error instanceof RollbackNeeded) {
    return error.message.slice(0, MAX_FAILURE_REASON_CHARACTERS);
  }
  const message = error instanceof Error ? error.message : String(error);
  return `Request to service failed. If failure persists after retry, contact customer support. (${message})`.slice(
    0,
    MAX_FAILURE_REASON_CHARACTERS,
  );
}

function settledState(state: VariantState): VariantState {
  return {
    ...state,
    currentWeight: state.desiredWeight,
    currentInstanceCount: state.desiredInstanceCount,
  };
}

function currentCountOf(record: FleetRecord): (variantName: string) => number {
  return (name) => record.states.find((state) => state.name === name)?.currentInstanceCount ?? 1;
}

/** Of all production variants together. */
export function totalInstances(record: FleetRecord): number {
  const names = new Set(record.spec.variants.map((variant) => variant.name));
  return record.states
    .filter((state) => names.has(state.name))
    .reduce((sum, state) => sum + state.desiredInstanceCount, 0);
}
