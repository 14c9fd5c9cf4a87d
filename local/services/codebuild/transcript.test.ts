import { inspect } from 'node:util';
import type { CreateProjectInput } from '@aws-sdk/client-codebuild';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../../cloud/cloud.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSsmService } from '../ssm/index.ts';
import { createStsService } from '../sts/index.ts';
import { createCodeBuildService } from './index.ts';
import { KEPT_BUILDS, MAX_PROJECTS } from './limits.ts';
import { type BuildRecord, CodeBuildStore } from './store.ts';

const ARN = 'arn:aws:codebuild:us-east-1:000000000000';
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const role = (RoleName: string, ...Action: readonly string[]): readonly Step[] => [
  [
    'iam:CreateRole',
    {
      RoleName,
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    },
  ],
];

const NOTHING = '{"version":"0.2","phases":{}}';
const ENVIRONMENT = {
  type: 'LINUX_CONTAINER',
  image: 'aws/codebuild/standard:7.0',
  computeType: 'BUILD_GENERAL1_SMALL',
};
const create = (name: string, more: object = {}): Step => [
  'CreateProject',
  {
    name,
    source: { type: 'NO_SOURCE', buildspec: NOTHING },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: ENVIRONMENT,
    serviceRole: roleOf('build'),
    ...more,
  },
];
const builtFrom = (name: string, buildspec: object, more: object = {}): Step =>
  create(name, {
    source: { type: 'S3', location: 'bucket/in.zip', buildspec: JSON.stringify(buildspec) },
    ...more,
  });
const start = (projectName: string, more: object = {}, as = projectName): Step => [
  'StartBuild',
  { projectName, ...more },
  as,
];
const given = (as: string) => (answered: (path: string) => never) => ({
  ids: [answered(`${as}.build.id`)],
});
interface Builds {
  readonly builds?: readonly {
    readonly buildComplete?: boolean;
    readonly currentPhase?: string;
  }[];
}
const reached = (as: string, phase: string): Step => ({
  until: ['BatchGetBuilds', given(as)],
  fulfils: ({ builds: [build] = [] }: Builds) => build?.currentPhase === phase,
});
/** Waits for the end of a build, and shows it. */
const ended = (as: string): readonly Step[] => [
  {
    until: ['BatchGetBuilds', given(as)],
    fulfils: ({ builds: [build] = [] }: Builds) => build?.buildComplete === true,
  },
  ['BatchGetBuilds', given(as), `${as} ended`],
];
const run = (projectName: string, more: object = {}, as = projectName): readonly Step[] => [
  { advanceSeconds: 1 },
  start(projectName, more, as),
  ...ended(as),
];

const projects: readonly Step[] = [
  ...role('build', 'logs:*'),
  ['ListProjects'],
  ['BatchGetProjects', { names: ['none'] }],
  create('pp', { artifacts: { type: 'CODEPIPELINE' } }),
  create('pp', { source: { type: 'CODEPIPELINE' } }),
  create('pp', { source: { type: 'NO_SOURCE' } }),
  create('pp', { artifacts: { type: 'S3' } }),
  create('pp', { artifacts: { type: 'S3', location: '' } }),
  create('pp', { serviceRole: roleOf('none') }),
  create('pp', { timeoutInMinutes: 4 }),
  create('pp', { queuedTimeoutInMinutes: 481 }),
  create('a b'),
  create('pp', { tags: [{ key: 'aws:x', value: 'y' }] }),
  create('pp'),
  create('pp'),
  { advanceSeconds: 1 },
  create('whole', {
    description: 'd',
    source: { type: 'CODEPIPELINE', buildspec: 'spec.yml' },
    artifacts: { type: 'CODEPIPELINE' },
    timeoutInMinutes: 5,
    queuedTimeoutInMinutes: 480,
    encryptionKey: 'alias/own',
    cache: { type: 'LOCAL', modes: ['LOCAL_SOURCE_CACHE'] },
    badgeEnabled: true,
    tags: [{ key: 'k', value: 'v' }],
    concurrentBuildLimit: 1,
  }),
  { advanceSeconds: 1 },
  create('between', { artifacts: { type: 'S3', location: 'bucket' }, source: { type: 'S3' } }),
  ['BatchGetProjects', { names: ['whole', `${ARN}:project/pp`, 'none'] }],
  ['UpdateProject', { name: 'none' }],
  ['UpdateProject', { name: 'whole', source: { type: 'NO_SOURCE' } }],
  ['UpdateProject', { name: 'between', serviceRole: roleOf('none') }],
  { advanceSeconds: 1 },
  ['UpdateProject', { name: 'pp', description: 'new', timeoutInMinutes: 2_160 }],
  ['ListProjects'],
  ['ListProjects', { sortOrder: 'DESCENDING' }],
  ['ListProjects', { sortBy: 'CREATED_TIME' }],
  ['ListProjects', { sortBy: 'LAST_MODIFIED_TIME', sortOrder: 'ASCENDING' }],
  ['ListProjects', { nextToken: '!' }],
  start('none'),
  start('whole'),
  ['DeleteProject', { name: `${ARN}:project/whole` }],
  ['DeleteProject', { name: 'none' }],
  ['ListProjects'],
];

