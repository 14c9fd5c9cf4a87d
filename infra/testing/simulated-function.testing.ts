import type { VirtualClock } from '../../engine/index.ts';
import { type PromotionAnswers, TaskError } from '../simulation/index.ts';
import {
  type Counts,
  type Fault,
  judgeRows,
  recordedAnswers,
  SimulatedAlarms,
} from './simulated-alarms.testing.ts';

const REQUESTS_PER_SECOND = 60;
/** CloudWatch evaluates an alarm once a minute. */
const ALARM_MS = 60_000;
const UPDATE_MS = 2_000;
const PROVISION_MS = 60_000;

type Request = Readonly<Record<string, unknown>>;
type Variables = Readonly<Record<string, string>>;

interface Version {
  readonly variables: Variables;
  readonly description: string;
  readonly readyAt: number;
}

interface Alias {
  readonly version: string;
  readonly weights: Readonly<Record<string, number>>;
}

/** A function with versions and an alias, as Lambda keeps them, under a steady load in virtual time. */
export class SimulatedFunction {
  readonly faults = new Map<string, Fault>();
  /** Packages whose version does not start, with the error type of its function. */
  readonly broken = new Map<string, string>();
  readonly alarms = new SimulatedAlarms();
  readonly versions = new Map<string, Version>();
  readonly provisioned = new Map<string, number>();
  readonly clients: Counts = { requests: 0, unlucky: 0 };
  /** The shares of requests that the newest version had, one after another. */
  readonly shares: number[] = [];
  alias: Alias | undefined;
  /** Changes of `$LATEST` that others make before it is published. */
  othersChange = 0;
  #latest: Version & { readonly revision: number } = {
    variables: {},
    description: '',
    readyAt: 0,
    revision: 1,
  };
  #published: number | undefined;
  #countedUntil: number;
  readonly #time: VirtualClock;

  constructor(time: VirtualClock) {
    this.#time = time;
    this.#countedUntil = time.now();
  }

  /** Makes a package live, as an earlier promotion did. */
  deploy(packageArn: string, version = 1): void {
    const variables = { MODEL_PACKAGE: packageArn };
    this.versions.set(`${version}`, {
      variables,
      description: `abalone-v${version}-before`,
      readyAt: 0,
    });
    this.alias = { version: `${version}`, weights: {} };
  }

  get livePackage(): string | undefined {
    return this.packageOf(this.alias?.version ?? '');
  }

  packageOf(version: string): string | undefined {
    return this.versions.get(version)?.variables['MODEL_PACKAGE'];
  }

  /** The share of requests that a faulty version answers. */
  get #unlucky(): number {
    if (this.alias === undefined) return 0;
    const { version, weights } = this.alias;
    const others = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    return Object.entries({ ...weights, [version]: 1 - others })
      .filter(([each]) => this.faults.has(this.packageOf(each) ?? ''))
      .reduce((sum, [, weight]) => sum + weight, 0);
  }

  get answers(): PromotionAnswers {
    const shift = (request: Request) => this.#updateAlias(request);
    const stop = (request: Request) => this.#stopProvisioning(request);
    return {
      'Look up alias': () => this.#describeAlias(),
      'Describe live version': (request) => this.#describe(String(request['Qualifier'])),
      'Configure function': (request) => this.#configure(request),
      'Check function': () => this.#describeLatest(),
      'Publish version': (request) => this.#publish(request),
      'Check version': (request) => this.#describe(String(request['Qualifier'])),
      'Try version': (request) => this.#ping(request),
      'Provision concurrency': (request) => this.#provision(request),
      'Check provisioned concurrency': (request) => this.#describeProvisioned(request),
      'Create alias': (request) => this.#createAlias(request),
      'Shift requests': shift,
      'Shift more requests': shift,
      'Take back requests': shift,
      'Take back unfinished shift': shift,
      'Take back failed rollout': shift,
      'Restore previous version': shift,
      'Remove alias': () => {
        this.alias = undefined;
        return {};
      },
      'Stop provisioning': stop,
      'Stop provisioning after alarms': stop,
      'Stop provisioning after wrong answers': stop,
      'Stop provisioning previous version': stop,
      'List old versions': () => this.#listVersions(),
      'Remove version': (request) => this.#removeVersion(request),
      'Watch rollout': () => this.alarms.describe(),
      'Check rollback alarms': () => this.alarms.describe(),
      'Send test rows': () => this.#testRows(),
      ...recordedAnswers,
      'Verify answers': () => this.#verify(),
    };
  }

  #listVersions(): unknown {
    const published = [...this.versions].map(([Version, { description: Description }]) => ({
      Version,
      Description,
    }));
    return { Versions: [{ Version: '$LATEST', Description: '' }, ...published] };
  }

  #removeVersion(request: Request): unknown {
    const version = String(request['Qualifier']);
    if (version === this.alias?.version) {
      throw new TaskError('Lambda.ResourceConflictException', 'Aliases reference it.');
    }
    this.versions.delete(version);
    return {};
  }

  #describeAlias(): unknown {
    if (this.alias === undefined) {
      throw new TaskError('Lambda.ResourceNotFoundException', 'Cannot find alias arn: live');
    }
    const { version, weights } = this.alias;
    return {
      Name: 'live',
      FunctionVersion: version,
      ...(Object.keys(weights).length === 0
        ? {}
        : { RoutingConfig: { AdditionalVersionWeights: weights } }),
      RevisionId: 'a',
    };
  }

  #describe(version: string): unknown {
    const found = this.#find(version);
    const isReady = found.readyAt <= this.#time.now();
    return {
      State: isReady ? 'Active' : 'Pending',
      LastUpdateStatus: 'Successful',
      RevisionId: `v${version}`,
      Environment: { Variables: found.variables },
    };
  }

  #find(version: string): Version {
    const found = this.versions.get(version);
    if (found === undefined) {
      throw new TaskError('Lambda.ResourceNotFoundException', `Function not found: ${version}`);
    }
    return found;
  }

  #configure(request: Request): unknown {
    if (this.#latest.readyAt > this.#time.now()) {
      throw new TaskError('Lambda.ResourceConflictException', 'An update is in progress.');
    }
    const { Variables } = request['Environment'] as { Variables: Variables };
    this.#latest = {
      variables: Variables,
      description: '',
      readyAt: this.#time.now() + UPDATE_MS,
      revision: this.#latest.revision + 1,
    };
    return {};
  }

  #describeLatest(): unknown {
    const { readyAt, revision, variables } = this.#latest;
    const answer = {
      State: 'Active',
      LastUpdateStatus: readyAt <= this.#time.now() ? 'Successful' : 'InProgress',
      RevisionId: String(revision),
      Environment: { Variables: variables },
    };
    if (this.othersChange > 0) {
      // As a deployment of the stack does.
      this.othersChange -= 1;
      this.#latest = { ...this.#latest, variables: {}, revision: revision + 1 };
    }
    return answer;
  }

  /** `$LATEST` without changes is the last version again. */
  #publish(request: Request): unknown {
    const { revision, variables } = this.#latest;
    if (request['RevisionId'] !== String(revision)) {
      throw new TaskError('Lambda.PreconditionFailedException', 'The Revision Id does not match.');
    }
    if (this.#published !== revision) {
      const number = Math.max(0, ...[...this.versions.keys()].map(Number)) + 1;
      this.versions.set(`${number}`, {
        variables,
        description: String(request['Description']),
        readyAt: this.#time.now() + UPDATE_MS,
      });
      this.#published = revision;
    }
    return { Version: [...this.versions.keys()].at(-1) };
  }

  /** As images/predictor-lambda answers `GET /ping`. */
  #ping(request: Request): unknown {
    const version = String(request['Qualifier']);
    const { readyAt, variables } = this.#find(version);
    if (readyAt > this.#time.now()) {
      throw new TaskError('Lambda.ResourceConflictException', 'The function is Pending.');
    }
    const { rawPath } = request['Payload'] as { rawPath?: string };
    if (rawPath !== '/ping') throw new TaskError('KeyError', '{"errorType": "KeyError"}');
    const errorType = this.broken.get(variables['MODEL_PACKAGE'] ?? '');
    if (errorType !== undefined) {
      throw new TaskError(
        errorType,
        JSON.stringify({ errorType, errorMessage: 'the weights are missing', stackTrace: [] }),
      );
    }
    return { Payload: { statusCode: 200, body: '' }, ExecutedVersion: version };
  }

  #provision(request: Request): unknown {
    this.provisioned.set(String(request['Qualifier']), this.#time.now() + PROVISION_MS);
    return { Status: 'IN_PROGRESS' };
  }

  #describeProvisioned(request: Request): unknown {
    const readyAt = this.provisioned.get(String(request['Qualifier']));
    if (readyAt === undefined) {
      throw new TaskError('Lambda.ProvisionedConcurrencyConfigNotFoundException', 'none');
    }
    return { Status: readyAt <= this.#time.now() ? 'READY' : 'IN_PROGRESS' };
  }

  #stopProvisioning(request: Request): unknown {
    this.provisioned.delete(String(request['Qualifier']));
    return {};
  }

  #createAlias(request: Request): unknown {
    if (this.alias !== undefined) {
      throw new TaskError('Lambda.ResourceConflictException', 'Alias already exists: live');
    }
    this.alias = { version: String(request['FunctionVersion']), weights: {} };
    return {};
  }

  #updateAlias(request: Request): unknown {
    this.#count();
    const { AdditionalVersionWeights: weights } = request['RoutingConfig'] as {
      AdditionalVersionWeights: Alias['weights'];
    };
    const version = String(request['FunctionVersion']);
    const others = Object.keys(weights);
    for (const each of [version, ...others]) {
      if (!this.versions.has(each))
        throw new Error(`The alias names version ${each}, which is gone.`);
      if (others.includes(version)) throw new Error('A version has two weights.');
    }
    this.alias = { version, weights };
    this.shares.push(Object.values(weights)[0] ?? 1);
    this.#judgeLater();
    return {};
  }

  #judgeLater(): void {
    this.#time.setTimer(ALARM_MS, () => {
      const isShared = this.#unlucky > 0;
      if (!isShared) return;
      for (const [arn, fault] of this.faults) {
        const serves = [this.alias?.version ?? '', ...Object.keys(this.alias?.weights ?? {})]
          .map((version) => this.packageOf(version))
          .includes(arn);
        if (serves) this.alarms.raise(fault);
      }
    });
  }

  /** Rows sent to the alias: while a model of nonsense has a share, some answers are wrong. */
  #testRows(): unknown {
    const isNonsense = [...this.faults.values()].includes('nonsense') && this.#unlucky > 0;
    return judgeRows(20, isNonsense);
  }

  #verify(): unknown {
    return judgeRows(4, this.#unlucky > 0);
  }

  /** Counts what clients have sent since the last change of the traffic. */
  #count(): void {
    const requests = ((this.#time.now() - this.#countedUntil) / 1_000) * REQUESTS_PER_SECOND;
    this.clients.requests += requests;
    this.clients.unlucky += requests * this.#unlucky;
    this.#countedUntil = this.#time.now();
  }
}
