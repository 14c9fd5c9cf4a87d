import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DELIVERY } from '../../delivery/index.ts';
import { visibleLine } from '../../local/index.ts';
import {
  makeTemporaryFolder,
  processEnvironment,
  SYNTHESIS_VARIABLES,
  startProcess,
} from '../../local/processes/index.ts';
import { connect } from '../connection/connection.ts';
import { readCheckout } from '../deliver/checkout.ts';
import { type FoundPipeline, findPipeline } from '../deliver/find-pipeline.ts';
import { type DeliveryEnd, followDelivery } from '../deliver/follow-delivery.ts';
import { createPipelineClients, type PipelineClients } from '../deliver/pipeline-clients.ts';
import { rollBackStage, startDelivery } from '../deliver/start-delivery.ts';
import { uploadCommit } from '../deliver/upload-commit.ts';
import { pause } from '../follow/execution-progress.ts';
import { findCdk } from '../runtime/synthesize.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { ACCOUNTS, type DeliveredApp, makeDeliveredApp, REGION } from './delivered-app.ts';
import { linkTools } from './link-tools.ts';
import { startRuntimeProcess } from './runtime-process.ts';

type EnvironmentName = 'dev' | 'prod';

/** A delivery of the story, with every line that was shown of it. */
export interface ShownDelivery {
  readonly end: DeliveryEnd;
  readonly commit: string;
  readonly lines: readonly string[];
}

/** A runtime with the accounts of two environments and of the pipeline, and a repository that it delivers. */
export interface DeliveryScene {
  readonly app: DeliveredApp;
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** Commits what was changed and delivers it; a person approves all that is asked. */
  deliver(message: string): Promise<ShownDelivery>;
  /** Runs a stage again with what the last good delivery had. */
  rollBack(stage: string): Promise<ShownDelivery>;
  /** Waits until no alarm of dev is in ALARM: a watch would stop the next deployment. */
  quiet(): Promise<void>;
  /** The deployed template of the project's stack. */
  templateIn(environment: EnvironmentName): Promise<string>;
  tell(sentence: string): void;
  close(): Promise<void>;
}

export interface DeliverySceneOptions {
  readonly program: string;
  readonly state: string;
  readonly speed: number;
  readonly port: number;
  readonly verbose: boolean;
  readonly terminal: Terminal;
}

