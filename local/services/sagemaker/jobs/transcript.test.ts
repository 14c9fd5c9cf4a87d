import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type {
  ContainerEnd,
  ContainerImages,
  ContainerStart,
  PulledImage,
  StartedContainer,
} from '../../../cloud/container-images.ts';
import { ImageNotPulled } from '../../../cloud/container-images.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../../testing/transcript.testing.ts';
import { createIamService } from '../../iam/index.ts';
import { createKmsService } from '../../kms/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createS3Service } from '../../s3/index.ts';
import { createStsService } from '../../sts/index.ts';
import { createSageMakerService } from '../index.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html and build-your-own-processing-container.html

const REGISTRY = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A container sees its folder, and writes and ends as its image says; undefined until it is ended. */
interface Container {
  readonly folder: string;
  readonly start: ContainerStart;
  readonly say: (text: string) => void;
  readonly write: (path: string, content: string) => void;
  readonly ended: Promise<ContainerEnd>;
}

const exit = (code: number): ContainerEnd => ({ code, signal: undefined });

function readAll(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file.slice(folder.length)}: ${readFileSync(file, 'utf8')}\n`);
}

const IMAGES: Readonly<Record<string, (container: Container) => Promise<ContainerEnd>>> = {
  async shows({ folder, say, start, write }) {
    for (const line of readAll(folder)) say(line);
    say(`${JSON.stringify({ entrypoint: start.entrypoint, command: start.command })}\n`);
    say(`${JSON.stringify(start.environment)}\nloss=0.5;\nloss=0.25;\n`);
    write('model/model.txt', 'weights');
    write('output/data/extra.txt', 'extra');
    write('output/message', 'all is well');
    write('processing/output/rows.csv', '1,2');
    write('processing/out/deep/rows.csv', '3,4');
    return exit(0);
  },
  async empty({ say }) {
    say('nothing to say');
    return exit(0);
  },
  async fails({ say, write }) {
    say('working\nTraceback (most recent call last):\n  ValueError: no\n');
    write('model/model.txt', 'half');
    return exit(2);
  },
  async explains({ write }) {
    write('output/failure', 'no column "rings"');
    write('output/message', 'no column');
    return exit(1);
  },
  killed: async () => ({ code: 137, signal: 'SIGKILL' }),
  async waits({ ended, say, write }) {
    say('waiting\n');
    write('checkpoints/1.txt', 'first');
    write('processing/output/early.csv', '1');
    const end = await ended;
    write('model/model.txt', 'early');
    return end;
  },
  stubborn: ({ ended }) => ended,
};

function startContainer(name: string, start: ContainerStart): StartedContainer {
  const folder = start.mounts?.[0]?.source ?? '';
  const finish: ((end: ContainerEnd) => void)[] = [];
  const ended = new Promise<ContainerEnd>((resolve) => finish.push(resolve));
  const exited = (IMAGES[name] ?? (() => ended))({
    folder,
    start,
    ended,
    say: (text) => start.onOutput(Buffer.from(text), 'stdout'),
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
  });
  return {
    pid: undefined,
    started: Promise.resolve(undefined),
    exited,
    kill(signal) {
      start.onOutput(Buffer.from(`got ${signal}\n`), 'stdout');
      if (name !== 'stubborn') finish[0]?.({ code: 143, signal });
    },
    stop() {
      finish[0]?.({ code: 137, signal: 'SIGKILL' });
      return exited;
    },
    execute: () => exited,
  };
}

const containers = (): ContainerImages => ({
  async pull(uri) {
    const name = /\/([^:@]+)/.exec(uri)?.[1] ?? '';
    if (name === 'missing') throw new ImageNotPulled({ problem: 'Missing', uri }, 'not there');
    return {
      uri,
      digest: DIGEST,
      kind: 'process',
      settings: undefined,
      notices: [],
      start: async (options) => startContainer(name, options),
    } satisfies PulledImage;
  },
});

const RoleArn = 'arn:aws:iam::000000000000:role/r';
const role = (RoleName: string, Action: string): readonly Step[] => [
  [
    'iam:CreateRole',
    {
      RoleName,
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"${Action}","Resource":"*"}]}`,
    },
  ],
];
const object = (Key: string, Body: string): Step => ['s3:PutObject', { Bucket: 'data', Key, Body }];

