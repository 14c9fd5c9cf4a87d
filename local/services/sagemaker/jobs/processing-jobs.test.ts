import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import {
  BUCKET,
  Heard,
  input,
  JobTest,
  jobFactories,
  ROLE,
  SKLEARN,
} from '../../../testing/jobs.testing.ts';

const BUILDING_MS = 300_000;

/** Tests run on busy machines. */
const PATIENCE = { timeout: 15_000 };

let runtime: TestRuntime;
let test: JobTest;
const heard = new Heard();

beforeAll(async () => {
  runtime = await startTestRuntime(jobFactories(heard));
  test = new JobTest(runtime, heard);
  await test.prepare();
  // The first job waits for Python's libraries, which are installed first on a new machine.
  await test.process('print("ready")');
}, BUILDING_MS);

afterAll(() => runtime.stop());

describe('a processing job', () => {
  it('provides inputs, arguments, variables and configuration to its script, and uploads its outputs', async () => {
    await test.put('data/2026/a b+c%;ü.csv', '1,2\n');
    await test.put('data/b.csv', '3,4\n');
    await test.put('data-of-others/c.csv', '5,6\n');
    const script = `
import json, os, pathlib, sys
root = pathlib.Path("/opt/ml/processing")
names = sorted(str(p.relative_to(root)) for p in (root / "input/data").rglob("*") if p.is_file())
config = json.load(open("/opt/ml/config/processingjobconfig.json"))
hosts = json.load(open("/opt/ml/config/resourceconfig.json"))
(root / "result/deep").mkdir()
(root / "result/deep/out.json").write_text(json.dumps({
    "arguments": sys.argv[1:], "names": names, "mode": os.environ["MODE"], "hosts": hosts,
    "inputs": [i["S3Input"]["S3DownloadMode"] for i in config["ProcessingInputs"]],
    "entrypoint": config["AppSpecification"]["ContainerArguments"],
    "endpoint": os.environ["AWS_ENDPOINT_URL"], "region": os.environ["AWS_REGION"],
}))
os.symlink("/etc/hostname", root / "result/link")
print("done")
`;
    await test.put('code/main.py', script);

    const described = await test.process('', {
      AppSpecification: {
        ImageUri: SKLEARN,
        ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/main.py'],
        ContainerArguments: ['--rows', '5'],
      },
      Environment: { MODE: 'test' },
      ProcessingInputs: [
        input('code', `s3://${BUCKET}/code/main.py`),
        input('data', `s3://${BUCKET}/data/`),
      ],
    });

    const name = described.ProcessingJobName ?? '';
    expect(described.ProcessingJobStatus).toBe('Completed');
    expect(JSON.parse(String(await test.read(`${name}/result/deep/out.json`)))).toEqual({
      arguments: ['--rows', '5'],
      names: ['input/data/2026/a b+c%;ü.csv', 'input/data/b.csv'],
      mode: 'test',
      hosts: { current_host: 'algo-1', hosts: ['algo-1'] },
      inputs: ['StartOfJob', 'StartOfJob'],
      entrypoint: ['--rows', '5'],
      endpoint: runtime.endpoint,
      region: 'us-east-1',
    });
    await expect(test.read(`${name}/result/link`)).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(heard.output(name)).toEqual(['done']);
  });

  it('has nothing of this machine read or uploaded that a link of its script leads to', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'stepmill-outside-'));
    writeFileSync(join(outside, 'message'), 'secret');
    const script = `
import os, shutil
shutil.rmtree("/opt/ml/processing/result")
os.symlink("${outside}", "/opt/ml/processing/result")
shutil.rmtree("/opt/ml/output")
os.symlink("${outside}", "/opt/ml/output")
`;
    const described = await test.process(script);
    rmSync(outside, { recursive: true });

    const name = described.ProcessingJobName ?? '';
    expect(described.ProcessingJobStatus).toBe('Completed');
    expect(described.ExitMessage).toMatch(/^No file was written to the output result/);
    await expect(test.read(`${name}/result/message`)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('completes if its script leaves pipes where files are read', async () => {
    const described = await test.process(`
import os
os.mkfifo("/opt/ml/output/message")
os.mkfifo("/opt/ml/processing/result/pipe")
os.symlink("/dev/zero", "/opt/ml/processing/result/zeros")
`);

    expect(described.ProcessingJobStatus).toBe('Completed');
    expect(described.ExitMessage).toMatch(/^No file was written to the output result/);
  });

  it('publishes events, log lines and metrics under AWS’s names', async () => {
    const described = await test.process('print("first")\nprint("second")\n');

    const name = described.ProcessingJobName ?? '';
    const arn = `arn:aws:sagemaker:us-east-1:000000000000:processing-job/${name}`;
    const details = heard.details(name);
    const streams = heard.lines.filter(({ logStream }) => logStream.startsWith(`${name}/`));
    expect(details.map((detail) => detail['ProcessingJobStatus'])).toEqual([
      'InProgress',
      'Completed',
    ]);
    expect(details.at(-1)).toMatchObject({
      ProcessingJobArn: arn,
      ProcessingInputs: [
        {
          S3Input: {
            S3DataType: 'S3_PREFIX',
            S3InputMode: 'FILE',
            S3DataDistributionType: 'FULLYREPLICATED',
          },
        },
      ],
      ProcessingOutputConfig: { Outputs: [{ S3Output: { S3UploadMode: 'END_OF_JOB' } }] },
      ProcessingStartTime: described.ProcessingStartTime?.getTime(),
      ProcessingEndTime: described.ProcessingEndTime?.getTime(),
    });
    expect(streams.map(({ logGroup, message }) => [logGroup, message])).toEqual([
      ['/aws/sagemaker/ProcessingJobs', 'first'],
      ['/aws/sagemaker/ProcessingJobs', 'second'],
      ['/aws/sagemaker/ProcessingJobs', expect.stringContaining('No file was written')],
    ]);
    expect(streams[0]?.logStream).toMatch(new RegExp(`^${name}/algo-1-\\d{10}$`));
    expect(
      heard.metrics
        .filter(({ dimensions }) => dimensions['Host'] === `${name}/algo-1`)
        .map((metric) => [metric.namespace, metric.name]),
    ).toEqual([
      ['/aws/sagemaker/ProcessingJobs', 'CPUUtilization'],
      ['/aws/sagemaker/ProcessingJobs', 'MemoryUtilization'],
    ]);
  });

  it('downloads the keys of a manifest', async () => {
    await test.put('pool/one.csv', '1');
    await test.put('pool/two/three.csv', '3');
    await test.put('pool/four.csv', '4');
    await test.put(
      'manifests/some.json',
      JSON.stringify([{ prefix: `s3://${BUCKET}/pool/` }, 'one.csv', 'two/three.csv']),
    );
    await test.put(
      'code/list.py',
      'import pathlib\nprint(sorted(p.name for p in pathlib.Path("/opt/ml/processing/input/data").rglob("*.csv")))\n',
    );

    const { ProcessingJobName = '' } = await test.process('', {
      AppSpecification: {
        ImageUri: SKLEARN,
        ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/list.py'],
      },
      ProcessingInputs: [
        input('code', `s3://${BUCKET}/code/list.py`),
        input('data', `s3://${BUCKET}/manifests/some.json`, 'ManifestFile'),
      ],
    });

    expect(heard.output(ProcessingJobName)[0]).toBe("['one.csv', 'three.csv']");
  });

  it('has the libraries from the warm parent, because their import takes seconds', async () => {
    const { ProcessingJobName = '' } = await test.process(
      'import sys\nprint([name in sys.modules for name in ("pandas", "xgboost", "email.mbox")])\n',
    );

    expect(heard.output(ProcessingJobName)[0]).toBe('[True, True, False]');
  });
});

