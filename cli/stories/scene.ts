import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { findModelPackage } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { executionOfUpload } from '../follow/executions.ts';
import { followPromotion } from '../follow/follow-promotion.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { uploadFile } from '../project/upload-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { Promotions } from './promotions.ts';
import {
  type RuntimeProcess,
  type RuntimeProcessOptions,
  startRuntimeProcess,
} from './runtime-process.ts';

/** The speed of stories: a minute of AWS takes a second of real time. */
export const STORY_SPEED = 60;
/** The maximum wait of a story for an event, at its own speed. */
const PATIENCE_MS = 120_000;

/** Of the app's context value `serving`, what is Adherence's: a story has few requests, and all of them are watched. */
export const watchedServing = { capturePercent: 100 } as const;

/** A runtime with the app, and a project with a good model that is live. */
export interface Scene {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly connection: Connection;
  readonly project: ProjectResources;
  readonly promotions: Promotions;
  /** The package of the first model. */
  readonly trained: string;
  /** Prints a line for the audience. */
  tell(sentence: string): void;
  /** Prints what belongs to the last line. */
  show(line: string): void;
  /** Shows an execution until it ends. */
  watch(executionArn: string): Promise<DescribeExecutionCommandOutput>;
  /** Kills the runtime as a power failure would, and starts it again. */
  crash(): Promise<void>;
  /** Ends the runtime; its state stays. */
  close(): Promise<void>;
}

export interface SceneOptions extends RuntimeProcessOptions {
  readonly terminal: Terminal;
  /** The project of the story. @default 'abalone' */
  readonly project?: string;
  /** What the first model is trained on. */
  readonly data: string;
  /** Show the logs of the jobs. @default false */
  readonly logs?: boolean;
}

/**
 * Starts a runtime on a state folder that is empty, trains a good model and makes it live.
 *
 * @throws UserError when the runtime does not start, or the training or first promotion fails
 */
export async function setScene(options: SceneOptions): Promise<Scene> {
  const { terminal, speed, logs = false } = options;
  let runtime = await terminal.during('Start AWS on this machine', () =>
    startRuntimeProcess(options),
  );
  const close = () => runtime.end('SIGTERM');
  try {
    const { endpoint } = runtime;
    const connection = connect({ endpoint });
    const project = await findProject(connection, {
      project: options.project ?? 'abalone',
      environment: 'dev',
    });
    const patienceMs = PATIENCE_MS * Math.max(1, STORY_SPEED / speed);
    const promotions = new Promotions(connection, project, patienceMs);
    const trained = await train(connection, project, options);
    const execution = await promotions.begin(trained, 'Approved');
    await followPromotion(connection, project, execution, terminal, { speed });
    const { status, cause } = await promotions.end(execution);
    if (status !== 'SUCCEEDED') {
      throw new UserError(`The first model did not go live, so the story was not played. ${cause}`);
    }
    return {
      endpoint,
      connection,
      project,
      promotions,
      trained,
      tell: (sentence) => terminal.print(`\n${sentence}`),
      show: (line) => terminal.print(`  ${line}`),
      watch: (executionArn) => followExecution(connection, executionArn, terminal, { logs, speed }),
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
function restart(options: SceneOptions, endpoint: string): Promise<RuntimeProcess> {
  return options.terminal.during('Start it again', () =>
    startRuntimeProcess({ ...options, port: Number(new URL(endpoint).port) }),
  );
}

async function train(
  connection: Connection,
  project: ProjectResources,
  { data, terminal, speed, logs = false }: SceneOptions,
): Promise<string> {
  const uploaded = await uploadFile(connection, project, data, `${project.project}.csv`);
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