const ACCOUNT: readonly Step[] = [
  ...role('r', '*'),
  ...role('reader', 's3:Get*'),
  ...role('lister', 's3:List*'),
  ['s3:CreateBucket', { Bucket: 'data' }],
  object('train/1.csv', '1'),
  object('train/deep/2.csv', '2'),
  object('train/empty/', ''),
  object('train.csv', 'beside'),
  object('both', 'a file'),
  object('both/in.csv', 'a folder'),
  object('list.manifest', '[{"prefix":"s3://data/train/"},"1.csv","deep/2.csv"]'),
  object('broken.manifest', '{"prefix":"s3://data/train/"}'),
  object('numbers.manifest', '[{"prefix":"s3://data/train/"},1]'),
  object('out.manifest', '[{"prefix":"s3://data/"},"../1.csv"]'),
  object('lost.manifest', '[{"prefix":"s3://data/"},"lost.csv"]'),
  object('checkpoints/0.txt', 'before'),
];

/** Whether it has ended, or was never made. */
const isOver =
  (member: string) =>
  (answer: Readonly<Record<string, string>> | undefined): boolean =>
    answer === undefined || /^(?:Completed|Failed|Stopped)$/.test(answer[member] ?? '');
const channel = (ChannelName: string, S3Uri: string, S3DataType = 'S3Prefix') => ({
  ChannelName,
  DataSource: { S3DataSource: { S3DataType, S3Uri } },
});

let jobs = 0;

function training(image: string, more: object = {}, during: readonly Step[] = []): readonly Step[] {
  jobs += 1;
  const TrainingJobName = `t${jobs}-${image}`;
  const { AlgorithmSpecification, ...others } = more as { AlgorithmSpecification?: object };
  return [
    [
      'CreateTrainingJob',
      {
        TrainingJobName,
        RoleArn,
        AlgorithmSpecification: {
          TrainingImage: `${REGISTRY}/${image}:v1`,
          TrainingInputMode: 'File',
          ...AlgorithmSpecification,
        },
        OutputDataConfig: { S3OutputPath: 's3://data/models/' },
        ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
        ...others,
      },
    ],
    ...during.map((step) => named(step, { TrainingJobName })),
    {
      until: ['DescribeTrainingJob', { TrainingJobName }],
      fulfils: isOver('TrainingJobStatus'),
    },
    ['DescribeTrainingJob', { TrainingJobName }],
    ['s3:ListObjectsV2', { Bucket: 'data', Prefix: `models/${TrainingJobName}/` }],
    [
      'logs:FilterLogEvents',
      { logGroupName: '/aws/sagemaker/TrainingJobs', logStreamNamePrefix: TrainingJobName },
    ],
  ];
}

function processing(
  image: string,
  more: object = {},
  during: readonly Step[] = [],
): readonly Step[] {
  jobs += 1;
  const ProcessingJobName = `p${jobs}-${image}`;
  const { AppSpecification, ...others } = more as { AppSpecification?: object };
  return [
    [
      'CreateProcessingJob',
      {
        ProcessingJobName,
        RoleArn,
        AppSpecification: { ImageUri: `${REGISTRY}/${image}:v1`, ...AppSpecification },
        ProcessingResources: {
          ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        },
        ...others,
      },
    ],
    ...during.map((step) => named(step, { ProcessingJobName })),
    {
      until: ['DescribeProcessingJob', { ProcessingJobName }],
      fulfils: isOver('ProcessingJobStatus'),
    },
    ['DescribeProcessingJob', { ProcessingJobName }],
    ['s3:ListObjectsV2', { Bucket: 'data', Prefix: 'outputs/' }],
    [
      'logs:FilterLogEvents',
      { logGroupName: '/aws/sagemaker/ProcessingJobs', logStreamNamePrefix: ProcessingJobName },
    ],
  ];
}

