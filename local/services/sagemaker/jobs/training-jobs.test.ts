import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { create, extract, Header } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import {
  BUCKET,
  Heard,
  JobTest,
  jobFactories,
  ROLE,
  XGBOOST,
} from '../../../testing/jobs.testing.ts';

const BUILDING_MS = 300_000;

/** Tests run on busy machines. */
const PATIENCE = { timeout: 15_000 };

let runtime: TestRuntime;
let test: JobTest;
let folder: string;
const heard = new Heard();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-training-'));
  runtime = await startTestRuntime(jobFactories(heard));
  test = new JobTest(runtime, heard);
  await test.prepare();
  await test.put('train/rows.csv', '1,2\n');
  await test.put('validation/rows.csv', '3,4\n');
  // The first job waits for Python's libraries, which are installed first on a new machine.
  await test.train(await pack({ 'train.py': 'print("ready")' }));
}, BUILDING_MS);

afterAll(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A source.tar.gz of these files. */
async function pack(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const cwd = await mkdtemp(join(folder, 'code-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
  const file = join(folder, 'source.tar.gz');
  await create({ cwd, file, gzip: true }, Object.keys(files));
  return readFile(file);
}

function channel(ChannelName: string, prefix: string) {
  return {
    ChannelName,
    ContentType: 'text/csv',
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/${prefix}` },
    },
  };
}

describe('a training job', () => {
  const SCRIPT = `
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
for name in ("--max_depth", "--eta", "--note", "--flag", "-x"):
    parser.add_argument(name)
given = parser.parse_args()
for round in range(3):
    print(f"[{round}] train-rmse:{3 - round}.5 validation-rmse:{4 - round}.25")
seen = {
    "arguments": vars(given),
    "cwd": os.getcwd(),
    "rows": pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv").read_text(),
    "channels": json.loads(os.environ["SM_CHANNELS"]),
    "hps": os.environ["SM_HPS"],
    "depth": os.environ["SM_HP_MAX_DEPTH"],
    "entry": os.environ["SM_USER_ENTRY_POINT"],
    "hosts": json.load(open("/opt/ml/input/config/resourceconfig.json"))["hosts"],
    "input": json.load(open("/opt/ml/input/config/inputdataconfig.json")),
    "raw": json.load(open("/opt/ml/input/config/hyperparameters.json"))["eta"],
    "name": os.environ["TRAINING_JOB_NAME"],
    "own": os.environ["OWN"],
}
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps(seen))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "plot.txt").write_text("plot")
`;

  // What public scripts import: https://github.com/aws/sagemaker-xgboost-container has these modules.
  it('has the libraries of the XGBoost image that scripts import', async () => {
    await test.put('parts/day=1/a.csv', '1,0,5\n0,1,5\n1,0,\n');
    await test.put('parts/b.csv', '0,1,6\n1,0,6\n');
    const imports = `
import json, os, pathlib
from sagemaker_containers import entry_point
from sagemaker_containers.beta.framework import content_types, encoders, env, modules, transformer, worker
from sagemaker_algorithm_toolkit.exceptions import UserError
from sagemaker_training import environment
from sagemaker_xgboost_container import checkpointing, distributed, encoder as xgb_encoders
from sagemaker_xgboost_container.data_utils import get_content_type, get_dmatrix
from sagemaker_sklearn_container.exceptions import UserError as OtherError
def refused(call):
    try:
        return call()
    except (ImportError, UserError) as error:
        return str(error)
rows = get_dmatrix(os.environ["SM_CHANNEL_TRAIN"], get_content_type("text/csv; label_size=1"))
def fit(is_master, rounds):
    return checkpointing.train({"params": {}, "dtrain": rows, "num_boost_round": rounds}, "/opt/ml/checkpoints")
seen = {
    "rows": [rows.num_row(), rows.num_col(), sorted(rows.get_label().tolist())],
    "settings": environment.Environment().hyperparameters,
    "request": xgb_encoders.decode(b"1,2\\n3,", "text/csv").num_nonmissing(),
    "libsvm": xgb_encoders.libsvm_to_dmatrix("1 1:2 3:1\\n0 2:1").num_col(),
    "lines": xgb_encoders.json_to_jsonlines({"predictions": [1, 2]}).decode(),
    "absent": [
        refused(lambda: modules.import_module("x")),
        refused(lambda: distributed.rabit_run(fit, {}, True, ["a", "b"], "a")),
        refused(lambda: get_content_type("image/png")),
    ],
}
distributed.rabit_run(fit, {"rounds": 7}, True, ["a"], "a", update_rabit_args=True)
seen["checkpoints"] = sorted(os.listdir("/opt/ml/checkpoints"))
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps(seen))
`;

    const described = await test.train(await pack({ 'train.py': imports }), {
      HyperParameters: { depth: '5' },
      InputDataConfig: [channel('train', 'parts/')],
    });

    expect(described).toMatchObject({ TrainingJobStatus: 'Completed' });
    const name = described.TrainingJobName ?? '';
    expect(JSON.parse(await unpacked(`models/${name}/output/model.tar.gz`, 'model.json'))).toEqual({
      rows: [5, 2, [0, 0, 1, 1, 1]],
      settings: { depth: 5 },
      request: 3,
      libsvm: 3,
      lines: '1\n2\n',
      absent: [
        expect.stringMatching(
          /framework\.modules\.import_module is part of SageMaker's image, but not/,
        ),
        expect.stringMatching(/distributed trains on several hosts in SageMaker's image, but not/),
        expect.stringMatching(/^image\/png is not an accepted ContentType: csv/),
      ],
      checkpoints: [2, 3, 4, 5, 6].map((round) => `xgboost-checkpoint.${round}`),
    });
  });

  it('runs its script as the training toolkit does, and uploads model and output', async () => {
    const described = await test.train(await pack({ 'train.py': SCRIPT }), {
      HyperParameters: {
        max_depth: '5',
        eta: '0.20',
        note: '"two words"',
        flag: 'true',
        x: '[1, "a"]',
        sagemaker_container_log_level: '10',
      },
      Environment: { OWN: 'yes' },
      InputDataConfig: [channel('train', 'train/'), channel('validation', 'validation/')],
    });

    const name = described.TrainingJobName ?? '';
    expect(described).toMatchObject({
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/${name}/output/model.tar.gz` },
    });
    expect(JSON.parse(await unpacked(`models/${name}/output/model.tar.gz`, 'model.json'))).toEqual({
      arguments: {
        max_depth: '5',
        eta: '0.2',
        note: 'two words',
        flag: 'True',
        x: "[1, 'a']",
      },
      cwd: '/opt/ml/code',
      rows: '1,2\n',
      channels: ['train', 'validation'],
      hps: '{"eta":0.2,"flag":true,"max_depth":5,"note":"two words","x":[1,"a"]}',
      depth: '5',
      entry: 'train.py',
      hosts: ['algo-1'],
      input: {
        train: expect.objectContaining({ ContentType: 'text/csv', TrainingInputMode: 'File' }),
        validation: expect.anything(),
      },
      raw: '0.20',
      name,
      own: 'yes',
    });
    expect(await unpacked(`models/${name}/output/output.tar.gz`, 'plot.txt')).toBe('plot');
  });

  it('publishes every step, and ends with the metrics in its log', async () => {
    const described = await test.train(await pack({ 'train.py': SCRIPT }), {
      Environment: { OWN: 'yes' },
      HyperParameters: { max_depth: '5', eta: '1' },
      InputDataConfig: [channel('train', 'train')],
      AlgorithmSpecification: {
        TrainingImage: XGBOOST,
        TrainingInputMode: 'File',
        MetricDefinitions: [
          { Name: 'validation:rmse', Regex: '.*validation-rmse:([0-9\\.]+)' },
          { Name: 'never', Regex: 'never:([0-9]+)' },
        ],
      },
    });

    const name = described.TrainingJobName ?? '';
    const steps = ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed'];
    const transitions = described.SecondaryStatusTransitions ?? [];
    expect(heard.details(name).map((detail) => detail['SecondaryStatus'])).toEqual(steps);
    expect(transitions.map(({ Status }) => Status)).toEqual(steps);
    expect(transitions.every(({ EndTime }) => EndTime !== undefined)).toBe(true);
    expect(transitions.at(-1)?.StatusMessage).toBe('Training job completed');
    expect(described.FinalMetricDataList).toEqual([
      { MetricName: 'validation:rmse', Value: 2.25, Timestamp: expect.any(Date) },
    ]);
    expect(
      heard.metrics.filter(({ dimensions }) => dimensions['TrainingJobName'] === name),
    ).toHaveLength(3);
    expect(heard.lines.find(({ logStream }) => logStream.startsWith(`${name}/`))).toMatchObject({
      logGroup: '/aws/sagemaker/TrainingJobs',
      message: '[0] train-rmse:3.5 validation-rmse:4.25',
    });
    expect(heard.details(name).at(-1)).toMatchObject({
      ModelArtifacts: described.ModelArtifacts,
      TrainingStartTime: described.TrainingStartTime?.getTime(),
      Tags: {},
    });
  });

  it('uploads checkpoints to S3 and downloads those of an earlier run', async () => {
    const script = `
import pathlib
place = pathlib.Path("/opt/ml/checkpoints")
print([file.name for file in place.iterdir()])
(place / "round-2").write_text("2")
`;
    await test.put('checkpoints/round-1', '1');

    const described = await test.train(await pack({ 'train.py': script }), {
      CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints` },
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
    });

    expect(heard.output(described.TrainingJobName ?? '')[0]).toBe("['round-1']");
    expect(String(await test.read('checkpoints/round-2'))).toBe('2');
    expect(described.EnableManagedSpotTraining).toBe(true);
    expect(described.BillableTimeInSeconds).toBeGreaterThanOrEqual(0);
  });

  it('supports code in a channel and shell scripts', async () => {
    await test.put('code/run.sh', '#!/bin/sh\necho "$@" > "$SM_MODEL_DIR/arguments"\n');
    const described = await test.train(await pack({ 'train.py': '' }), {
      InputDataConfig: [channel('code', 'code/')],
      HyperParameters: {
        sagemaker_program: 'run.sh',
        sagemaker_submit_directory: '/opt/ml/input/data/code',
        rounds: '3',
      },
    });

    const model = `models/${described.TrainingJobName}/output/model.tar.gz`;
    expect(await unpacked(model, 'arguments')).toBe('--rounds 3\n');
  });
});

/** One file of an archive in the bucket. */
async function unpacked(key: string, name: string): Promise<string> {
  const cwd = await mkdtemp(join(folder, 'out-'));
  const file = join(cwd, 'archive.tar.gz');
  await writeFile(file, await test.read(key));
  await extract({ cwd, file });
  return readFile(join(cwd, name), 'utf8');
}

describe('a training script that fails', () => {
  it('fails the job with the toolkit’s error, and its files are uploaded', async () => {
    const script =
      'open("/opt/ml/model/half.txt", "w").write("half")\nraise ValueError("no such column")\n';

    const described = await test.train(await pack({ 'train.py': script }), {
      HyperParameters: { depth: '5' },
    });

    expect(described.SecondaryStatus).toBe('Failed');
    expect(described.FailureReason).toMatch(
      /^AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "Traceback [^]*ValueError: no such column"\nCommand "python3 train.py --depth 5", exit code: 1$/,
    );
    expect(
      await unpacked(`models/${described.TrainingJobName}/output/model.tar.gz`, 'half.txt'),
    ).toBe('half');
  });

  it('has nothing of this machine read or packed that a link of its script leads to', async () => {
    const outside = await mkdtemp(join(folder, 'outside-'));
    await writeFile(join(outside, 'failure'), 'secret');
    const script = `
import os, shutil, sys
for name in ("model", "output", "checkpoints"):
    shutil.rmtree(f"/opt/ml/{name}", ignore_errors=True)
    os.symlink("${outside}", f"/opt/ml/{name}")
sys.exit(3)
`;
    const described = await test.train(await pack({ 'train.py': script }), {
      CheckpointConfig: { S3Uri: `s3://${BUCKET}/linked-checkpoints/` },
    });

    const name = described.TrainingJobName ?? '';
    expect(described.TrainingJobStatus).toBe('Failed');
    expect(described.FailureReason).toMatch(/^AlgorithmError: ExecuteUserScriptError:\nExitCode 3/);
    expect(described.ModelArtifacts?.S3ModelArtifacts).toBeUndefined();
    for (const key of [`models/${name}/output/model.tar.gz`, 'linked-checkpoints/failure']) {
      await expect(test.read(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    }
  });

  it('fails for its own reason if it leaves a pipe as its failure file', async () => {
    const script = 'import os, sys\nos.mkfifo("/opt/ml/output/failure")\nsys.exit(3)\n';

    const described = await test.train(await pack({ 'train.py': script }));

    expect(described.FailureReason).toMatch(/^AlgorithmError: ExecuteUserScriptError:\nExitCode 3/);
  });

  it('may write a failure file', async () => {
    const script =
      'import sys\nopen("/opt/ml/output/failure", "w").write("the label is constant")\nsys.exit(3)\n';

    const described = await test.train(await pack({ 'train.py': script }));

    expect(described.FailureReason).toBe('AlgorithmError: the label is constant, exit code: 3');
  });

  it('is stopped at its time limit, and the transition has its last lines', async () => {
    const script = 'import time\nprint("round 1")\ntime.sleep(600)\n';

    const described = await test.train(await pack({ 'train.py': script }), {
      StoppingCondition: { MaxRuntimeInSeconds: 1 },
    });

    expect(described).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxRuntimeExceeded',
    });
    expect(described.SecondaryStatusTransitions?.at(-1)?.StatusMessage).toBe(
      'Training job runtime exceeded MaxRuntimeInSeconds provided (1 s). The last lines of the script:\nround 1',
    );
  });

  it('completes without a model if it writes none, and the transition says so', async () => {
    const described = await test.train(await pack({ 'train.py': 'print("forgot to save")\n' }));

    expect(described.TrainingJobStatus).toBe('Completed');
    expect(described.ModelArtifacts).toBeUndefined();
    expect(described.SecondaryStatusTransitions?.at(-1)?.StatusMessage).toBe(
      'Training job completed without a model: no file was written to /opt/ml/model. The last lines of the script:\nforgot to save',
    );
  });

  it('fails if its archive does not have the program', async () => {
    const described = await test.train(await pack({ 'other.py': '' }));

    expect(described.FailureReason).toContain("can't open file '/opt/ml/code/train.py'");
  });
});

