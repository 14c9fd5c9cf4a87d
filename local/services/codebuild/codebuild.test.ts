import { readFileSync } from 'node:fs';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  BatchGetReportsCommand,
  type Build,
  CodeBuildClient,
  CreateProjectCommand,
  type CreateProjectCommandInput,
  DescribeTestCasesCommand,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSsmService } from '../ssm/index.ts';
import { createCodeBuildService } from './index.ts';

const ROLE = 'arn:aws:iam::000000000000:role/build';
const events: ServiceEvent[] = [];

let runtime: TestRuntime;
let client: CodeBuildClient;
let s3: S3Client;
let count = 0;

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'codebuild.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

async function createRole(name: string, actions: readonly string[]): Promise<void> {
  const iam = new IAMClient(runtime.clientConfig);
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  const Statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
}

const listener: ServiceFactory = () => ({
  name: 'eventbridge',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDenied', message),
  onEvent: (event) => void events.push(event),
});

beforeAll(async () => {
  runtime = await startTestRuntime([
    createCodeBuildService,
    createLogsService,
    createS3Service,
    createSsmService,
    listener,
  ]);
  client = new CodeBuildClient(runtime.clientConfig);
  s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await createRole('build', ['logs:*', 's3:*', 'ssm:*', 'codebuild:*']);
  await createRole('mute', ['s3:*']);
  await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
  const ssm = new SSMClient(runtime.clientConfig);
  await ssm.send(new PutParameterCommand({ Name: '/key', Value: 'very-secret', Type: 'String' }));
});

afterAll(() => runtime.stop());

async function createProject(
  buildspec: string,
  more: Partial<CreateProjectCommandInput> = {},
): Promise<string> {
  count += 1;
  const name = `project-${count}`;
  await client.send(
    new CreateProjectCommand({
      name,
      source: { type: 'NO_SOURCE', buildspec },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
      },
      serviceRole: ROLE,
      ...more,
    }),
  );
  return name;
}

