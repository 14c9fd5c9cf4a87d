import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { App } from 'aws-cdk-lib';
import { type Connection, connect } from '../../cli/connection/connection.ts';
import { findProject, type ProjectResources } from '../../cli/project/project-resources.ts';
import type { Project } from '../../definition/index.ts';
import { nameProjectParameter, projectParameterSchema } from '../../events/index.ts';
import { addProjectStacks } from '../../infra/app.ts';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { removeFolder } from '../remove-folder.ts';
import { Executions } from './executions.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** A minute on AWS takes a second of real time. */
const SPEED = 60;

const clientConfig = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

/** One version of one uploaded object. */
export interface Upload {
  readonly key: string;
  readonly versionId: string;
}

/** The deployed app, used through the clients of AWS. */
export class Slice {
  readonly connection: Connection;
  readonly project: ProjectResources;
  readonly trainings: Executions;
  readonly promotions: Executions;
  readonly #dynamodb: DynamoDBClient;

  private constructor(connection: Connection, project: ProjectResources, endpoint: string) {
    this.connection = connection;
    this.project = project;
    this.#dynamodb = new DynamoDBClient({ ...clientConfig, endpoint });
    this.trainings = new Executions(connection, project.trainingStateMachineArn);
    this.promotions = new Executions(connection, project.promotionStateMachineArn);
  }

  static async at(endpoint: string, project = 'abalone'): Promise<Slice> {
    const connection = connect({ endpoint });
    const resources = await findProject(connection, { project, environment: 'dev' });
    return new Slice(connection, resources, endpoint);
  }

  /** @param name the name below the project's upload prefix */
  upload(name: string, body: string | Uint8Array): Promise<Upload> {
    return this.put(`${this.project.incomingPrefix}${name}`, body);
  }

  async put(key: string, body: string | Uint8Array): Promise<Upload> {
    const { VersionId } = await this.connection.s3.send(
      new PutObjectCommand({
        Bucket: this.project.bucket,
        Key: key,
        Body: body,
        ContentLength: Buffer.byteLength(body),
      }),
    );
    return { key, versionId: VersionId ?? '' };
  }

  async read(key: string, versionId?: string): Promise<Buffer> {
    const { Body } = await this.connection.s3.send(
      new GetObjectCommand({ Bucket: this.project.bucket, Key: key, VersionId: versionId }),
    );
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async readJson(key: string): Promise<unknown> {
    return JSON.parse((await this.read(key)).toString('utf8'));
  }

  /** The claim on a thing, such as `dataset#<id>`; undefined if it does not exist. */
  async claimOn(thing: string): Promise<Record<string, AttributeValue> | undefined> {
    const { environment, project } = this.project;
    const { Parameter } = await this.connection.ssm.send(
      new GetParameterCommand({ Name: nameProjectParameter(environment, project) }),
    );
    const { claimsTable } = projectParameterSchema.parse(JSON.parse(Parameter?.Value ?? ''));
    const { Item } = await this.#dynamodb.send(
      new GetItemCommand({ TableName: claimsTable, Key: { claim: { S: thing } } }),
    );
    return Item;
  }

  /** Waits for the end of the training that an upload started. */
  async trained({ versionId }: Upload) {
    return this.trainings.end(await this.trainings.begunBy(versionId));
  }
}

/** A runtime in this process, with the app deployed. */
export interface SliceRuntime {
  readonly slice: Slice;
  readonly endpoint: string;
  /** The configuration of clients that commands do not use. */
  readonly clientConfig: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly folder: string;
  readonly assembly: string;
  close(): Promise<void>;
}

/** @param addMore adds other stacks to the app */
export async function startSlice(addMore?: (app: App) => void): Promise<SliceRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-slice-'));
  const assembly = await synthesizeSlice(join(folder, 'assembly'), [abalone], {}, addMore);
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  const runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    speed: SPEED,
    assembly,
    logger: silentLogger,
  });
  return {
    slice: await Slice.at(runtime.endpoint),
    endpoint: runtime.endpoint,
    clientConfig: { ...clientConfig, endpoint: runtime.endpoint },
    folder,
    assembly,
    async close() {
      await runtime.stop();
      await removeFolder(folder);
    },
  };
}

/** Synthesizes as `cdk synth` does, with the settings of `cdk.json` and further ones. */
export async function synthesizeSlice(
  outdir: string,
  projects: readonly Project[] = [abalone],
  settings: Readonly<Record<string, unknown>> = {},
  addMore?: (app: App) => void,
): Promise<string> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context: { ...context, ...settings }, outdir });
  addProjectStacks(app, projects);
  addMore?.(app);
  app.synth();
  return outdir;
}