describe('invalid code', () => {
  it('is rejected if an entry has a path outside its folder', async () => {
    const header = new Header({ path: '../../escape.py', size: 0, type: 'File', mode: 0o644 });
    const block = Buffer.alloc(512);
    header.encode(block, 0);

    const described = await test.train(gzipSync(Buffer.concat([block, Buffer.alloc(1_024)])));

    expect(described.FailureReason).toMatch(
      /^ClientError: sagemaker_submit_directory s3:\/\/.* is not an archive that can be unpacked: .*escape\.py leads out/,
    );
  });

  it('is rejected if it is not an archive', async () => {
    const described = await test.train(Buffer.from('print("not a tar")'));

    expect(described.FailureReason).toContain('is not an archive that can be unpacked');
  });
});

describe('stopping a training job', () => {
  it('uploads its outputs', async () => {
    const script = `
import signal, sys, time
def leave(*_):
    open("/opt/ml/model/early.txt", "w").write("early")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("up")
time.sleep(600)
`;
    const name = await test.startTraining(await pack({ 'train.py': script }));
    await expect.poll(() => heard.output(name), PATIENCE).toEqual(['up']);
    const running = await test.describeTraining(name);

    await test.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: name }));
    await heard.until(name, ['Stopped', 'Failed', 'Completed']);

    const described = await test.describeTraining(name);
    expect(running).toMatchObject({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' });
    expect(running.ModelArtifacts).toBeUndefined();
    expect(described).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
    expect(await unpacked(`models/${name}/output/model.tar.gz`, 'early.txt')).toBe('early');
  });
});

