import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { Connection } from '../connection/connection.ts';
import { describeTrainedModel } from '../demo/trained-model.ts';
import { followPromotion } from '../follow/follow-promotion.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { UserError } from '../terminal/user-error.ts';
import { type Behaviour, registerVariant } from './model-variants.ts';
import type { Promotion, Promotions } from './promotions.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { SplitWatch } from './split-watch.ts';
import { type Span, SteadyLoad } from './steady-load.ts';

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

/** What a story of promotion uses besides: clients and further versions of the model. */
export interface Stage extends Scene {
  /** Shows a promotion until it ends. */
  follow(executionArn: string): Promise<Followed>;
  /** Registers a further version, which was compared with the live model, or with `champion`, according to its metadata. */
  register(name: string, behaves: Behaviour, champion?: string): Promise<string>;
  approvalOf(packageArn: string): Promise<Approval>;
  /** Clients of the endpoint. */
  load(requestsPerSecond: number): SteadyLoad;
}

/**
 * Starts a runtime on a state folder that is empty, trains a good model and makes it live.
 *
 * @throws UserError when the runtime does not start, or the training or first promotion fails
 */
export async function setStage(options: SceneOptions): Promise<Stage> {
  const scene = await setScene(options);
  try {
    return await addClients(scene, options);
  } catch (error) {
    await scene.close();
    throw error;
  }
}

async function addClients(scene: Scene, options: SceneOptions): Promise<Stage> {
  const { connection, project, promotions, trained } = scene;
  const follow = createFollow(connection, project, promotions, options);
  const [row] = (await describeTrainedModel(connection, trained)).rows;
  if (row === undefined) throw new UserError('The training wrote no test rows.');
  return {
    ...scene,
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
          place: project,
          row: row.row,
          expected: [row.expected],
          requestsPerSecond,
          slowAfterMs: SLOW_AFTER_MS,
        }),
      ),
  };
}

/** Shows promotions, and the answers that the clients of the newest load receive. */
function createFollow(
  connection: Connection,
  project: ProjectResources,
  promotions: Promotions,
  { speed, terminal }: SceneOptions,
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