describe('a script that fails', () => {
  it('fails the job with its last lines if its exit code is not zero', async () => {
    const described = await test.process('print("reading")\nraise KeyError("Rings")\n');

    expect(described.ProcessingJobStatus).toBe('Failed');
    expect(described.FailureReason).toMatch(
      /^AlgorithmError: See job logs for more information\. Exit code 1:\nTraceback [^]*KeyError: 'Rings'$/,
    );
    expect(heard.details(described.ProcessingJobName ?? '').at(-1)).toHaveProperty(
      'FailureReason',
      described.FailureReason,
    );
  });

  it('may write a message, of which the first kilobyte is used', async () => {
    const described = await test.process(
      'import sys\nopen("/opt/ml/output/message", "w").write("x" * 2000)\nsys.exit("bad data")\n',
    );

    expect(described.ExitMessage).toBe('x'.repeat(1_024));
    expect(described.FailureReason).toContain('Exit code 1:\nbad data');
  });

  it('is stopped at its time limit, and the job has its last lines', async () => {
    const described = await test.process(
      'import time\nprint("waiting for Godot")\ntime.sleep(600)\n',
      {
        StoppingCondition: { MaxRuntimeInSeconds: 1 },
      },
    );

    expect(described.ProcessingJobStatus).toBe('Stopped');
    expect(described.ExitMessage).toBe(
      'Stopped after MaxRuntimeInSeconds (1 s). The last lines of the script:\nwaiting for Godot',
    );
  });

  it('has a short reason and a limited log even if it prints megabytes', async () => {
    const described = await test.process(
      'for number in range(200_000):\n    print(number, "x" * 120)\nraise SystemExit("too much")\n',
    );

    const output = heard.output(described.ProcessingJobName ?? '');
    const bytes = output.reduce((sum, line) => sum + line.length, 0);
    expect(described.FailureReason?.length).toBeLessThanOrEqual(1_024);
    expect(described.FailureReason).toMatch(/too much$/);
    expect(bytes).toBeLessThan(17 * 1024 * 1024);
    expect(output.find((line) => line.startsWith('stepmill:'))).toMatch(
      /\d+ lines after the first/,
    );
    expect(output.at(-1)).toBe('too much');
  });

  it('completes if it writes no output, and the message names the empty output', async () => {
    const described = await test.process('print("nothing to write")\n');

    expect(described.ProcessingJobStatus).toBe('Completed');
    expect(described.ExitMessage).toBe(
      'No file was written to the output result. The last lines of the script:\nnothing to write',
    );
  });

  it('fails if it does not exist', async () => {
    const described = await test.process('', {
      AppSpecification: { ImageUri: SKLEARN, ContainerEntrypoint: ['python3', 'nowhere.py'] },
    });

    expect(described.FailureReason).toContain("can't open file '/opt/ml/nowhere.py'");
  });

  it('cannot fill the disk with one file', async () => {
    const described = await test.process(
      'open("/opt/ml/processing/result/big", "wb").truncate(2 * 1024**3)\n',
    );

    expect(described.FailureReason).toContain('File too large');
  });
});