const group = (name: string, more: object = {}): Step => [
  'CreateReportGroup',
  { name, type: 'TEST', exportConfig: { exportConfigType: 'NO_EXPORT' }, ...more },
];
const reportGroups: readonly Step[] = [
  ['ListReportGroups'],
  group('gg', { type: 'CODE_COVERAGE' }),
  group('gg', { exportConfig: { exportConfigType: 'S3' } }),
  group('gg', { tags: [{ key: 'aws:x', value: 'y' }] }),
  group('gg'),
  group('gg'),
  group('hh', { tags: [{ key: 'k', value: 'v' }] }),
  { advanceSeconds: 1 },
  ['UpdateReportGroup', { arn: `${ARN}:report-group/none` }],
  [
    'UpdateReportGroup',
    { arn: `${ARN}:report-group/gg`, exportConfig: { exportConfigType: 'S3' } },
  ],
  ['UpdateReportGroup', { arn: `${ARN}:report-group/hh` }],
  [
    'UpdateReportGroup',
    {
      arn: `${ARN}:report-group/hh`,
      tags: [],
      exportConfig: { exportConfigType: 'NO_EXPORT', s3Destination: { bucket: 'b' } },
    },
  ],
  ['ListReportGroups', { maxResults: 1 }, 'page'],
  ['ListReportGroups', (answered) => ({ nextToken: answered('page.nextToken') })],
  ['ListReportGroups', { sortOrder: 'DESCENDING' }],
  ['ListReportGroups', { nextToken: '!' }],
  [
    'BatchGetReportGroups',
    { reportGroupArns: [`${ARN}:report-group/hh`, `${ARN}:report-group/none`] },
  ],
  ['ListReports'],
  ['ListReportsForReportGroup', { reportGroupArn: `${ARN}:report-group/none` }],
  ['ListReportsForReportGroup', { reportGroupArn: `${ARN}:report-group/gg` }],
  ['BatchGetReports', { reportArns: [`${ARN}:report/gg:none`] }],
  ['DescribeTestCases', { reportArn: `${ARN}:report/gg:none` }],
  ['DeleteReport', { arn: `${ARN}:report/gg:none` }],
  ['DeleteReportGroup', { arn: `${ARN}:report-group/none` }],
  ['DeleteReportGroup', { arn: `${ARN}:report-group/gg`, deleteReports: false }],
  ['ListReportGroups'],
];

