import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { findModelPackage } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { describeTrainedModel } from '../demo/trained-model.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { executionOfUpload } from '../follow/executions.ts';
import { followPromotion } from '../follow/follow-promotion.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { type Behaviour, registerVariant } from './model-variants.ts';
import { type Promotion, Promotions } from './promotions.ts';
import {
  type RuntimeProcess,
  type RuntimeProcessOptions,
  startRuntimeProcess,
} from './runtime-process.ts';
import { SplitWatch } from './split-watch.ts';
import { type Span, SteadyLoad } from './steady-load.ts';

/** The speed of stories: a minute of AWS takes a second of real time. */
export const STORY_SPEED = 60;
/** The maximum wait of a story for an event, at its own speed. */
const PATIENCE_MS = 120_000;
/** Longer than a good model takes on a loaded machine, and shorter than a slow model sleeps. */
const SLOW_AFTER_MS = 1_400;

/** How stories roll out: of the app's context value `serving`, what is Abalone's. */
export const storyServing = {
  // A second of real time at the stories' speed.
  gatherSeconds: 60,
  pollSeconds: 30,
  rollout: {
    type: 'canary',
    size: { percent: 10 },
    waitSeconds: 180,
    bakeSeconds: 60,
    executionTimeoutSeconds: 3600,
  },
  // A good model on a loaded machine must not look like a slow one.
  // A model with errors must not be rolled back before both alarms about errors have seen it.
  alarms: { p99LatencyMilliseconds: 1_200, errorIncreasePercent: 1 },
} as const;

/** The share of the traffic that a new model gets at first. */
export const CANARY_SHARE = storyServing.rollout.size.percent / 100;

/** The status of a package in the registry. */
export interface Approval {
  readonly status: string;
  readonly description: string;
}

/** A promotion that was shown while it ran. */
export interface Followed extends Promotion {
  /** When the old and the new model shared the traffic; undefined where it was too short to see. */
  readonly split: Span | undefined;
}

/** What a story uses: a runtime with the app, a good model that is live, and clients. */
export interface Stage {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly connection: Connection;
  readonly project: ProjectResources;
  readonly promotions: Promotions;
  /** Prints a line for the audience. */
  tell(sentence: string): void;
  /** Shows a promotion until it ends. */
  follow(executionArn: string): Promise<Followed>;
  /** Registers a further version, which was compared with the live model, or with `champion`, according to its metadata. */
  register(name: string, behaves: Behaviour, champion?: string): Promise<string>;
  approvalOf(packageArn: string): Promise<Approval>;
  /** Clients of the endpoint. */
  load(requestsPerSecond: number): SteadyLoad;
  /** Kills the runtime as a power failure would, and starts it again. */
  crash(): Promise<void>;
  /** Ends the runtime; its state stays. */
  close(): Promise<void>;
}

export interface StageOptions extends RuntimeProcessOptions {
  readonly terminal: Terminal;
  /** What the first model is trained on. */
  readonly data: string;
  /** Show the logs of the training's jobs. @default false */
  readonly logs?: boolean;
}

/**
 * Starts a runtime on a state folder that is empty, trains a good model and makes it live.
 *
 * @throws UserError when the runtime does not start, or the training or first promotion fails
 */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { terminal } = options;
  let runtime = await terminal.during('Start AWS on this machine', () =>
    startRuntimeProcess(options),
  );
  const close = () => runtime.end('SIGTERM');
  try {
    const { endpoint } = runtime;
    const connection = connect({ endpoint });
    const project = await findProject(connection, { project: 'abalone', environment: 'dev' });
    const patienceMs = PATIENCE_MS * Math.max(1, STORY_SPEED / options.speed);
    const promotions = new Promotions(connection, project, patienceMs);
    const trained = await train(connection, project, options);
    const follow = createFollow(connection, project, promotions, options);
    const first = await follow.promotion(await promotions.begin(trained, 'Approved'));
    if (first.status !== 'SUCCEEDED') {
      throw new UserError(
        `The first model did not go live, so the story was not played. ${first.cause}`,
      );
    }
    const [row] = (await describeTrainedModel(connection, trained)).rows;
    if (row === undefined) throw new UserError('The training wrote no test rows.');
    return {
      endpoint,
      connection,
      project,
      promotions,
      tell: (sentence) => terminal.print(`\n${sentence}`),
      follow: (executionArn) => follow.promotion(executionArn),
      register: async (name, behaves, champion) =>
        registerVariant(connection, project, trained, {
          name,
          behaves,
          champion: champion ?? (await promotions.livePackage()),
        }),
      approvalOf: (packageArn) => readApproval(connection, packageArn),
      load: (requestsPerSecond) =>
        follow.watch(
          new SteadyLoad(connection, {
            endpointName: project.endpointName,
            row: row.row,
            expected: [row.expected],
            requestsPerSecond,
            slowAfterMs: SLOW_AFTER_MS,
          }),
        ),
      async crash() {
        await runtime.end('SIGKILL');
        runtime = await restart(options, endpoint);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** On the same port, so that clients find it again. */
function restart(options: StageOptions, endpoint: string): Promise<RuntimeProcess> {
  return options.terminal.during('Start it again', () =>
    startRuntimeProcess({ ...options, port: Number(new URL(endpoint).port) }),
  );
}

async function train(
  connection: Connection,
  project: ProjectResources,
  { data, terminal, speed, logs = false }: StageOptions,
): Promise<string> {
  const uploaded = await uploadFile(connection, project, data, 'abalone.csv');
  const execution = await executionOfUpload(connection, project, uploaded);
  const { status, cause } = await terminal.during('Train the first model', () =>
    followExecution(connection, execution, terminal, { logs, speed }),
  );
  if (status !== 'SUCCEEDED') {
    throw new UserError(
      `The training ended as ${status}, so the story was not played. ${cause ?? ''}`,
    );
  }
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    status: 'PendingManualApproval',
  });
  return ModelPackageArn;
}

/** Shows promotions, and the answers that the clients of the newest load receive. */
function createFollow(
  connection: Connection,
  project: ProjectResources,
  promotions: Promotions,
  { speed, terminal }: StageOptions,
) {
  let load: SteadyLoad | undefined;
  return {
    watch(started: SteadyLoad): SteadyLoad {
      load = started;
      return started;
    },
    async promotion(executionArn: string): Promise<Followed> {
      const watch = new SplitWatch();
      await followPromotion(connection, project, executionArn, terminal, {
        speed,
        aside: () => (load === undefined ? '' : describeLoad(load)),
        onLook: (rollout, askedAt) => watch.see(rollout, askedAt),
      });
      return { ...(await promotions.end(executionArn)), split: watch.split };
    },
  };
}

function describeLoad(load: SteadyLoad): string {
  const { requests, failures, slow, wrong } = load.report();
  return `${requests} requests, ${failures} failed, ${slow} slow, ${wrong} wrong`;
}

async function readApproval({ sagemaker }: Connection, packageArn: string): Promise<Approval> {
  const { ModelApprovalStatus: status = '', ApprovalDescription: description = '' } =
    await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: packageArn }));
  return { status, description };
}
