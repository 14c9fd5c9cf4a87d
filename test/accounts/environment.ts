import { setTimeout as sleep } from 'node:timers/promises';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { nameProjectParameter, projectParameterSchema } from '../../events/index.ts';
import { type Names, nameParts } from '../../workflows/index.ts';

export const region = 'us-east-1' as const;
export const accounts = {
  dev: '111111111111',
  staging: '222222222222',
  prod: '333333333333',
} as const;

/** How long an event and what it starts may take here. */
const LONGEST_MS = 20_000;

interface Failure {
  readonly state: string;
  readonly reason: string;
}

interface Ended {
  readonly executionArn: string;
  readonly input: { readonly modelPackageArn: string };
  readonly status: string;
  readonly output: { readonly outcome: string; readonly modelPackage: string } | undefined;
  readonly cause: string | undefined;
}

/** One environment, with the clients of its account. */
export class Environment {
  readonly names: Names;
  readonly account: string;
  readonly bucket: string;
  readonly s3: S3Client;
  readonly sagemaker: SageMakerClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly ecr: ECRClient;
  readonly kms: KMSClient;
  readonly #sfn: SFNClient;
  readonly #sqs: SQSClient;

  constructor(name: keyof typeof accounts, bucket: string, config: ReturnType<typeof configOf>) {
    this.names = nameParts(name, 'abalone', 'AbaloneModelPackageGroup');
    this.account = accounts[name];
    this.bucket = bucket;
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.sagemaker = new SageMakerClient(config);
    this.events = new EventBridgeClient(config);
    this.iam = new IAMClient(config);
    this.ecr = new ECRClient(config);
    this.kms = new KMSClient(config);
    this.#sfn = new SFNClient(config);
    this.#sqs = new SQSClient(config);
  }

  static async at(endpoint: string, name: keyof typeof accounts): Promise<Environment> {
    const config = configOf(endpoint, accounts[name]);
    const { Parameter } = await new SSMClient(config).send(
      new GetParameterCommand({ Name: nameProjectParameter(name, 'abalone') }),
    );
    const { bucket } = projectParameterSchema.parse(JSON.parse(Parameter?.Value ?? ''));
    return new Environment(name, bucket, config);
  }

  /** The copies of a package, once as many of its handovers have succeeded. */
  async handedOver(arn: string, count = 1): Promise<[string, ...string[]]> {
    const ended = await until(async () => {
      const found = (await this.#handovers(arn)).filter(({ status }) => status === 'SUCCEEDED');
      return found.length >= count ? found : undefined;
    });
    return ended.map(({ output }) => output?.modelPackage ?? '') as [string, ...string[]];
  }

  /** In the order of their starts. */
  async outcomesOf(arn: string): Promise<readonly (string | undefined)[]> {
    return (await this.#handovers(arn)).map(({ output, cause }) => output?.outcome ?? cause);
  }

  /** In which state the handover of a package failed, and why. */
  async failureOf(arn: string): Promise<Failure> {
    const [{ cause = '' }] = await until(async () => {
      const found = (await this.#handovers(arn)).filter(({ status }) => status !== 'RUNNING');
      return found.length > 0 ? (found as [Ended, ...Ended[]]) : undefined;
    });
    return failureIn(cause);
  }

  /** In which state the promotion of a package failed, and why; undefined as soon as it has come to another one. */
  async promotionOf(arn: string, reached: string): Promise<Failure | undefined> {
    const machine = this.names.promotionStateMachine;
    const ended = await until(async () => {
      const [found] = await this.#executions(machine, arn);
      if (found === undefined) return undefined;
      if (found.status !== 'RUNNING') return { failure: failureIn(found.cause) };
      return (await this.#hasReached(found.executionArn, reached)) ? {} : undefined;
    });
    return 'failure' in ended ? ended.failure : undefined;
  }

  async #hasReached(executionArn: string, state: string): Promise<boolean> {
    const { events = [] } = await this.#sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }),
    );
    return events.some(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state);
  }

  /** Why the approval of a package was not delivered, as the dead-letter queue has it. */
  async undelivered(arn: string): Promise<Readonly<Record<string, string | undefined>>> {
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes('DeadLetters')) ?? '';
    return until(async () => {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MessageAttributeNames: ['All'],
          MaxNumberOfMessages: 10,
        }),
      );
      const found = Messages.find(({ Body }) => Body?.includes(arn) === true);
      if (found === undefined) return undefined;
      const text = (name: string) => found.MessageAttributes?.[name]?.StringValue;
      return { code: text('ERROR_CODE'), message: text('ERROR_MESSAGE') };
    });
  }

  #handovers(arn: string): Promise<readonly Ended[]> {
    return this.#executions(this.names.handoverStateMachine, arn);
  }

  async #executions(stateMachine: string, arn: string): Promise<readonly Ended[]> {
    const { executions = [] } = await this.#sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: `arn:aws:states:${region}:${this.account}:stateMachine:${stateMachine}`,
      }),
    );
    const all = await Promise.all(
      executions.map(async ({ executionArn = '' }) => {
        const {
          input = '',
          output,
          status = '',
          cause,
        } = await this.#sfn.send(new DescribeExecutionCommand({ executionArn }));
        return {
          executionArn,
          input: JSON.parse(input) as Ended['input'],
          output: output === undefined ? undefined : (JSON.parse(output) as Ended['output']),
          status,
          cause,
        };
      }),
    );
    return all.filter(({ input }) => input.modelPackageArn === arn).toReversed();
  }
}

/** A cause begins with the state. */
function failureIn(cause = ''): Failure {
  const [state = '', ...reason] = cause.split(': ');
  return { state, reason: reason.join(': ') };
}

function configOf(endpoint: string, accessKeyId: string) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  };
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + LONGEST_MS;
  while (Date.now() < end) {
    const value = await look();
    if (value !== undefined) return value;
    await sleep(100);
  }
  throw new Error('It did not happen.');
}
