import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly milliseconds: number;
}

/** `stepmill` as a user starts it; all its temporary files are below the folder. */
export class StepmillProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
  output = '';

  /** @param options `within` is a command that starts `stepmill` as its argument */
  constructor(
    folder: string,
    args: readonly string[],
    {
      within = [],
      ...options
    }: { readonly cwd?: string; readonly within?: readonly string[] } = {},
  ) {
    const temporary = temporaryFolderOf(folder);
    mkdirSync(temporary, { recursive: true });
    const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const [command = '', ...rest] = [...within, process.execPath, program, ...args];
    this.#child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
      ...options,
    });
    this.#ended = once(this.#child, 'exit') as never;
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString('utf8');
    };
    this.#child.stdout?.on('data', collect);
    this.#child.stderr?.on('data', collect);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the endpoint once the app is ready. */
  async ready(): Promise<string> {
    const end = this.#ended.then(() => {
      throw new Error(`stepmill ended before it was ready:\n${this.output}`);
    });
    for (;;) {
      const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(this.output) ?? [];
      if (endpoint !== undefined && this.output.includes('Ctrl-C')) return endpoint;
      await Promise.race([this.#moreOutput(), end]);
    }
  }

  async #moreOutput(): Promise<void> {
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('stepmill has no standard output.');
    // Without it, the one that did not come first would keep a listener each time.
    const heard = new AbortController();
    const { signal } = heard;
    await Promise.any([once(stdout, 'data', { signal }), once(stderr, 'data', { signal })]);
    heard.abort();
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<Ending> {
    const from = performance.now();
    this.send(signal);
    return this.ending(from);
  }

  async ending(from = performance.now()): Promise<Ending> {
    const [code, signal] = await this.#ended;
    return { code, signal, milliseconds: performance.now() - from };
  }
}

export function temporaryFolderOf(folder: string): string {
  return join(folder, 'tmp');
}

export function clientsOf(endpoint: string) {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  return {
    cloudwatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sagemaker: new SageMakerClient(config),
    inference: new SageMakerRuntimeClient(config),
    sqs: new SQSClient(config),
    states: new SFNClient(config),
  };
}

export type Clients = ReturnType<typeof clientsOf>;
