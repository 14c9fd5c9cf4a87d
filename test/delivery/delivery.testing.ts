import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';

const CDK = resolve('node_modules/aws-cdk/bin/cdk');
const STEPMILL = resolve('dist/cli/main.js');
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:demo-topic';

/** A program that has ended, with all that it printed. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A runtime with a pipeline, which the CDK's toolkit has bootstrapped, and a checkout of an app that it deploys. */
export interface DeliveryWorld {
  readonly runtime: Runtime;
  /** The checkout. */
  readonly folder: string;
  cdk(...args: string[]): Promise<Ended>;
  /** Runs the command `stepmill` in the checkout. */
  stepmill(...args: string[]): Promise<Ended>;
  /** Changes the template of the app, and commits it. */
  change(message: string, edit: (resources: Record<string, unknown>) => void): void;
  write(path: string, content: string): void;
  commit(message: string): void;
  statusOf(stack: string): Promise<string | undefined>;
  /** The display name of the app's topic: what of a change is live. */
  liveName(): Promise<string | undefined>;
  end(): Promise<void>;
}

export async function startDeliveryWorld(): Promise<DeliveryWorld> {
  const root = mkdtempSync(join(tmpdir(), 'stepmill-delivery-'));
  const folder = join(root, 'checkout');
  const assembly = join(root, 'pipeline');
  cpSync('test/delivery/demo-app', folder, { recursive: true });
  cpSync('test/delivery/pipeline-app', assembly, { recursive: true });
  const template = join(assembly, 'delivery.template.json');
  writeFileSync(template, readFileSync(template, 'utf8').replace('@CDK@', CDK));
  const runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger, assembly });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  const run = async (program: string, ...args: string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: root,
        AWS_ENDPOINT_URL: runtime.endpoint,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const code = new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, output: output + errors };
  };
  let changes = 0;
  const world: DeliveryWorld = {
    runtime,
    folder,
    cdk: (...args) => run(CDK, ...args, '--no-notices', '--ci'),
    stepmill: (...args) => run(STEPMILL, ...args),
    write: (path, content) => writeFileSync(join(folder, path), content),
    commit(message) {
      git('add', '-A');
      git('commit', '-q', '-m', message);
    },
    change(message, edit) {
      const file = join(folder, 'demo.template.json');
      const app = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, unknown> };
      edit(app.Resources);
      writeFileSync(file, JSON.stringify(app));
      changes += 1;
      // The key of a template is its digest on AWS; the toolkit uploads no key twice.
      for (const name of ['manifest.json', 'demo.assets.json']) {
        const content = readFileSync(join(folder, name), 'utf8');
        writeFileSync(
          join(folder, name),
          content.replaceAll(/demo(-\d+)?\.json/g, `demo-${changes}.json`),
        );
      }
      world.write('change.txt', message);
      world.commit(message);
    },
    async statusOf(StackName) {
      const { Stacks = [] } = await new CloudFormationClient(config).send(
        new DescribeStacksCommand({ StackName }),
      );
      return Stacks[0]?.StackStatus;
    },
    async liveName() {
      const { Attributes = {} } = await new SNSClient(config).send(
        new GetTopicAttributesCommand({ TopicArn: TOPIC }),
      );
      return Attributes['DisplayName'];
    },
    async end() {
      await runtime.stop();
      rmSync(root, { recursive: true });
    },
  };
  return world;
}
