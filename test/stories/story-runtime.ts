import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { App } from 'aws-cdk-lib';
import { type Connection, connect } from '../../cli/connection.ts';
import { describeTrainedModel } from '../../cli/demo/trained-model.ts';
import { executionOfUpload } from '../../cli/executions.ts';
import { findModelPackage } from '../../cli/model-packages.ts';
import { findProject, type ProjectResources } from '../../cli/project-resources.ts';
import { type Behaviour, registerVariant } from '../../cli/stories/model-variants.ts';
import { Promotions } from '../../cli/stories/promotions.ts';
import { SteadyLoad } from '../../cli/stories/steady-load.ts';
import { uploadFile } from '../../cli/upload-file.ts';
import { addProjectStacks } from '../../infra/app.ts';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { abalone, generateAbaloneSample, type Project } from '../../projects/index.ts';

export const PYTHON_FOLDER = '.stepmill/python';
/** A minute of AWS is a second of the wall. */
export const SPEED = 60;
const SAMPLE_SEED = 4;

/** Between what a good model takes on a loaded machine and what a slow one sleeps. */
const SLOW_AFTER_MS = 1_400;

/** Abalone, rolled out by canary. */
const storyProject: Project = {
  ...abalone,
  serving: {
    ...abalone.serving,
    // A second of the wall at this speed.
    gatherSeconds: 60,
    pollSeconds: 30,
    rollout: {
      type: 'canary',
      size: { percent: 10 },
      waitSeconds: 180,
      bakeSeconds: 60,
      executionTimeoutSeconds: 3600,
    },
    // A loaded machine's good model must not look like a slow one.
    alarms: { ...abalone.serving.alarms, p99LatencyMilliseconds: 1_200 },
  },
};

/** What the registry says of a package. */
export interface Approval {
  readonly status: string | undefined;
  readonly description: string | undefined;
}

/** Everything a story plays with. */
export interface Stage {
  readonly folder: string;
  readonly assembly: string;
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly connection: Connection;
  readonly project: ProjectResources;
  readonly promotions: Promotions;
  /** The package that the training workflow registered. */
  readonly trained: string;
  /** A raw row, and what the trained model answers to it. */
  readonly row: string;
  readonly expected: number;
  /** Registers a further version; it counts as compared with what is live, or with `champion`. */
  register(name: string, behaves: Behaviour, champion?: string): Promise<string>;
  approvalOf(packageArn: string): Promise<Approval>;
  /** Clients of the endpoint. */
  load(requestsPerSecond: number): SteadyLoad;
  /** Ends the runtime; its state stays. */
  stop(): Promise<void>;
  /** Ends everything and leaves nothing. */
  close(): Promise<void>;
}

/** The app with real processes, and one good model that came out of the training workflow. */
export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-stories-'));
  const assembly = await synthesize(join(folder, 'assembly'));
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  let runtime: Runtime | undefined = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    speed: SPEED,
    assembly,
    logger: silentLogger,
  });
  const { endpoint } = runtime;
  const connection = connect({ endpoint });
  const project = await findProject(connection, { project: 'abalone', environment: 'dev' });
  const promotions = new Promotions(connection, project);
  const stop = async () => {
    await runtime?.stop();
    runtime = undefined;
  };
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const trained = await train(connection, project, promotions, folder);
    const [row] = (await describeTrainedModel(connection, trained)).rows;
    if (row === undefined) throw new Error('The training left no test rows.');
    return {
      folder,
      assembly,
      endpoint,
      connection,
      project,
      promotions,
      trained,
      row: row.row,
      expected: row.expected,
      register: async (name, behaves, champion) =>
        registerVariant(connection, project, trained, {
          name,
          behaves,
          champion: champion ?? (await promotions.livePackage()),
        }),
      approvalOf: async (ModelPackageName) => {
        const { ModelApprovalStatus: status, ApprovalDescription: description } =
          await connection.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName }));
        return { status, description };
      },
      load: (requestsPerSecond) =>
        new SteadyLoad(connection, {
          endpointName: project.endpointName,
          row: row.row,
          expected: [row.expected],
          requestsPerSecond,
          slowAfterMs: SLOW_AFTER_MS,
        }),
      stop,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As `cdk synth` does, with the settings of `cdk.json`. */
async function synthesize(outdir: string): Promise<string> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context, outdir });
  addProjectStacks(app, [storyProject]);
  app.synth();
  return outdir;
}

async function train(
  connection: Connection,
  project: ProjectResources,
  promotions: Promotions,
  folder: string,
): Promise<string> {
  const file = join(folder, 'abalone.csv');
  await writeFile(file, generateAbaloneSample(SAMPLE_SEED));
  const uploaded = await uploadFile(connection, project, file);
  const training = await promotions.end(await executionOfUpload(connection, project, uploaded));
  if (training.status !== 'SUCCEEDED') throw new Error(`Training: ${training.cause}`);
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    status: 'PendingManualApproval',
  });
  return ModelPackageArn;
}