/** @throws UserError when the app cannot be synthesized, or the runtime does not start */
export async function setDeliveryScene(options: DeliverySceneOptions): Promise<DeliveryScene> {
  const { terminal } = options;
  const temporary = makeTemporaryFolder('synth');
  const folder = temporary.folder('app');
  const app = await terminal.during('Make a repository with two environments and a pipeline', () =>
    Promise.resolve(makeDeliveredApp(folder, linkTools(temporary.path, options.program))),
  );
  const toolkit = { folder, home: temporary.folder('home') };
  await terminal.during('Synthesize its app (cdk synth)', () =>
    runToolkit(toolkit, ['synth', '--quiet']),
  );
  const runtime = await terminal.during('Start AWS on this machine, with three accounts', () =>
    startRuntimeProcess({ ...options, assembly: join(folder, 'cdk.out') }),
  );
  const close = async () => {
    await runtime.end('SIGTERM');
    await temporary.remove();
  };
  try {
    const { endpoint } = runtime;
    await terminal.during('Bootstrap the accounts of dev and prod (cdk bootstrap)', () =>
      Promise.all(
        (['dev', 'prod'] as const).map((name) => bootstrap(toolkit, ACCOUNTS[name], endpoint)),
      ),
    );
    const clients = createPipelineClients(connectTo(endpoint, ACCOUNTS.pipeline));
    const pipeline = await findPipeline(clients, DELIVERY);
    const delivery = { clients, pipeline, terminal };
    return {
      app,
      endpoint,
      deliver: (message) => deliver(delivery, app, message),
      rollBack: (stage) => rollBack(delivery, stage),
      quiet: () => waitForQuiet(endpoint),
      templateIn: (environment) => templateIn(endpoint, environment),
      tell: (sentence) => terminal.print(`\n${sentence}`),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function connectTo(endpoint: string, account: string) {
  const credentials = { accessKeyId: account, secretAccessKey: 'local' };
  return connect({ endpoint, region: REGION, credentials });
}

interface Toolkit {
  readonly folder: string;
  readonly home: string;
}

function bootstrap(toolkit: Toolkit, account: string, endpoint: string): Promise<void> {
  return runToolkit(
    toolkit,
    [
      ...['bootstrap', `aws://${account}/${REGION}`, '--app', 'cdk.out', '--no-notices'],
      ...['--trust', ACCOUNTS.pipeline],
      ...['--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    ],
    { account, endpoint },
  );
}

/** Runs the CDK's own command. @throws UserError with what it printed */
async function runToolkit(
  { folder, home }: Toolkit,
  args: readonly string[],
  caller?: { readonly account: string; readonly endpoint: string },
): Promise<void> {
  const child = startProcess(process.execPath, [findCdk(), ...args], {
    folder,
    environment: processEnvironment({
      home,
      inherit: SYNTHESIS_VARIABLES,
      ...(caller !== undefined && {
        aws: {
          region: REGION,
          endpoint: caller.endpoint,
          session: { AccessKeyId: caller.account, SecretAccessKey: 'local' },
        },
      }),
    }),
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code === 0) return;
  const lines = output.trim().split('\n').map(visibleLine);
  throw new UserError(
    `cdk ${args[0]} failed (exit code ${code}), so the story was not played.\n${lines.join('\n')}`,
  );
}

interface Delivery {
  readonly clients: PipelineClients;
  readonly pipeline: FoundPipeline;
  readonly terminal: Terminal;
}

async function deliver(
  delivery: Delivery,
  app: DeliveredApp,
  message: string,
): Promise<ShownDelivery> {
  const { clients, pipeline } = delivery;
  app.commit(message);
  const checkout = readCheckout(app.folder, false);
  await uploadCommit(clients, pipeline, checkout);
  const id = await startDelivery(clients, pipeline, checkout.commit);
  return follow(delivery, id, checkout.commit);
}

async function rollBack(delivery: Delivery, stage: string): Promise<ShownDelivery> {
  const { clients, pipeline } = delivery;
  const { commit, id } = await rollBackStage(clients, pipeline, stage);
  return follow(delivery, id, commit);
}

async function follow(
  { clients, pipeline, terminal }: Delivery,
  id: string,
  commit: string,
): Promise<ShownDelivery> {
  const lines: string[] = [];
  const shown: Terminal = {
    ...terminal,
    note(line) {
      lines.push(line);
      terminal.print(`  ${line}`);
    },
    print(line = '') {
      lines.push(line);
      terminal.print(`  ${line}`);
    },
  };
  const asker = {
    isThere: true,
    text: async (_question: string, suggestion: string) => suggestion,
    async yes(question: string) {
      shown.note(`    ${question} [y/N] y`);
      return true;
    },
  };
  const decisions = { approve: [], reject: [] };
  const end = await followDelivery({ clients, pipeline, terminal: shown, asker, decisions }, id);
  return { end, commit, lines };
}

const PATIENCE_MS = 120_000;

/** @throws UserError if an alarm stays in ALARM */
async function waitForQuiet(endpoint: string): Promise<void> {
  const { cloudwatch, pollMs } = connectTo(endpoint, ACCOUNTS.dev);
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ StateValue: 'ALARM' }),
    );
    if (MetricAlarms.length === 0) return;
    await pause(pollMs);
  }
  throw new UserError(
    `An alarm of dev was in ALARM for ${PATIENCE_MS / 1_000} s, so the story ended here.`,
  );
}

async function templateIn(endpoint: string, environment: EnvironmentName): Promise<string> {
  const client = new CloudFormationClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNTS[environment], secretAccessKey: 'local' },
  });
  const StackName = `stepmill-${environment}-abalone`;
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
  // Texts of the toolkit and of the start differ in white space only.
  return JSON.stringify(JSON.parse(TemplateBody));
}