async function ended(id: string | undefined): Promise<Build> {
  for (;;) {
    const { builds: [build] = [] } = await client.send(
      new BatchGetBuildsCommand({ ids: [id ?? ''] }),
    );
    if (build?.buildComplete === true) return build;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function run(
  buildspec: string,
  more: Partial<StartBuildCommandInput> = {},
  project: Partial<CreateProjectCommandInput> = {},
): Promise<Build & { readonly log: readonly string[] }> {
  const projectName = await createProject(buildspec, project);
  const { build } = await client.send(new StartBuildCommand({ projectName, ...more }));
  const done = await ended(build?.id);
  return { ...done, log: await logOf(done) };
}

/** Empty once the process has ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function logOf({ logs }: Build): Promise<readonly string[]> {
  if (logs?.groupName === undefined) return [];
  const { events: lines = [] } = await new CloudWatchLogsClient(runtime.clientConfig).send(
    new FilterLogEventsCommand({ logGroupName: logs.groupName }),
  );
  return lines.map(({ message = '' }) => message);
}

const phasesOf = ({ phases = [] }: Build) =>
  phases.map(({ phaseStatus, phaseType }) => `${phaseType} ${phaseStatus ?? '-'}`);

/** The output of the commands without CodeBuild's own lines. */
const output = ({ log }: { readonly log: readonly string[] }) =>
  log.filter((line) => !line.startsWith('[Container]'));

// https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
describe('a build', () => {
  it('runs its phases in one shell, which keeps folders, exports, variables and functions', async () => {
    const build = await run(`
version: 0.2
phases:
  install:
    commands: ['mkdir sub && cd sub', 'plain=one', 'hello() { echo "hello $1"; }']
  pre_build:
    commands: ['export EXPORTED=two', 'basename "$PWD"']
  build:
    commands:
      - |
        echo first
        echo second >&2
      - hello "$plain $EXPORTED"
`);

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(output(build)).toEqual(['sub', 'first', 'second', 'hello one two']);
    expect(phasesOf(build)).toEqual([
      'SUBMITTED SUCCEEDED',
      'QUEUED SUCCEEDED',
      'PROVISIONING SUCCEEDED',
      'DOWNLOAD_SOURCE SUCCEEDED',
      'INSTALL SUCCEEDED',
      'PRE_BUILD SUCCEEDED',
      'BUILD SUCCEEDED',
      'POST_BUILD SUCCEEDED',
      'UPLOAD_ARTIFACTS SUCCEEDED',
      'FINALIZING SUCCEEDED',
      'COMPLETED -',
    ]);
  });

  it('runs post_build after a failed build, and the finally block of the failed phase', async () => {
    const build = await run(`
version: 0.2
phases:
  build:
    commands: ['exit 3', 'echo never']
    finally: ['echo finally']
  post_build:
    commands: ['echo "succeeding: $CODEBUILD_BUILD_SUCCEEDING"']
`);

    expect(build.buildStatus).toBe('FAILED');
    expect(output(build)).toEqual(['finally', 'succeeding: 0']);
    const failed = build.phases?.find(({ phaseType }) => phaseType === 'BUILD');
    expect(failed).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [
        {
          statusCode: 'COMMAND_EXECUTION_ERROR',
          message: 'Error while executing command: exit 3. Reason: exit status 3',
        },
      ],
    });
    expect(phasesOf(build)).toContain('POST_BUILD SUCCEEDED');
  });

  it.each([
    ['install', '', ['INSTALL FAILED', 'FINALIZING SUCCEEDED']],
    ['pre_build', '', ['PRE_BUILD FAILED', 'FINALIZING SUCCEEDED']],
    ['build', 'on-failure: ABORT', ['BUILD FAILED', 'UPLOAD_ARTIFACTS SUCCEEDED']],
    ['install', 'on-failure: CONTINUE', ['INSTALL FAILED', 'PRE_BUILD SUCCEEDED']],
  ])('after a failed %s with "%s" goes on with %j', async (phase, rule, [failed, next]) => {
    const build = await run(
      `{"version":"0.2","phases":{"${phase}":{"commands":["false"]${rule && `,"${rule.replace(': ', '":"')}"`}}}}`,
    );

    const phases = phasesOf(build);
    expect(phases[phases.indexOf(failed ?? '') + 1]).toBe(next);
    expect(build.buildStatus).toBe('FAILED');
  });

  it('retries a phase as often as on-failure says', async () => {
    const build = await run(`
version: 0.2
phases:
  build:
    on-failure: RETRY-2
    commands: ['echo try >> "$HOME/tries"', 'test "$(wc -l < "$HOME/tries")" -eq 3', 'echo third']
`);

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(output(build)).toEqual(['third']);
  });

  it('gets variables: the request before the project, the project before the buildspec, and all literally', async () => {
    const build = await run(
      `
version: 0.2
env:
  shell: bash
  variables: {A: spec, B: spec, C: "$A:more"}
  parameter-store: {KEY: /key}
  exported-variables: [A, RESULT, AWS_ACCESS_KEY_ID, KEY]
phases:
  build:
    commands: ['echo "$A $B $C $KEY"', 'export RESULT=$((1 + 1))', 'echo "\${BASH_VERSION:+bash}"']
`,
      { environmentVariablesOverride: [{ name: 'A', value: 'request' }] },
      {
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'i',
          computeType: 'BUILD_GENERAL1_SMALL',
          environmentVariables: [
            { name: 'A', value: 'project' },
            { name: 'B', value: 'project' },
          ],
        },
      },
    );

    expect(output(build)).toEqual(['request project $A:more ***', 'bash']);
    expect(build.exportedEnvironmentVariables).toEqual([
      { name: 'A', value: 'request' },
      { name: 'RESULT', value: '2' },
    ]);
  });

  it('hides a secret of several lines, also where its lines stand alone', async () => {
    const ssm = new SSMClient(runtime.clientConfig);
    const Value = 'first-of-secret\n\nsecond-of-secret';
    await ssm.send(new PutParameterCommand({ Name: '/lines', Value, Type: 'SecureString' }));

    const build = await run(`
version: 0.2
env: {parameter-store: {LINES: /lines}}
phases:
  build:
    commands: ['echo "$LINES"', 'echo "it is $(echo "$LINES" | tail -1)"']
`);

    expect(output(build)).toEqual(['***', '***', 'it is ***']);
  });

  // `setsid` takes a process out of the group that is killed.
  it.runIf(process.platform === 'linux')('leaves no process running', async () => {
    const build = await run(`
version: 0.2
phases:
  build:
    commands: ['setsid sleep 600 >/dev/null 2>&1 & echo $!']
`);
    const [pid = ''] = output(build);

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(Number(pid)).toBeGreaterThan(1);
    // A process that was killed may not have been waited for.
    await expect.poll(() => commandOf(pid)).not.toContain('sleep');
  });

  it('sees this runtime as AWS with the session of its role, and nothing of the user', async () => {
    process.env['AWS_PROFILE'] = 'personal';
    const build = await run(`
version: 0.2
phases:
  build:
    commands: ['echo "$AWS_ENDPOINT_URL"', 'echo "profile:$AWS_PROFILE"', 'test -n "$AWS_SESSION_TOKEN"', 'test "$HOME" != "${process.env['HOME']}"']
`).finally(() => delete process.env['AWS_PROFILE']);

    expect(output(build)).toEqual([runtime.endpoint, 'profile:']);
    expect(build.buildStatus).toBe('SUCCEEDED');
  });

  it('counts the test cases of JUnit reports', async () => {
    const xml = `<testsuites><testsuite name="s"><testcase classname="c" name="good" time="0.5"/><testcase name="bad"><failure message="no"/></testcase><testcase name="left"><skipped/></testcase></testsuite></testsuites>`;
    const build = await run(`
version: 0.2
phases:
  build:
    commands:
      - mkdir out
      - |
        echo '${xml}' > out/junit.xml
reports:
  unit: {files: ['**/*.xml'], base-directory: out}
  other: {files: ['none.xml']}
`);

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(build.log).toContain(
      '[Container] Error processing report other: no matching report files found in .',
    );
    const { reports } = await client.send(
      new BatchGetReportsCommand({ reportArns: build.reportArns ?? [] }),
    );
    expect(reports).toMatchObject([
      {
        name: `${build.projectName}-unit`,
        status: 'FAILED',
        executionId: build.arn,
        testSummary: {
          total: 3,
          statusCounts: { SUCCEEDED: 1, FAILED: 1, SKIPPED: 1 },
          durationInNanoSeconds: 500_000_000,
        },
      },
    ]);
    const reportArn = build.reportArns?.[0] ?? '';
    const cases = await client.send(
      new DescribeTestCasesCommand({ reportArn, filter: { status: 'FAILED' } }),
    );
    expect(cases.testCases).toMatchObject([{ name: 'bad', message: 'no', testSuiteName: 's' }]);
  });

  it('keeps of a report what a name can be, and reads nothing outside of the source', async () => {
    const build = await run(`
version: 0.2
phases:
  build:
    commands:
      - printf '<testsuite name="%0100000d"><testcase name="c"/></testsuite>' 0 > long.xml
      - mkdir wide ../outside; cp long.xml ../outside
      - for n in 1 2 3; do printf '<a>%02000000d</a>' 0 > wide/$n.xml; done
reports:
  long: {files: ['long.xml']}
  out: {files: ['*.xml'], base-directory: '../outside'}
  wide: {files: ['*.xml'], base-directory: wide}
`);

    const [reportArn = '', ...others] = build.reportArns ?? [];
    const { testCases } = await client.send(new DescribeTestCasesCommand({ reportArn }));
    expect(testCases?.[0]?.testSuiteName).toBe('0'.repeat(1_024));
    expect(others).toEqual([]);
    expect(build.log.filter((line) => line.includes('Error processing report'))).toEqual([
      '[Container] Error processing report out: base-directory ../outside is outside of the source',
      '[Container] Error processing report wide: with 3.xml, the files are larger than the 5242880 bytes of a report',
    ]);
  });

  it.each(['mkfifo', 'ln -s ../src/own'])(
    'writes its archive in the place of what %s made there',
    async (make) => {
      const spec = {
        version: '0.2',
        phases: { build: { commands: ['echo mine > own', `${make} ../artifact.zip`] } },
        artifacts: { files: ['own'] },
      };
      const place = {
        type: 'S3',
        location: 'artifacts',
        packaging: 'ZIP',
        name: 'own.zip',
      } as const;

      const { buildStatus } = await run(JSON.stringify(spec), {}, { artifacts: place });

      expect(buildStatus).toBe('SUCCEEDED');
      expect(await contentOf('own.zip', 'own')).toBe('mine\n');
    },
  );

  it('reads its source from S3, and writes primary and secondary artifacts', async () => {
    const Body = zipSync({ 'buildspec.yml': strToU8(SPEC_OF_SOURCE), 'a/in.txt': strToU8('in') });
    await s3.send(new PutObjectCommand({ Bucket: 'artifacts', Key: 'source.zip', Body }));
    const target = { type: 'S3', location: 'artifacts', packaging: 'ZIP' } as const;
    const build = await run(
      '',
      {},
      {
        source: { type: 'S3', location: 'artifacts/source.zip' },
        artifacts: { ...target, name: 'main.zip' },
        secondaryArtifacts: [{ ...target, name: 'second.zip', artifactIdentifier: 'Second' }],
      },
    );

    expect(build.phases?.flatMap(({ contexts = [] }) => contexts)).toEqual([]);
    expect(build).toMatchObject({
      buildStatus: 'SUCCEEDED',
      artifacts: { location: 'arn:aws:s3:::artifacts/main.zip' },
      secondaryArtifacts: [{ artifactIdentifier: 'Second' }],
    });
    expect(await namesIn('main.zip')).toEqual(['b/made.txt', 'in.txt']);
    expect(await namesIn('second.zip')).toEqual(['made.txt']);
  });

  it('is stopped with all it has started', async () => {
    const projectName = await createProject(
      '{"version":"0.2","phases":{"build":{"commands":["sleep 600"]}}}',
    );
    const { build } = await client.send(new StartBuildCommand({ projectName }));
    await client.send(new StopBuildCommand({ id: build?.id ?? '' }));

    const stopped = await ended(build?.id);

    expect(stopped.buildStatus).toBe('STOPPED');
  });

  it.each(['NONE', 'ZIP'] as const)(
    'is stopped while it uploads artifacts with the packaging %s, of which the rest is not uploaded',
    async (packaging) => {
      const place = `stopped-${packaging}`;
      const projectName = await createProject(
        JSON.stringify({
          version: '0.2',
          // Its middle is a hole: neither the disk nor the archive takes long to be made.
          phases: { build: { commands: ['seq 1500 | split -l 1 -a 3', 'truncate -s 300M zzzz'] } },
          artifacts: { files: ['**/*'] },
        }),
        { artifacts: { type: 'S3', location: 'artifacts', name: place, packaging } },
      );
      const { build: { id = '' } = {} } = await client.send(new StartBuildCommand({ projectName }));
      for (;;) {
        const { builds: [build] = [] } = await client.send(
          new BatchGetBuildsCommand({ ids: [id] }),
        );
        if (build?.currentPhase === 'UPLOAD_ARTIFACTS') break;
      }
      await client.send(new StopBuildCommand({ id }));

      const stopped = await ended(id);

      expect(stopped.buildStatus).toBe('STOPPED');
      expect(
        stopped.phases?.find(({ phaseType }) => phaseType === 'UPLOAD_ARTIFACTS')?.phaseStatus,
      ).toBe('STOPPED');
      const { KeyCount = 0 } = await s3.send(
        new ListObjectsV2Command({ Bucket: 'artifacts', Prefix: place }),
      );
      expect(KeyCount).toBeLessThan(packaging === 'ZIP' ? 1 : 1_000);
      expect(await logOf(stopped)).not.toContainEqual(expect.stringContaining('Phase context'));
    },
  );

  it('publishes its states', async () => {
    const { arn, projectName } = await run(
      '{"version":"0.2","phases":{"build":{"commands":["true"]}}}',
    );

    const states = events.filter(({ resources }) => resources.includes(arn ?? ''));

    expect(
      states.map(({ detail }) => (detail as { 'build-status': string })['build-status']),
    ).toEqual(['IN_PROGRESS', 'SUCCEEDED']);
    expect(states[1]).toMatchObject({
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      detail: {
        'project-name': projectName,
        'current-phase': 'COMPLETED',
        'additional-information': { 'build-complete': true },
      },
    });
  });
});