const variable = (type: string) => ({
  environment: { ...ENVIRONMENT, environmentVariables: [{ name: 'V', value: 'v', type }] },
});
const refusals: readonly Step[] = [
  ...role('build', 'logs:*', 'ssm:*'),
  ...role('mute', 's3:*'),
  ...role('reader', 'logs:CreateLogStream'),
  create('git', { source: { type: 'GITHUB', location: 'https://github.com/o/r.git' } }),
  start('git'),
  create('second', {
    secondarySources: [
      { type: 'S3', location: 'bucket/x.zip', sourceIdentifier: 'A' },
      { type: 'CODECOMMIT', location: 'x', sourceIdentifier: 'B' },
    ],
  }),
  start('second'),
  create('secret', variable('SECRETS_MANAGER')),
  start('secret'),
  create('windows', { environment: { ...ENVIRONMENT, type: 'WINDOWS_SERVER_2022_CONTAINER' } }),
  start('windows'),
  create('arm', { environment: { ...ENVIRONMENT, type: 'ARM_CONTAINER' } }),
  ...run('arm', { buildspecOverride: 'version: 0.2' }),
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/arm' }],
  ...run('arm', {
    sourceTypeOverride: 'S3',
    sourceLocationOverride: 'arn:aws:s3:::bucket/none.zip',
  }),
  ...run('arm', { serviceRoleOverride: roleOf('none') }),
  ...run('arm', { serviceRoleOverride: roleOf('mute') }),
  create('new', { serviceRole: roleOf('reader') }),
  ...run('new'),
  create('parameter', variable('PARAMETER_STORE')),
  ...run('parameter'),
  create('spec', { source: { type: 'NO_SOURCE', buildspec: '/buildspec.yml' } }),
  ...run('spec'),
  ...run('spec', { buildspecOverride: 'a/../../b.yml' }),
  ...run('spec', {
    buildspecOverride: '{"version":"0.2","env":{"secrets-manager":{"A":"b"}},"phases":{}}',
  }),
  ['StopBuild', { id: 'spec:none' }],
  ['BatchGetBuilds', { ids: ['spec:none'] }],
  ['BatchDeleteBuilds', { ids: ['spec:none'] }],
  ['ListBuildsForProject', { projectName: 'none' }],
];

