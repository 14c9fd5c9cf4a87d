import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App } from 'aws-cdk-lib';
import type { Project } from '../../definition/index.ts';
import { nameConsoleStack } from '../../delivery/index.ts';
import { buildConsole } from '../../infra/api/build-console.ts';
import { addStacks } from '../../infra/app.ts';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { removeFolder } from '../remove-folder.ts';
import { Slice } from '../slice/slice-runtime.ts';

const PYTHON_FOLDER = '.stepmill/python';
/** A minute on AWS takes a second of real time. */
const SPEED = 60;

/** A runtime with a project and the console. */
export interface ConsoleRuntime {
  /** Where the console is. */
  readonly address: string;
  readonly endpoint: string;
  readonly slice: Slice;
  close(): Promise<void>;
}

export interface ConsoleRuntimeOptions {
  /** Whether people sign in themselves. @default the person of the machine is signed in */
  readonly signIn?: boolean;
  /** @default abalone as it is */
  readonly project?: Project;
}

/** Starts a runtime with everything that `cdk synth` makes. */
export async function startConsole({
  signIn = false,
  project = abalone,
}: ConsoleRuntimeOptions = {}): Promise<ConsoleRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-console-'));
  await buildConsole(process.cwd());
  const assembly = synthesize(join(folder, 'assembly'), project);
  await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  const runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: PYTHON_FOLDER,
    port: 0,
    consolePort: 0,
    speed: SPEED,
    signIn,
    assembly,
    logger: silentLogger,
  });
  return {
    address: await readAddress(runtime.endpoint),
    endpoint: runtime.endpoint,
    slice: await Slice.at(runtime.endpoint, project.name),
    async close() {
      await runtime.stop();
      await removeFolder(folder);
    },
  };
}

function synthesize(outdir: string, project: Project): string {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { readonly context: object };
  const app = new App({ context: { ...context, console: 'true' }, outdir });
  addStacks(app, [project]);
  app.synth();
  return outdir;
}

async function readAddress(endpoint: string): Promise<string> {
  const cloudFormation = new CloudFormationClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Stacks: [stack] = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: nameConsoleStack('dev') }),
  );
  const output = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'SiteAddress');
  if (output?.OutputValue === undefined)
    throw new Error('The stack of the console has no address.');
  return output.OutputValue;
}
