import type { VirtualClock } from '../../engine/index.ts';
import { type PromotionAnswers, TaskError } from '../simulation/index.ts';
import {
  type Fault,
  judgeRows,
  recordedAnswers,
  SimulatedAlarms,
} from './simulated-alarms.testing.ts';

const SERVICE_ARN = 'arn:aws:ecs:us-east-1:000000000000:service/cluster/abalone';
const FAMILY = 'arn:aws:ecs:us-east-1:000000000000:task-definition/abalone-serving';
const START_MS = 90_000;
const CANARY_MS = 180_000;
const BAKE_MS = 60_000;
/** CloudWatch evaluates an alarm once a minute. */
const ALARM_MS = 60_000;
/** A rollback, and the drain of a removed service. */
const END_MS = 30_000;

type Request = Readonly<Record<string, unknown>>;

interface Revision {
  readonly tags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

interface Deployment {
  readonly arn: string;
  readonly revision: string;
  readonly createdAt: number;
  readonly watches: boolean;
  status: string;
  reason?: string;
}

interface Service {
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  revision: string;
  running: number;
  /** It knows both target groups and the rule. */
  canShift: boolean;
}

function hasTwoGroups(request: Request): boolean {
  const [balancer] = (request['LoadBalancers'] ?? []) as Record<string, unknown>[];
  return balancer?.['AdvancedConfiguration'] !== undefined;
}

/** A service of ECS with native deployments, under a steady load in virtual time. */
export class SimulatedService {
  /** By package; `unhealthy` tasks never answer their load balancer. */
  readonly faults = new Map<string, Fault | 'unhealthy'>();
  readonly alarms = new SimulatedAlarms();
  readonly revisions = new Map<string, Revision>();
  readonly deployments: Deployment[] = [];
  readonly scaling: Request[] = [];
  /** The newest first. */
  readonly events: { readonly CreatedAt: string; readonly Message: string }[] = [];
  service: Service | undefined;
  /** An alarm is raised between the last look of the promotion and the begin of the deployment. */
  raisesBeforeDeployment = false;
  #sharing = false;
  readonly #time: VirtualClock;

  constructor(time: VirtualClock) {
    this.#time = time;
  }

  get livePackage(): string | undefined {
    return this.packageOf(this.service?.revision ?? '');
  }

  packageOf(revision: string): string | undefined {
    return this.revisions.get(revision)?.tags['stepmill:package'];
  }