const SLEEPS = '{"version":"0.2","phases":{"build":{"commands":["exec sleep 600"]}}}';
const builds: readonly Step[] = [
  ...role('build', 'logs:*', 'ssm:*'),
  ['ssm:PutParameter', { Name: '/p', Value: 'hidden', Type: 'String' }],
  ['ListBuilds'],
  create('plain', { logsConfig: { cloudWatchLogs: { status: 'DISABLED' } } }),
  ...run('plain', { idempotencyToken: 't' }),
  start('plain', { idempotencyToken: 't' }),
  { advanceSeconds: 300 },
  start('plain', { idempotencyToken: 't' }),
  { advanceSeconds: 0.001 },
  start('plain', { idempotencyToken: 't' }, 'again'),
  ...ended('again'),
  ['logs:DescribeLogGroups'],
  create('all', {
    source: { type: 'NO_SOURCE', buildspec: NOTHING },
    environment: {
      ...ENVIRONMENT,
      privilegedMode: true,
      environmentVariables: [
        { name: 'A', value: 'project', type: 'PLAINTEXT' },
        { name: 'P', value: '/p', type: 'PARAMETER_STORE' },
      ],
    },
    logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: 'own', streamName: 'stream' } },
    sourceVersion: 'v1',
    timeoutInMinutes: 6,
    queuedTimeoutInMinutes: 7,
    encryptionKey: 'own',
    cache: { type: 'NO_CACHE' },
  }),
  ...run('all', {
    buildspecOverride: JSON.stringify({
      version: '0.2',
      'run-as': 'root',
      env: {
        variables: { A: 'spec', B: 'spec' },
        'exported-variables': ['A', 'B', 'P', 'AWS_REGION', 'CI', 'CODEBUILD_BUILD_NUMBER', 'NONE'],
        'git-credential-helper': 'yes',
      },
      proxy: {},
      cache: {},
      phases: {
        install: { 'runtime-versions': { nodejs: '22' } },
        build: { commands: ['echo a hidden word', 'exit 4'], finally: ['echo last'] },
      },
    }),
  }),
  ['logs:FilterLogEvents', { logGroupName: 'own' }],
  ...run('all', {
    buildspecOverride: NOTHING,
    environmentTypeOverride: 'LINUX_GPU_CONTAINER',
    imageOverride: 'i',
    computeTypeOverride: 'BUILD_GENERAL1_LARGE',
    privilegedModeOverride: false,
    environmentVariablesOverride: [{ name: 'A', value: 'request', type: 'PLAINTEXT' }],
    sourceVersion: 'v2',
    timeoutInMinutesOverride: 8,
    queuedTimeoutInMinutesOverride: 9,
    encryptionKeyOverride: 'other',
    cacheOverride: { type: 'LOCAL', modes: ['LOCAL_SOURCE_CACHE'] },
    logsConfigOverride: {},
    artifactsOverride: { type: 'NO_ARTIFACTS' },
    secondaryArtifactsOverride: [],
    secondarySourcesOverride: [],
  }),
  // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ExportedEnvironmentVariable.html
  ...run('plain', {
    buildspecOverride: JSON.stringify({
      version: '0.2',
      env: {
        variables: { LONG: 'x'.repeat(32 * 1_024 + 1) },
        'exported-variables': ['LONG'],
      },
      phases: {},
    }),
  }),
  create('slow', {
    source: { type: 'NO_SOURCE', buildspec: SLEEPS },
    concurrentBuildLimit: 1,
    timeoutInMinutes: 5,
  }),
  start('slow'),
  start('slow', {}, 'refused'),
  reached('slow', 'BUILD'),
  ['BatchDeleteBuilds', given('slow')],
  ['BatchGetBuilds', given('slow')],
  { advanceSeconds: 299 },
  ['BatchGetBuilds', given('slow')],
  { advanceSeconds: 1 },
  ...ended('slow'),
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/slow' }],
  start('slow', {}, 'stopped'),
  reached('stopped', 'BUILD'),
  ['StopBuild', (answered) => ({ id: answered('stopped.build.arn') })],
  ...ended('stopped'),
  ['StopBuild', (answered) => ({ id: answered('stopped.build.id') })],
  ['ListBuilds'],
  ['ListBuilds', { sortOrder: 'ASCENDING' }],
  ['ListBuildsForProject', { projectName: 'slow' }],
  ['ListBuildsForProject', { projectName: `${ARN}:project/all`, sortOrder: 'ASCENDING' }],
  [
    'BatchDeleteBuilds',
    (answered) => ({ ids: [answered('slow.build.arn'), answered('all.build.id'), 'x:y'] }),
  ],
  ['ListBuilds'],
];

const JUNIT = `<testsuites><testsuite name="s">
<testcase classname="c" name="good" time="0.5"/><testcase name="goods" time="x"/>
<testcase name="bad" time="1"><failure message="no"/></testcase>
<testcase name="worse"><error message="oh"/></testcase><testcase name="left"><skipped/></testcase>
</testsuite></testsuites>`;
const SOURCE = {
  'good.xml': Buffer.from(
    '<testsuite><testcase name="one"/><testcase><skipped/></testcase></testsuite>',
  ),
  'a/junit.xml': Buffer.from(JUNIT),
  'a/b/deep.txt': Buffer.from('deep'),
  'a/no.log': Buffer.from('no'),
  'broken.xml': Buffer.from('<testsuite>'),
  'many.xml': Buffer.from(`<testsuite>${'<testcase name="n"/>'.repeat(501)}</testsuite>`),
};
const REPORTS = {
  // https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html: 5 MB.
  'largest.xml': Buffer.from('<testsuite/>'.padEnd(5 * 1_024 * 1_024)),
  'one.xml': SOURCE['good.xml'],
};
/** Entries have a time of day that the machine's time zone does not change. */
const archive = (files: Record<string, Uint8Array>) =>
  Buffer.from(zipSync(files, { mtime: new Date(1980, 0, 1) }));
const report = (as: string, index: number) => (answered: (path: string) => never) => ({
  reportArn: answered(`${as} ended.builds.0.reportArns.${index}`),
});
const toS3 = (more: object = {}) => ({
  type: 'S3',
  location: 'bucket',
  packaging: 'NONE',
  ...more,
});
const keys: Step = ['s3:ListObjectsV2', { Bucket: 'bucket', Prefix: 'out' }];