describe('a processing job without its data', () => {
  it("fails with S3's words when its role may not read", async () => {
    await test.createRole('blind', ['s3:ListBucket']);

    const described = await test.process('print("never")', {
      RoleArn: 'arn:aws:iam::000000000000:role/blind',
    });

    expect(described.ProcessingJobStatus).toBe('Failed');
    expect(described.FailureReason).toMatch(
      /^ClientError: Failed to download data\. GetObject failed for s3:\/\/.*: AccessDenied: .*assumed-role\/blind\/SageMaker is not authorized to perform: s3:GetObject/,
    );
    expect(heard.output(described.ProcessingJobName ?? '')).toEqual([]);
  });

  it('fails and names the prefix if there are no objects', async () => {
    const described = await test.process('', {
      ProcessingInputs: [input('data', `s3://${BUCKET}/nothing/here`)],
    });

    expect(described.FailureReason).toBe(
      `ClientError: No S3 objects found under S3 URL "s3://${BUCKET}/nothing/here" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "${ROLE}" has "s3:ListBucket" permissions on bucket "${BUCKET}".`,
    );
  });

  // FrameworkProcessor of the SageMaker SDK 2.254 names its places so.
  it('takes the places of inputs with a slash at their ends', async () => {
    await test.put('slash/a.csv', '1');
    const data = input('data', `s3://${BUCKET}/slash/`);

    const described = await test.process('', {
      ProcessingInputs: [
        {
          ...data,
          S3Input: { ...data.S3Input, LocalPath: `${data.S3Input.LocalPath}/` },
        },
      ],
    });

    expect(described.FailureReason ?? '').not.toContain('leads out of its folder');
    expect(described.FailureReason ?? '').not.toContain('Failed to download');
  });

  it('fails if a key has a path outside its folder', async () => {
    await test.put('evil/../../../escape', 'x');

    const described = await test.process('', {
      ProcessingInputs: [input('data', `s3://${BUCKET}/evil/`)],
    });

    expect(described.FailureReason).toContain('leads out of its folder');
  });
});