describe('listing training jobs', () => {
  it('filters by status, newest first, and pages', async () => {
    const { TrainingJobName: failed } = await test.train(await pack({ 'train.py': '1 / 0' }));

    const page = await test.sagemaker.send(
      new ListTrainingJobsCommand({ StatusEquals: 'Failed', MaxResults: 1 }),
    );

    expect(page.TrainingJobSummaries?.map((job) => job.TrainingJobName)).toEqual([failed]);
    expect(page.NextToken).toBeDefined();
  });
});

describe('a request for a training job', () => {
  const good: CreateTrainingJobCommandInput = {
    TrainingJobName: 'refused',
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
    ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    HyperParameters: { sagemaker_program: 'train.py' },
  };

  it.each<[string, Partial<CreateTrainingJobCommandInput>, string, string]>([
    [
      'a channel without data',
      { InputDataConfig: [channel('train', 'nothing/here')] },
      'ValidationException',
      `No S3 objects found under S3 URL "s3://${BUCKET}/nothing/here" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "${ROLE}" has "s3:ListBucket" permissions on bucket "${BUCKET}".`,
    ],
    [
      'the algorithm of an image',
      { HyperParameters: { num_round: '5' } },
      'NotImplemented',
      "an image's built-in algorithm (a training job without the hyperparameter sagemaker_program)",
    ],
    [
      'pipe mode',
      {
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'Pipe' },
        InputDataConfig: [channel('train', 'train/')],
      },
      'NotImplemented',
      'the input mode Pipe (of the channel train)',
    ],
    [
      'two channels of one name',
      { InputDataConfig: [channel('train', 'train/'), channel('train', 'train/')] },
      'ValidationException',
      'Channel names must be unique within InputDataConfig.',
    ],
    [
      'spot training that may not wait',
      { EnableManagedSpotTraining: true },
      'ValidationException',
      'Invalid MaxWaitTimeInSeconds.',
    ],
    [
      'a hyperparameter that is too long',
      { HyperParameters: { sagemaker_program: 'x'.repeat(2_501) } },
      'ValidationException',
      "at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 2500, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*]",
    ],
    [
      'a metric expression that means nothing here',
      {
        AlgorithmSpecification: {
          TrainingImage: XGBOOST,
          TrainingInputMode: 'File',
          MetricDefinitions: [{ Name: 'm', Regex: '(?i' }],
        },
      },
      'NotImplemented',
      'the regular expression of the metric m',
    ],
  ])('is refused for %s', async (_case, change, name, message) => {
    await expect(
      test.sagemaker.send(new CreateTrainingJobCommand({ ...good, ...change })),
    ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    await expect(test.describeTraining('refused')).rejects.toThrow('Requested resource not found.');
  });

  it('is rejected for a name that was ever used', async () => {
    const { TrainingJobName } = await test.train(await pack({ 'train.py': '' }));

    await expect(
      test.sagemaker.send(new CreateTrainingJobCommand({ ...good, TrainingJobName })),
    ).rejects.toMatchObject({
      name: 'ResourceInUse',
      message: `Training job names must be unique within an AWS account and region, and a training job with this name already exists (arn:aws:sagemaker:us-east-1:000000000000:training-job/${TrainingJobName})`,
    });
  });
});