const reports: readonly Step[] = [
  ...role('build', 'logs:*', 's3:*', 'codebuild:*'),
  ...role('narrow', 'logs:*', 's3:GetObject', 'codebuild:CreateReport'),
  ['s3:CreateBucket', { Bucket: 'bucket' }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'in.zip', Body: archive(SOURCE) }],
  group('own'),
  builtFrom('tested', {
    version: '0.2',
    phases: {},
    reports: {
      all: { files: ['a/*.xml', 'good.xml'] },
      [`${ARN}:report-group/own`]: { files: ['good.xml'], 'file-format': 'JUNITXML' },
      other: { files: ['*'], 'file-format': 'CUCUMBERJSON' },
      broken: { files: ['broken.xml'] },
      many: { files: ['many.xml'], 'base-directory': '.' },
    },
  }),
  ...run('tested'),
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/tested' }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'large.zip', Body: archive(REPORTS) }],
  builtFrom('large', {
    version: '0.2',
    phases: {},
    reports: {
      largest: { files: ['largest.xml'] },
      larger: { files: ['*.xml'] },
    },
  }),
  ...run('large', { sourceLocationOverride: 'bucket/large.zip' }),
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/large', filterPattern: 'report' }],
  ['ListReportGroups'],
  ['BatchGetReports', (answered) => ({ reportArns: answered('tested ended.builds.0.reportArns') })],
  ['DescribeTestCases', report('tested', 0)],
  ...[
    { filter: { status: 'FAILED' } },
    { filter: { keyword: 'good' } },
    { filter: { status: 'SUCCEEDED', keyword: 'goods' } },
    { maxResults: 1 },
    { nextToken: '!' },
  ].map(
    (more): Step => [
      'DescribeTestCases',
      (answered) => ({ ...report('tested', 0)(answered), ...more }),
    ],
  ),
  [
    'DescribeTestCases',
    (answered) => ({ ...report('tested', 2)(answered), maxResults: 1 }),
    'page',
  ],
  [
    'DescribeTestCases',
    (answered) => ({
      ...report('tested', 2)(answered),
      maxResults: 1,
      nextToken: answered('page.nextToken'),
    }),
  ],
  ...run('tested', { serviceRoleOverride: roleOf('narrow') }, 'narrow'),
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/tested', filterPattern: 'authorized' }],
  ['ListReports'],
  ['ListReports', { filter: { status: 'SUCCEEDED' }, sortOrder: 'ASCENDING' }],
  ['ListReportsForReportGroup', { reportGroupArn: `${ARN}:report-group/own` }],
  ['DeleteReportGroup', { arn: `${ARN}:report-group/own` }],
  ['DeleteReport', (answered) => ({ arn: report('tested', 0)(answered).reportArn })],
  ['ListReports'],
  // https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html: 30 days.
  { advanceSeconds: 30 * 86_400 - 1.001 },
  ['ListReports'],
  { advanceSeconds: 0.001 },
  ['ListReports'],
  ['DeleteReportGroup', { arn: `${ARN}:report-group/own`, deleteReports: true }],
  ['ListReportGroups'],
];

