import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { create, extract } from 'tar';
import type { Load, Measured } from './load.ts';

const ENDPOINT = 'abalone';
const NEXT = 'abalone-next';
const CLIENTS = 8;
const REQUESTS_PER_SECOND = 200;
const ROUNDS = 5;
const CANARY_PERCENT = 10;
/** The new fleet starts within this time; then the canary receives its share during the measurement. */
const LAUNCH_SECONDS = 5;
/** Makes the new model's answers differ from those of the old model. */
const OTHER_ANSWER = `
answer_as_trained = transform_fn


def transform_fn(*request):
    answer, content_type = answer_as_trained(*request)
    return "".join(f"{float(line) + 1}\\n" for line in answer.split()), content_type
`;

/** One rollout: the latency of the old model before and during it. */
export interface RolloutRound {
  readonly before: Measured;
  readonly during: Measured;
}

export interface RolloutBench {
  readonly sagemaker: SageMakerClient;
  readonly s3: S3Client;
  /** The folder of the models. */
  readonly folder: string;
  readonly seconds: number;
  /** Sends a load to the endpoint and measures it. */
  readonly send: (
    load: Pick<Load, 'clients' | 'seconds' | 'requestsPerSecond' | 'answer'>,
  ) => Promise<Measured>;
}

/** Rolls out by canary under a constant load, forth and back, and measures the old model. */
export async function measureRollouts(bench: RolloutBench): Promise<readonly RolloutRound[]> {
  await createNext(bench);
  const rounds: RolloutRound[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const load = {
      clients: CLIENTS,
      seconds: bench.seconds,
      requestsPerSecond: REQUESTS_PER_SECOND,
    };
    const before = await bench.send(load);
    await rollOut(bench, round % 2 === 0 ? NEXT : ENDPOINT);
    const during = await bench.send({ ...load, answer: before.answer });
    await untilInService(bench);
    rounds.push({ before, during });
  }
  return rounds;
}

/** Creates the same pipeline with a second model, whose answers are higher by one. */
async function createNext({ sagemaker, s3, folder }: RolloutBench): Promise<void> {
  await extract({ file: join(folder, 'booster.tar.gz'), cwd: join(folder, 'booster') });
  const script = join(folder, 'booster', 'code', 'inference.py');
  const trained = await readFile(script, 'utf8');
  await writeFile(script, `${trained}${OTHER_ANSWER}`);
  const file = join(folder, 'next.tar.gz');
  await create({ gzip: true, cwd: join(folder, 'booster'), file }, ['.']);
  await s3.send(
    new PutObjectCommand({ Bucket: 'models', Key: 'next', Body: await readFile(file) }),
  );
  const model = await sagemaker.send(new DescribeModelCommand({ ModelName: ENDPOINT }));
  const [first, second] = model.Containers ?? [];
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: NEXT,
      ExecutionRoleArn: model.ExecutionRoleArn,
      Containers: [
        { Image: first?.Image, ModelDataUrl: first?.ModelDataUrl },
        { Image: second?.Image, ModelDataUrl: 's3://models/next' },
      ],
    }),
  );
  const config = await sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName: ENDPOINT }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: NEXT,
      ProductionVariants: config.ProductionVariants?.map((variant) => ({
        ...variant,
        ModelName: NEXT,
      })),
    }),
  );
}

async function rollOut({ sagemaker, seconds }: RolloutBench, config: string): Promise<void> {
  await sagemaker.send(
    new UpdateEndpointCommand({
      EndpointName: ENDPOINT,
      EndpointConfigName: config,
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: {
            Type: 'CANARY',
            CanarySize: { Type: 'CAPACITY_PERCENT', Value: CANARY_PERCENT },
            WaitIntervalInSeconds: Math.ceil(seconds) + LAUNCH_SECONDS,
          },
        },
      },
    }),
  );
}

async function untilInService({ sagemaker }: RolloutBench): Promise<void> {
  for (;;) {
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: ENDPOINT }));
    if (endpoint.EndpointStatus === 'InService') return;
    await new Promise((done) => {
      setTimeout(done, 100);
    });
  }
}

/** Reports the medians of all rounds, because single rounds vary more than a rollout adds. */
export function reportRollouts(rounds: readonly RolloutRound[]): void {
  console.log(`\nrollout by a canary of ${CANARY_PERCENT} %, at ${REQUESTS_PER_SECOND} requests/s`);
  for (const { before, during } of rounds) {
    console.log(
      `  p99 of the old model: ${before.p99.toFixed(2)} ms before, ${during.p99.toFixed(2)} ms during (${during.others} answers were the new model's, ${before.errors + during.errors} errors)`,
    );
  }
  const during = median(rounds.map((round) => round.during.p99));
  const before = median(rounds.map((round) => round.before.p99));
  console.log(
    `  p99 during to before, medians of ${rounds.length}: ${(during / before).toFixed(2)}x (goal: at most 1.05x)`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
