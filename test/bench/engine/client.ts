import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

interface Answer {
  readonly output: Readonly<Record<string, unknown>>;
  readonly ms: number;
}

/** A minimal client of the Step Functions API over HTTP, because the servers are measured. */
export class StatesClient {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async createStateMachine(name: string, definition: object): Promise<string> {
    const { stateMachineArn } = await this.call('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/bench',
    });
    return String(stateMachineArn);
  }

  /** Resolves once the execution has succeeded. */
  async execute(stateMachineArn: string, input: object): Promise<void> {
    await this.untilEnded(await this.start(stateMachineArn, input));
  }

  async start(stateMachineArn: string, input: object): Promise<string> {
    const { executionArn } = await this.call('StartExecution', {
      stateMachineArn,
      name: randomUUID(),
      input: JSON.stringify(input),
    });
    return String(executionArn);
  }

  async untilEnded(executionArn: string): Promise<void> {
    for (let waitMs = 0.5; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const { status, error, cause } = await this.call('DescribeExecution', { executionArn });
      if (status === 'SUCCEEDED') return;
      if (status !== 'RUNNING')
        throw new Error(`${String(status)}: ${String(error)} ${String(cause)}`);
      await sleep(waitMs);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async call(operation: string, input: object): Promise<Answer['output']> {
    return (await this.timed(operation, input)).output;
  }

  /** The time starts when a connection is free, so it does not include the client's queue. */
  timed(operation: string, input: object): Promise<Answer> {
    let sentAt = 0;
    const body = JSON.stringify(input);
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#endpoint}/`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': `AWSStepFunctions.${operation}`,
            'content-length': Buffer.byteLength(body),
            authorization:
              'AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200)
              resolve({ output: JSON.parse(text), ms: performance.now() - sentAt });
            else reject(new Error(`${operation}: ${response.statusCode} ${text.slice(0, 300)}`));
          });
        },
      );
      sent.on('socket', () => {
        sentAt = performance.now();
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

const LONGEST_WAIT_MS = 20;