const artifacts: readonly Step[] = [
  ...role('build', 'logs:*', 's3:*'),
  ...role('narrow', 'logs:*', 's3:GetObject'),
  ['s3:CreateBucket', { Bucket: 'bucket' }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'in.zip', Body: archive(SOURCE) }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'no.zip', Body: 'no zip' }],
  builtFrom(
    'zip',
    {
      version: '0.2',
      phases: {},
      artifacts: {
        files: ['**/*'],
        'base-directory': 'a',
        'exclude-paths': ['*.log'],
        'secondary-artifacts': { S: { files: ['a/**/*.txt'], 'discard-paths': 'yes' } },
      },
    },
    {
      artifacts: toS3({ packaging: 'ZIP', path: 'out/p', name: 'main.zip' }),
      secondaryArtifacts: [
        toS3({ name: '/', path: 'out/s', namespaceType: 'BUILD_ID', artifactIdentifier: 'S' }),
      ],
      secondarySources: [{ type: 'S3', location: 'bucket/in.zip', sourceIdentifier: 'Two' }],
    },
  ),
  ...run('zip'),
  keys,
  ['logs:FilterLogEvents', { logGroupName: '/aws/codebuild/zip' }],
  ...run('zip', { serviceRoleOverride: roleOf('narrow') }),
  ...run('zip', {
    secondaryArtifactsOverride: [toS3({ name: 'x', artifactIdentifier: 'Other' })],
  }),
  ...run('zip', { sourceLocationOverride: 'bucket/no.zip' }),
  ...run('zip', { sourceLocationOverride: 'bucket/none.zip' }),
  ...['{"files":["none"]}', '{"files":["*"],"base-directory":"../home"}'].flatMap((text) =>
    run('zip', { buildspecOverride: `{"version":"0.2","phases":{},"artifacts":${text}}` }),
  ),
  ...run('zip', { buildspecOverride: NOTHING }),
  ...run('zip', { artifactsOverride: { type: 'NO_ARTIFACTS' } }),
];

/** Of an account that is nearly full, and of a project with more builds than are kept. */
const limits: readonly Step[] = [
  ...role('build', 'logs:*'),
  create('last'),
  create('more'),
  start('last'),
  ['BatchGetBuilds', { ids: ['last:0', 'last:1'] }],
];
const SETTINGS: BuildRecord['settings'] = {
  source: { type: 'NO_SOURCE' },
  secondarySources: [],
  artifacts: { type: 'NO_ARTIFACTS' },
  secondaryArtifacts: [],
  environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
  variables: [],
  logs: {},
  serviceRole: roleOf('build'),
  timeoutMinutes: 60,
  queuedMinutes: 480,
  encryptionKey: 'key',
};
function fill(cloud: Cloud): void {
  const store = new CodeBuildStore(cloud);
  const content: CreateProjectInput = {
    name: 'p',
    source: { type: 'NO_SOURCE', buildspec: NOTHING },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: SETTINGS.environment,
    serviceRole: roleOf('build'),
  };
  for (let index = 0; index < MAX_PROJECTS - 1; index += 1) {
    const name = `p${index}`;
    store.projects.put(name, { name, content, created: 0, lastModified: 0, buildCount: 0 });
  }
  for (let number = 0; number <= KEPT_BUILDS; number += 1) store.putBuild(endedBuild(number));
}
const endedBuild = (number: number): BuildRecord => ({
  id: `last:${number}`,
  project: 'last',
  number,
  initiator: 'root',
  settings: SETTINGS,
  status: 'SUCCEEDED',
  currentPhase: 'COMPLETED',
  phases: [],
  startedAt: number,
  endedAt: number + 1_999,
  exported: [],
  uploaded: [],
  reportArns: [],
});

const EVENT_FORMAT = { depth: Infinity, breakLength: Infinity, compact: true };

/** What a service publishes goes to this list. */
function listener(events: ServiceEvent[]): ServiceFactory {
  return () => ({
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onEvent: (event) => void events.push(event),
  });
}

// https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Operations.html
describe('AWS CodeBuild answers as in the transcript of', () => {
  it.each(
    Object.entries({
      projects,
      'report-groups': reportGroups,
      refusals,
      builds,
      reports,
      artifacts,
      limits,
    }),
  )('%s', async (name, steps) => {
    const events: ServiceEvent[] = [];
    const factories = [
      createCodeBuildService,
      createIamService,
      createStsService,
      createLogsService,
      createS3Service,
      createSsmService,
      listener(events),
    ];
    const transcript = await transcriptOf('codebuild', factories, steps, {
      ...(name === 'limits' && { prepare: fill }),
    });

    // The events of the builds are at the end of their transcript.
    const published = events
      .filter(({ source }) => name === 'builds' && source === 'aws.codebuild')
      .map((event) => `event ${inspect(event, EVENT_FORMAT)}\n`);
    const whole = withNumberedIds(transcript + published.join(''));
    await expect(whole).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