const SPEC_OF_SOURCE = `
version: 0.2
phases:
  build: {commands: ['mkdir a/b', 'echo made > a/b/made.txt', 'echo no > a/not.log']}
artifacts:
  base-directory: a
  files: ['**/*']
  exclude-paths: ['*.log']
  secondary-artifacts:
    Second: {files: ['a/b/*'], discard-paths: yes}
`;

async function unzipped(Key: string) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'artifacts', Key }));
  return unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
}

async function namesIn(Key: string): Promise<readonly string[]> {
  return Object.keys(await unzipped(Key)).sort();
}

async function contentOf(Key: string, name: string): Promise<string> {
  return strFromU8((await unzipped(Key))[name] ?? new Uint8Array());
}

describe('a build that cannot begin', () => {
  it.each([
    ['version: 0.1\nphases: {}', 'YAML_FILE_ERROR', 'version 0.1 is not supported here, only 0.2'],
    ['version: 0.2\nphases: [', 'YAML_FILE_ERROR', expect.stringContaining('Flow sequence')],
    ['none.yml', 'YAML_FILE_ERROR', 'YAML file does not exist: none.yml'],
    ['../../outside.yml', 'YAML_FILE_ERROR', 'YAML file does not exist: ../../outside.yml'],
    [
      '{"version":"0.2","env":{"secrets-manager":{"A":"b"}},"phases":{}}',
      'CLIENT_ERROR',
      expect.stringContaining('stepmill has no Secrets Manager'),
    ],
  ])('fails in DOWNLOAD_SOURCE: %s', async (buildspec, statusCode, message) => {
    const build = await run(buildspec);

    expect(build.buildStatus).toBe('FAILED');
    expect(build.phases?.find(({ phaseStatus }) => phaseStatus === 'FAILED')).toMatchObject({
      phaseType: 'DOWNLOAD_SOURCE',
      contexts: [{ statusCode, message }],
    });
  });

  it('names a role that may not write the log', async () => {
    const serviceRole = 'arn:aws:iam::000000000000:role/mute';
    const build = await run('{"version":"0.2","phases":{}}', {}, { serviceRole });

    const failed = build.phases?.find(({ phaseStatus }) => phaseStatus === 'FAILED');
    expect(failed?.contexts?.[0]?.message).toMatch(
      /^Service role .*role\/mute does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build arn.*logs:CreateLogStream/,
    );
  });

  it('names a source that only a pipeline can give', async () => {
    const projectName = await createProject('', {
      source: { type: 'GITHUB', location: 'https://github.com/o/r.git' },
    });

    await expect(client.send(new StartBuildCommand({ projectName }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('a build with the source GITHUB'),
    });
  });
});

describe('a project', () => {
  it('lists its builds, the newest first, and counts them', async () => {
    const projectName = await createProject('{"version":"0.2","phases":{}}');
    const first = await client.send(new StartBuildCommand({ projectName, idempotencyToken: 't' }));
    const again = await client.send(new StartBuildCommand({ projectName, idempotencyToken: 't' }));
    const second = await client.send(new StartBuildCommand({ projectName }));

    const { ids } = await client.send(new ListBuildsForProjectCommand({ projectName }));

    expect(again.build?.id).toBe(first.build?.id);
    expect(ids).toEqual([second.build?.id, first.build?.id]);
    expect(second.build?.buildNumber).toBe(2);
    await Promise.all([ended(first.build?.id), ended(second.build?.id)]);
  });

  it('is described with defaults, and what is missing is named', async () => {
    const name = await createProject('{"version":"0.2","phases":{}}');

    const answer = await client.send(new BatchGetProjectsCommand({ names: [name, 'none'] }));

    expect(answer.projectsNotFound).toEqual(['none']);
    expect(answer.projects).toMatchObject([
      { name, timeoutInMinutes: 60, queuedTimeoutInMinutes: 480, cache: { type: 'NO_CACHE' } },
    ]);
  });

  it.each([
    [
      { serviceRole: 'arn:aws:iam::000000000000:role/none' },
      /not authorized to perform: sts:AssumeRole/,
    ],
    [{ source: { type: 'NO_SOURCE' } } as const, /buildspec is required/],
    [{ source: { type: 'CODEPIPELINE' } } as const, /artifact type CODEPIPELINE/],
  ])('refuses %j', async (more, message) => {
    await expect(createProject('{}', more)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringMatching(message),
    });
  });
});