/** A step about a job, with its name. */
function named(step: Step, name: object): Step {
  if ('until' in step) {
    const [operation, input] = step.until;
    if (operation.includes(':') || typeof input === 'function') return step;
    return { ...step, until: [operation, { ...name, ...input }] };
  }
  if (!Array.isArray(step)) return step;
  const [operation, input = {}] = step as readonly [string, object?];
  return [operation, operation.includes(':') ? input : { ...name, ...input }];
}

const trains: Step = {
  until: ['DescribeTrainingJob', {}],
  fulfils: (answer: { readonly SecondaryStatus?: string } | undefined) =>
    answer?.SecondaryStatus === 'Training',
};
const processes: Step = {
  until: ['DescribeProcessingJob', {}],
  fulfils: (answer: { readonly ProcessingStartTime?: Date } | undefined) =>
    answer?.ProcessingStartTime !== undefined,
};

/** Uploads take real time. */
const uploaded = (Prefix: string, count: number): Step => ({
  until: ['s3:ListObjectsV2', { Bucket: 'data', Prefix }],
  fulfils: (answer: { readonly KeyCount?: number } | undefined) => answer?.KeyCount === count,
});

const CHECKPOINTS = { S3Uri: 's3://data/checkpoints' };
const input = (S3Uri: string, more: object = {}) => ({
  InputName: 'i',
  S3Input: {
    S3Uri,
    LocalPath: '/opt/ml/processing/in',
    S3DataType: 'S3Prefix',
    S3InputMode: 'File',
    ...more,
  },
});
const outputs = (S3UploadMode: string, LocalPath = '/opt/ml/processing/output') => ({
  ProcessingOutputConfig: {
    Outputs: [
      {
        OutputName: 'o',
        S3Output: { S3Uri: `s3://data/outputs/${S3UploadMode}`, LocalPath, S3UploadMode },
      },
    ],
  },
});

const trainings: readonly Step[] = [
  ...ACCOUNT,
  ...training('shows', {
    InputDataConfig: [
      channel('train', 's3://data/train/'),
      channel('one', 's3://data/train/1.csv'),
      channel('list', 's3://data/list.manifest', 'ManifestFile'),
    ],
    HyperParameters: { depth: '3' },
    Environment: { MINE: 'm' },
    CheckpointConfig: CHECKPOINTS,
    AlgorithmSpecification: {
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
    },
    Tags: [{ Key: 'a', Value: '1' }],
  }),
  ...training('shows', {
    AlgorithmSpecification: { ContainerEntrypoint: ['python3', 'train.py'] },
    OutputDataConfig: { S3OutputPath: 's3://data/models' },
  }),
  ...training('shows', { AlgorithmSpecification: { ContainerArguments: ['--fast'] } }),
  ...training('shows', {
    AlgorithmSpecification: {
      ContainerEntrypoint: ['python3', 'train.py'],
      ContainerArguments: ['--fast'],
    },
  }),
  ...training('empty'),
  ...training('fails'),
  ...training('explains'),
  ...training('killed'),
  ...training('missing'),
  ...training('shows', {
    RoleArn: `${RoleArn}eader`,
    OutputDataConfig: { S3OutputPath: 's3://data/models' },
  }),
  ...[
    channel('train', 's3://data/train', 'ManifestFile'),
    channel('train', 's3://data/broken.manifest', 'ManifestFile'),
    channel('train', 's3://data/numbers.manifest', 'ManifestFile'),
    channel('train', 's3://data/out.manifest', 'ManifestFile'),
    channel('train', 's3://data/lost.manifest', 'ManifestFile'),
    channel('train', 's3://data/both'),
    channel('train', 's3://nowhere/train'),
  ].flatMap((given) => training('shows', { InputDataConfig: [given] })),
  ...training('waits', { CheckpointConfig: CHECKPOINTS }, [
    trains,
    { advanceSeconds: 5 },
    uploaded('checkpoints/', 2),
    ['DescribeTrainingJob'],
    { advanceSeconds: 54 },
    ['DescribeTrainingJob'],
    { advanceSeconds: 1 },
  ]),
  ['s3:ListObjectsV2', { Bucket: 'data', Prefix: 'checkpoints/' }],
  ...training('waits', {}, [trains, ['StopTrainingJob']]),
  // It is killed two minutes after the signal.
  ...training('stubborn', {}, [
    trains,
    ['StopTrainingJob'],
    { advanceSeconds: 119 },
    ['DescribeTrainingJob'],
    { advanceSeconds: 1 },
  ]),
  ['ListTrainingJobs', { SortOrder: 'Ascending', MaxResults: 100 }],
];