describe('stopping a processing job', () => {
  it('ends the script in order', async () => {
    const name = await test.startProcessing(
      'import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: (print("tidy"), sys.exit(0)))\nprint("up")\ntime.sleep(600)\n',
    );
    await expect.poll(() => heard.output(name), PATIENCE).toEqual(['up']);

    await test.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: name }));
    await heard.until(name, ['Stopped', 'Failed', 'Completed']);

    expect((await test.describeProcessing(name)).ProcessingJobStatus).toBe('Stopped');
    expect(heard.output(name)).toEqual(['up', 'tidy']);
    expect(heard.details(name).map((detail) => detail['ProcessingJobStatus'])).toEqual([
      'InProgress',
      'Stopping',
      'Stopped',
    ]);
  });

  it('is rejected once it has ended', async () => {
    const { ProcessingJobName } = await test.process('print()');

    await expect(
      test.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The request was rejected because the processing job is in status Completed.',
    });
  });
});

describe('listing processing jobs', () => {
  it('filters by status and name, newest first', async () => {
    const { ProcessingJobName: failed } = await test.process('raise SystemExit(1)');

    const { ProcessingJobSummaries } = await test.sagemaker.send(
      new ListProcessingJobsCommand({
        StatusEquals: 'Failed',
        NameContains: 'job-',
        MaxResults: 1,
      }),
    );

    expect(ProcessingJobSummaries?.map((job) => job.ProcessingJobName)).toEqual([failed]);
  });
});

/** The instances of a request, with one change. */
function cluster(change: object): Partial<CreateProcessingJobCommandInput> {
  return {
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: 1,
        InstanceType: 'ml.m5.large',
        VolumeSizeInGB: 1,
        ...change,
      },
    },
  };
}

describe('a request for a processing job', () => {
  const good: CreateProcessingJobCommandInput = {
    ProcessingJobName: 'refused',
    RoleArn: ROLE,
    AppSpecification: { ImageUri: SKLEARN, ContainerEntrypoint: ['python3', 'a.py'] },
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
    },
  };
  it.each<[string, Partial<CreateProcessingJobCommandInput>, string, string]>([
    [
      'a name AWS does not take',
      { ProcessingJobName: 'my_job.1' },
      'ValidationException',
      "1 validation error detected: Value 'my_job.1' at 'processingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    ],
    [
      'two mistakes at once',
      { RoleArn: 'missing', StoppingCondition: { MaxRuntimeInSeconds: 0 } },
      'ValidationException',
      "at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'a role that is not there',
      { RoleArn: 'arn:aws:iam::000000000000:role/missing' },
      'ValidationException',
      "Could not assume role arn:aws:iam::000000000000:role/missing. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
    ],
    [
      'a path outside of /opt/ml/processing',
      {
        ProcessingInputs: [
          {
            InputName: 'x',
            S3Input: { S3Uri: 's3://b/k', S3DataType: 'S3Prefix', LocalPath: '/etc' },
          },
        ],
      },
      'ValidationException',
      'LocalPath /etc must be an absolute path below /opt/ml/processing/.',
    ],
    [
      'a graphics processor',
      cluster({ InstanceType: 'ml.p3.2xlarge' }),
      'ResourceLimitExceeded',
      "The account-level service limit 'ml.p3.2xlarge for processing job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
    ],
    [
      'several instances',
      cluster({ InstanceCount: 3 }),
      'NotImplemented',
      'stepmill does not implement a processing job on 3 instances',
    ],
    [
      'an image of its own',
      {
        AppSpecification: {
          ImageUri: '1.dkr.ecr.us-east-1.amazonaws.com/mine:1',
          ContainerEntrypoint: ['x'],
        },
      },
      'NotImplemented',
      'the image 1.dkr.ecr.us-east-1.amazonaws.com/mine:1',
    ],
    [
      "an image's own entry point",
      { AppSpecification: { ImageUri: SKLEARN } },
      'NotImplemented',
      'a processing job without AppSpecification.ContainerEntrypoint',
    ],
  ])('is refused for %s', async (_case, change, name, message) => {
    await expect(
      test.sagemaker.send(new CreateProcessingJobCommand({ ...good, ...change })),
    ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    await expect(test.describeProcessing('refused')).rejects.toThrow(
      'Could not find requested job with name: refused',
    );
  });

  it('is rejected for an existing name', async () => {
    const { ProcessingJobName } = await test.process('print()');

    await expect(
      test.sagemaker.send(new CreateProcessingJobCommand({ ...good, ProcessingJobName })),
    ).rejects.toMatchObject({
      name: 'ResourceInUse',
      message: expect.stringContaining('a job with this name already exists'),
    });
  });
});