  /** Another one than the promotion deploys the live revision again. */
  deployElsewhere(endMs: number): void {
    const deployment: Deployment = {
      arn: `${SERVICE_ARN.replace('service/', 'service-deployment/')}/elsewhere`,
      revision: this.service?.revision ?? '',
      createdAt: this.#time.now(),
      watches: false,
      status: 'IN_PROGRESS',
    };
    this.deployments.push(deployment);
    this.#time.setTimer(endMs, () => {
      deployment.status = 'SUCCESSFUL';
    });
  }

  get #running(): Deployment | undefined {
    return this.deployments.find(({ status }) => /PENDING|IN_PROGRESS/.test(status));
  }

  get answers(): PromotionAnswers {
    const remove = () => this.#remove();
    return {
      'Look up service': () => this.#describe(),
      'Look up target group': () => this.#describe(),
      'Read service events': () => this.#describe(),
      'Look for deployments': (request) => this.#list(request),
      'Watch deployment': (request) => this.#list(request),
      'Watch previous model': (request) => this.#list(request),
      'Describe live revision': (request) =>
        this.#describeRevision(String(request['TaskDefinition'])),
      'Register revision': (request) => this.#register(request),
      'Create service': (request) => this.#create(request),
      'Update service': (request) => this.#update(request),
      'Update service and target groups': (request) => this.#update(request),
      'Restore previous revision': (request) => this.#update(request),
      'Stop late deployment': () => this.#rollBack('stopped by the caller'),
      'Roll back deployment': () => this.#rollBack('stopped by the caller'),
      'Remove service': remove,
      'Remove failed service': remove,
      'Remove unhealthy service': remove,
      'List old revisions': () => ({ TaskDefinitionArns: [...this.revisions.keys()].toReversed() }),
      'Remove revision': (request) => {
        this.revisions.delete(String(request['TaskDefinition']));
        return {};
      },
      'Scale service': (request) => this.#scale(request),
      'Set scaling policy': (request) => this.#scale(request),
      'Look at alarms': () => this.alarms.describe(),
      'Find alarms': () => this.alarms.describe(),
      'Check rollback alarms': () => this.alarms.describe(),
      'Send test rows': () => this.#testRows(),
      ...recordedAnswers,
      'Verify answers': () => this.#testRows(),
    };
  }

  #describe(): unknown {
    if (this.service === undefined) return { Services: [], Failures: [{ Reason: 'MISSING' }] };
    const { status, revision, running } = this.service;
    const isBroken = running === 0 && this.#running === undefined;
    return {
      Services: [
        {
          Status: status,
          TaskDefinition: revision,
          RunningCount: running,
          Events: this.events,
          Deployments: [{ Status: 'PRIMARY', RolloutState: isBroken ? 'FAILED' : 'COMPLETED' }],
          LoadBalancers: [
            {
              TargetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/blue/1',
              ...(this.service.canShift ? { AdvancedConfiguration: {} } : {}),
            },
          ],
        },
      ],
      Failures: [],
    };
  }

  #list(request: Request): unknown {
    const wanted = request['Status'] as readonly string[] | undefined;
    return {
      ServiceDeployments: this.deployments
        .filter(({ status }) => wanted?.includes(status) ?? true)
        .map(({ arn, createdAt, reason, status }) => ({
          ServiceDeploymentArn: arn,
          CreatedAt: new Date(createdAt).toISOString(),
          Status: status,
          ...(reason === undefined ? {} : { StatusReason: reason }),
        })),
    };
  }

  #describeRevision(arn: string): unknown {
    const tags = Object.entries(this.revisions.get(arn)?.tags ?? {});
    return {
      TaskDefinition: { TaskDefinitionArn: arn },
      Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    };
  }

  #register(request: Request): unknown {
    const TaskDefinitionArn = `${FAMILY}:${this.revisions.size + 1}`;
    const [container] = request['ContainerDefinitions'] as [
      { readonly Environment: readonly { readonly Name: string; readonly Value: string }[] },
    ];
    const tags = request['Tags'] as readonly { readonly Key: string; readonly Value: string }[];
    this.revisions.set(TaskDefinitionArn, {
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
      environment: Object.fromEntries(
        container.Environment.map(({ Name, Value }) => [Name, Value]),
      ),
    });
    return { TaskDefinition: { TaskDefinitionArn } };
  }

  #create(request: Request): unknown {
    if (this.service?.status === 'DRAINING') {
      throw new TaskError(
        'Ecs.InvalidParameterException',
        'Unable to Start a service that is still Draining.',
      );
    }
    if (this.service !== undefined) throw new Error('The service is there already.');
    const revision = String(request['TaskDefinition']);
    const canShift = hasTwoGroups(request);
    this.service = { status: 'ACTIVE', revision, running: 0, canShift };
    this.#deploy(request);
    return {};
  }

  #update(request: Request): unknown {
    if (this.#running !== undefined) throw new Error('A deployment runs.');
    if (this.service !== undefined) {
      this.service.canShift ||= hasTwoGroups(request);
      if (!this.service.canShift) throw new Error('Requests cannot be shifted.');
    }
    this.#deploy(request);
    return {};
  }

  #deploy(request: Request): void {
    if (this.raisesBeforeDeployment) this.alarms.raise('slow');
    const configuration = request['DeploymentConfiguration'] as {
      readonly Strategy: string;
      readonly Alarms: { readonly AlarmNames: readonly string[]; readonly Enable: boolean };
    };
    const { AlarmNames, Enable } = configuration.Alarms;
    const deployment: Deployment = {
      arn: `${SERVICE_ARN.replace('service/', 'service-deployment/')}/${this.deployments.length + 1}`,
      revision: String(request['TaskDefinition']),
      createdAt: this.#time.now(),
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
      watches: Enable && !AlarmNames.some((name) => this.alarms.has(name)),
      status: 'IN_PROGRESS',
    };
    this.deployments.push(deployment);
    if (this.faults.get(this.packageOf(deployment.revision) ?? '') === 'unhealthy') {
      this.#tell('has started 1 tasks: (task 1).');
      this.#tell(
        '(port 8080) is unhealthy in (target-group green) due to (reason Health checks failed with these codes: [500]).',
      );
      return;
    }
    const isShared = configuration.Strategy === 'CANARY';
    this.#time.setTimer(START_MS, () => {
      if (deployment.status !== 'IN_PROGRESS') return;
      this.#sharing = true;
      this.#judgeLater(deployment);
      this.#time.setTimer(isShared ? CANARY_MS + BAKE_MS : 1, () => this.#succeed(deployment));
    });
  }

  #tell(text: string): void {
    const CreatedAt = new Date(this.#time.now()).toISOString();
    this.events.unshift({ CreatedAt, Message: `(service abalone) ${text}` });
  }

  #judgeLater(deployment: Deployment): void {
    this.#time.setTimer(ALARM_MS, () => {
      const fault = this.faults.get(this.packageOf(deployment.revision) ?? '');
      if (fault === undefined || fault === 'unhealthy' || !this.#sharing) return;
      this.alarms.raise(fault);
      if (deployment.watches) this.#rollBack('an alarm is in ALARM');
    });
  }

  #succeed(deployment: Deployment): void {
    if (deployment.status !== 'IN_PROGRESS' || this.service === undefined) return;
    deployment.status = 'SUCCESSFUL';
    this.service.revision = deployment.revision;
    this.service.running = 2;
  }

  #rollBack(reason: string): unknown {
    const deployment = this.#running;
    if (deployment === undefined || this.service === undefined) return {};
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    deployment.reason = `Service deployment rolled back: ${reason}.`;
    this.#sharing = false;
    this.#time.setTimer(END_MS, () => {
      deployment.status = this.service?.running === 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_SUCCESSFUL';
    });
    return {};
  }

  #remove(): unknown {
    if (this.service === undefined)
      throw new TaskError('Ecs.ServiceNotFoundException', 'not found');
    this.service.status = 'DRAINING';
    this.service.running = 0;
    this.#time.setTimer(END_MS, () => {
      this.service = undefined;
    });
    return {};
  }

  #scale(request: Request): unknown {
    this.scaling.push(request);
    return {};
  }

  /** While a model of nonsense has a share, some answers are wrong. */
  #testRows(): unknown {
    const revision = this.#sharing ? (this.deployments.at(-1)?.revision ?? '') : '';
    const isNonsense = this.faults.get(this.packageOf(revision) ?? '') === 'nonsense';
    return judgeRows(20, isNonsense);
  }
}