const processings: readonly Step[] = [
  ...ACCOUNT,
  ...processing('shows', {
    ProcessingInputs: [
      input('s3://data/train/'),
      {
        ...input('s3://data/list.manifest', {
          S3DataType: 'ManifestFile',
          LocalPath: '/opt/ml/processing/list',
        }),
        InputName: 'l',
      },
    ],
    ...outputs('EndOfJob'),
    Environment: { MINE: 'm' },
  }),
  ...processing('shows', {
    AppSpecification: {
      ContainerEntrypoint: ['python3', 'a.py'],
      ContainerArguments: ['--x', '1'],
    },
    ...outputs('EndOfJob', '/opt/ml/processing/out'),
  }),
  ...processing('shows', { AppSpecification: { ContainerArguments: ['--x'] } }),
  ...processing('empty', outputs('EndOfJob')),
  ...processing('fails', outputs('EndOfJob')),
  ...processing('explains'),
  ...processing('killed'),
  ...processing('missing'),
  ...processing('shows', { RoleArn: `${RoleArn}eader`, ...outputs('EndOfJob') }),
  ...processing('shows', { ProcessingInputs: [input('s3://data/none/')] }),
  ...processing(
    'waits',
    { ...outputs('Continuous'), StoppingCondition: { MaxRuntimeInSeconds: 60 } },
    [
      processes,
      { advanceSeconds: 5 },
      uploaded('outputs/Continuous', 1),
      { advanceSeconds: 54 },
      ['DescribeProcessingJob'],
      { advanceSeconds: 1 },
    ],
  ),
  ...processing('waits', {}, [processes, ['StopProcessingJob']]),
  ...processing('stubborn', {}, [
    processes,
    ['StopProcessingJob'],
    { advanceSeconds: 119 },
    ['DescribeProcessingJob'],
    { advanceSeconds: 1 },
  ]),
  ['ListProcessingJobs', { SortOrder: 'Ascending', MaxResults: 100 }],
];

/** An archive has the times of its files. Under a key of KMS, an entity tag is random. */
const withoutChance = (transcript: string) =>
  transcript
    .replaceAll(/(\.tar\.gz', [^}]*?ETag: )'"\w+"', Size: \d+/g, '$1…')
    .replaceAll(/(?<=ETag: '")[\da-f]{32}/g, 'sum');

it.each(Object.entries({ trainings, processings }))(
  'jobs answer about %s as in the transcript',
  async (name, steps) => {
    const transcript = await transcriptOf(
      'sagemaker',
      [
        createIamService,
        createStsService,
        createKmsService,
        createS3Service,
        createLogsService,
        createSageMakerService,
        () => ({
          name: 'ecr',
          accessDenied: (message) => new ServiceError('AccessDeniedException', message),
          operations: {
            BatchGetImage: {
              permissions: () => [],
              run: () => ({ images: [{ imageId: { imageDigest: DIGEST } }] }),
            },
          },
        }),
      ],
      steps,
      { containers },
    );

    await expect(withoutChance(withNumberedIds(transcript))).toMatchFileSnapshot(
      `transcripts/${name}.txt`,
    );
  },
);
