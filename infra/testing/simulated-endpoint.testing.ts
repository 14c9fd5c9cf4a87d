import type { VirtualClock } from '../../engine/index.ts';
import { SageMakerTasks, TaskError } from '../simulation/index.ts';
import { type Counts, type Fault, judgeRows, SimulatedAlarms } from './simulated-alarms.testing.ts';

interface Fleet {
  readonly config: string;
  readonly packageArn: string;
}

const SECOND_MS = 1_000;
const LAUNCH_SECONDS = 30;
const CANARY_SECONDS = 180;
const CANARY_SHARE = 0.1;
const BAKE_SECONDS = 60;
const ALARM_PERIOD_SECONDS = 60;
const ROLLBACK_SECONDS = 20;
const REQUESTS_PER_SECOND = 60;

/** An endpoint that is rolled out by canary in virtual time, under a steady load. */
export class SimulatedEndpoint extends SageMakerTasks {
  readonly faults = new Map<string, Fault>();
  readonly alarms = new SimulatedAlarms();
  readonly clients: Counts = { requests: 0, unlucky: 0 };
  /** Of the clients' requests, those while the canary had its share. */
  readonly clientsOfCanary: Counts = { requests: 0, unlucky: 0 };
  updates = 0;
  readonly #time: VirtualClock;
  #live: Fleet | undefined;
  #next: Fleet | undefined;
  #share = 0;
  #countedUntil: number;
  #rolloutId = 0;
  #wrongAnswers = 0;
  /** The alarms that may roll the current update back. */
  #guards: readonly string[] = [];

  constructor(time: VirtualClock) {
    super();
    this.#time = time;
    this.#countedUntil = time.now();
  }

  override deploy(version: number): void {
    super.deploy(version);
    const config = this.endpoint?.config ?? '';
    this.#live = { config, packageArn: this.models.get(config) ?? '' };
  }

  /** A live version answers with errors, and clients have noticed. */
  goBad(version: number): void {
    this.deploy(version);
    this.alarms.raise('errors');
  }

  /** What the live model answers to test rows. */
  recordAnswers(): unknown {
    const errs = this.faults.get(this.livePackage ?? '') === 'errors';
    return {
      Payload: { sent: 3, failed: 0, wrong: 0, answers: errs ? [null] : [1], findings: [] },
    };
  }

  /** The package that answers, also after its config was deleted. */
  get livePackage(): string | undefined {
    return this.#live?.packageArn;
  }

  /** UpdateEndpoint: a canary, then the whole fleet, each for its own time. */
  updateEndpoint(request: Record<string, unknown>): unknown {
    if (this.endpoint?.status !== 'InService') {
      throw new TaskError(
        'SageMaker.SageMakerException',
        'Cannot update in-progress endpoint "arn". (Service: SageMaker, Status Code: 400)',
      );
    }
    const config = String(request['EndpointConfigName']);
    const packageArn = this.models.get(this.configs.get(config) ?? '') ?? '';
    this.updates += 1;
    this.#rolloutId += 1;
    this.#wrongAnswers = 0;
    this.#guards = guardsOf(request);
    this.#next = { config, packageArn };
    this.endpoint = { ...this.endpoint, status: 'Updating' };
    this.#later(LAUNCH_SECONDS, () => {
      // SageMaker asks for the alarms' states before the new fleet gets requests.
      const ringing = this.#guards.find((alarm) => this.alarms.has(alarm));
      if (ringing === undefined) this.#shift(CANARY_SHARE);
      else this.#rollBack(ringing);
    });
    for (let wait = ALARM_PERIOD_SECONDS; wait < CANARY_SECONDS; wait += ALARM_PERIOD_SECONDS) {
      this.#later(LAUNCH_SECONDS + wait, () => this.#judge());
    }
    this.#later(LAUNCH_SECONDS + CANARY_SECONDS, () => this.#shift(1));
    this.#later(LAUNCH_SECONDS + CANARY_SECONDS + BAKE_SECONDS, () => this.#settle());
    return {};
  }

  /** With a fleet that gets a share of the requests while it bakes. */
  override describeEndpoint(): unknown {
    const description = super.describeEndpoint() as Record<string, unknown>;
    if (this.#next === undefined || this.endpoint?.status !== 'Updating') return description;
    const Status = this.#share > 0 ? 'Baking' : 'Creating';
    const ProductionVariants = [{ VariantName: 'AllTraffic', VariantStatus: [{ Status }] }];
    return {
      ...description,
      PendingDeploymentSummary: { EndpointConfigName: this.#next.config, ProductionVariants },
    };
  }

  /** Rows sent through the endpoint: while a model of nonsense has a share, some answers are wrong. */
  testRows(): unknown {
    const isNonsense = this.#fault === 'nonsense' && this.#share > 0;
    if (isNonsense) this.#wrongAnswers += 1;
    return judgeRows(20, isNonsense);
  }

  get #fault(): Fault | undefined {
    return this.faults.get(this.#next?.packageArn ?? '');
  }

  /** Only while the rollout to which it belongs lasts. */
  #later(seconds: number, act: () => void): void {
    const id = this.#rolloutId;
    this.#time.setTimer(seconds * SECOND_MS, () => {
      if (id === this.#rolloutId && this.#next !== undefined) act();
    });
  }

  #shift(share: number): void {
    this.#count();
    this.#share = share;
  }

  #judge(): void {
    const fault = this.#fault;
    if (fault === undefined || (fault === 'nonsense' && this.#wrongAnswers === 0)) return;
    this.#ring(fault);
  }

  #ring(fault: Fault): void {
    const alarm = this.alarms.raise(fault);
    if (this.#guards.includes(alarm)) this.#rollBack(alarm);
  }

  #rollBack(alarm: string): void {
    this.#shift(0);
    this.#rolloutId += 1;
    this.endpoint = { status: 'RollingBack', config: this.#live?.config ?? '' };
    this.#later(ROLLBACK_SECONDS, () => {
      this.#next = undefined;
      this.endpoint = {
        status: 'InService',
        config: this.#live?.config ?? '',
        reason: `Deployment rolled back by the alarm ${alarm}.`,
      };
    });
  }

  #settle(): void {
    this.#shift(0);
    this.#live = this.#next;
    this.#next = undefined;
    this.endpoint = { status: 'InService', config: this.#live?.config ?? '' };
    if (this.faults.get(this.livePackage ?? '') === undefined) this.alarms.clear();
  }

  /** Counts what clients have sent since the last change of the traffic. */
  #count(): void {
    const elapsedSeconds = (this.#time.now() - this.#countedUntil) / SECOND_MS;
    const requests = elapsedSeconds * REQUESTS_PER_SECOND;
    const unlucky = this.#fault === undefined ? 0 : requests * this.#share;
    const counts =
      this.#share === CANARY_SHARE ? [this.clients, this.clientsOfCanary] : [this.clients];
    for (const count of counts) {
      count.requests += requests;
      count.unlucky += unlucky;
    }
    this.#countedUntil = this.#time.now();
  }
}

function guardsOf(request: Record<string, unknown>): readonly string[] {
  const { AutoRollbackConfiguration: rollback } = (request['DeploymentConfig'] ?? {}) as {
    readonly AutoRollbackConfiguration?: { readonly Alarms: readonly { AlarmName: string }[] };
  };
  return rollback?.Alarms.map(({ AlarmName }) => AlarmName) ?? [];
}
