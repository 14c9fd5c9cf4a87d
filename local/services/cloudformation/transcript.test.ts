import { describe, expect, it } from 'vitest';
import { type StackRecord, stackTable } from '../../provision/index.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createCloudFormationService } from './index.ts';

const topic = (TopicName: string, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName },
  ...more,
});
const BAD_QUEUE = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'not a name' } };
const body = (Resources: object, more: object = {}) => JSON.stringify({ Resources, ...more });
const ONE = body({ One: topic('one') });
const plan = (StackName: string, TemplateBody: string | undefined, more: object = {}): Step => [
  'CreateChangeSet',
  { StackName, ChangeSetName: 'change', ChangeSetType: 'CREATE', TemplateBody, ...more },
  StackName,
];
const update = (StackName: string, TemplateBody: string | undefined, more: object = {}): Step =>
  plan(StackName, TemplateBody, { ChangeSetType: 'UPDATE', ...more });
const named = (StackName: string) => ({ StackName, ChangeSetName: 'change' });
const execute = (StackName: string): readonly Step[] => [
  { advanceSeconds: 1 },
  ['ExecuteChangeSet', named(StackName)],
  {
    until: ['DescribeStacks', { StackName }],
    fulfils: ({ Stacks: [stack] = [] }: { Stacks?: readonly { StackStatus: string }[] }) =>
      stack?.StackStatus.endsWith('_IN_PROGRESS') === false,
  },
  ['DescribeStacks', { StackName }],
  ['DescribeStackEvents', { StackName }],
];
const create = (StackName: string, template: string, more: object = {}): readonly Step[] => [
  plan(StackName, template, more),
  ...execute(StackName),
];

const WITH_PARAMETERS = body(
  { One: topic('made-one', { Properties: { TopicName: { 'Fn::Sub': '${Prefix}-one' } } }) },
  {
    Parameters: {
      Prefix: { Type: 'String', Default: 'made', Description: 'd' },
      Count: { Type: 'Number', Default: 1 },
      Needed: { Type: 'String' },
    },
    Outputs: {
      Topic: { Value: { Ref: 'One' }, Export: { Name: 'made-topic' }, Description: 'the topic' },
      Plain: { Value: 'text' },
    },
  },
);
const GIVEN = {
  Parameters: [
    { ParameterKey: 'Needed', ParameterValue: 'x' },
    { ParameterKey: 'Prefix', ParameterValue: 'own' },
  ],
  Tags: [{ Key: 'k', Value: 'v' }],
  Capabilities: ['CAPABILITY_IAM'],
};
const KEPT = {
  UsePreviousTemplate: true,
  Parameters: [
    { ParameterKey: 'Needed', UsePreviousValue: true },
    { ParameterKey: 'Prefix', UsePreviousValue: true },
  ],
};

const changes: readonly Step[] = [
  ['ListStacks'],
  ['ListChangeSets', { StackName: 'made' }],
  ['DescribeStacks', { StackName: 'made' }],
  ['DescribeStackEvents', { StackName: 'made' }],
  ['DescribeChangeSet', named('made')],
  ['ExecuteChangeSet', named('made')],
  ['DeleteChangeSet', named('made')],
  plan('made', WITH_PARAMETERS, GIVEN),
  plan('made', WITH_PARAMETERS, GIVEN),
  plan('made', ONE, { ChangeSetName: 'other' }),
  ['ListChangeSets', { StackName: 'made' }],
  ['DeleteChangeSet', { StackName: 'made', ChangeSetName: 'other' }],
  ['DeleteChangeSet', { StackName: 'other', ChangeSetName: 'change' }],
  ['DescribeChangeSet', named('made')],
  ['DescribeChangeSet', (answered) => ({ ChangeSetName: answered('made.Id') })],
  ['DescribeChangeSet', { ChangeSetName: 'change' }],
  ['DescribeStackEvents', { StackName: 'made' }],
  ['GetTemplate', { StackName: 'made' }],
  ['GetTemplateSummary', { StackName: 'made' }],
  ...execute('made'),
  ['ListChangeSets', { StackName: 'made' }],
  ['GetTemplate', { StackName: 'made' }],
  ['GetTemplateSummary', { StackName: 'made' }],
  plan('made', ONE),
  update('made', undefined, KEPT),
  ['DescribeChangeSet', named('made')],
  ['ExecuteChangeSet', named('made')],
  ['DeleteChangeSet', named('made')],
  ...[{ Outputs: {} }, {}].flatMap((more): readonly Step[] => [
    update('made', JSON.stringify({ ...JSON.parse(WITH_PARAMETERS), ...more }), {
      Parameters: [{ ParameterKey: 'Needed', ParameterValue: 'x' }],
    }),
    ['DescribeChangeSet', named('made')],
    ['DeleteChangeSet', named('made')],
  ]),
  update('made', body({ Two: topic('made-two'), One: topic('own-one') })),
  ['DescribeChangeSet', named('made')],
  ...execute('made'),
  update('made', body({ Two: topic('made-two'), Bad: { ...BAD_QUEUE, DependsOn: 'Two' } })),
  ['DescribeChangeSet', named('made')],
  ...execute('made'),
  ['GetTemplate', { StackName: 'made' }],
  ['ListStackResources', { StackName: 'made' }],
  update('none', ONE),
  plan('none', ONE, { ChangeSetType: 'IMPORT' }),
  ...create('broken', body({ One: topic('broken-one'), Bad: { ...BAD_QUEUE, DependsOn: 'One' } })),
  ['sns:ListTopics'],
  ['DeleteStack', { StackName: 'made' }],
  {
    until: ['ListStacks', {}],
    fulfils: ({ StackSummaries = [] }: { StackSummaries?: readonly { StackName: string }[] }) =>
      !StackSummaries.some(({ StackName }) => StackName === 'made'),
  },
  ['DescribeStackEvents', (answered) => ({ StackName: answered('made.StackId') })],
  ['sns:ListTopics'],
  plan('planned', ONE),
  ['DescribeStacks', { StackName: 'planned' }],
  ['DeleteStack', { StackName: 'planned' }],
  ['DescribeStacks', { StackName: 'planned' }],
  ['DeleteStack', { StackName: 'none' }],
];

const ROLE = (Properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: {}, ...Properties },
});
const S3 = 's3.us-east-1.amazonaws.com';
const templates: readonly Step[] = [
  ['s3:CreateBucket', { Bucket: 'bucket' }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'a b.json', Body: WITH_PARAMETERS }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'large.json', Body: 'x'.repeat(1_048_577) }],
  ['s3:PutObject', { Bucket: 'bucket', Key: 'most.json', Body: `"${'x'.repeat(1_048_574)}"` }],
  ...[
    `https://${S3}/bucket/a%20b.json`,
    `https://bucket.${S3}/a%20b.json`,
    'https://bucket.s3-us-west-2.amazonaws.com/a%20b.json',
    `https://${S3}/bucket/none.json`,
    `https://${S3}/bucket/large.json`,
    `https://${S3}/bucket/most.json`,
    `https://${S3}/bucket`,
    `https://${S3}//key`,
    'bucket/key',
  ].map((TemplateURL): Step => ['ValidateTemplate', { TemplateURL }]),
  ['ValidateTemplate'],
  ...[
    ONE,
    '{"Resources":[',
    '{"Resources":{"A":{"Type":"T"}},"Resources":{}}',
    'Resources: {A: {Type: !Ref B}}',
    'text',
    '[]',
    '{}',
    '{"Resources":{"A":{}}}',
    `Resources: {A: &a {Type: T}, ${Array.from({ length: 101 }, (_, index) => `B${index}: *a`).join(', ')}}`,
    `Resources: {A: &a {Type: T}, ${Array.from({ length: 99 }, (_, index) => `B${index}: *a`).join(', ')}}`,
  ].map((TemplateBody): Step => ['ValidateTemplate', { TemplateBody }]),
  ['GetTemplateSummary', { TemplateBody: WITH_PARAMETERS }],
  ['GetTemplateSummary', { TemplateBody: body({ A: topic('a'), B: topic('b'), R: ROLE() }) }],
  ['GetTemplateSummary', { StackName: 'none' }],
  ['GetTemplate', { StackName: 'none' }],
  ...[[], ['CAPABILITY_IAM'], ['CAPABILITY_AUTO_EXPAND'], ['CAPABILITY_NAMED_IAM']].flatMap(
    (Capabilities) => [
      plan(`unnamed-${Capabilities[0]?.length ?? 0}`, body({ R: ROLE() }), { Capabilities }),
      plan(`named-${Capabilities[0]?.length ?? 0}`, body({ R: ROLE({ RoleName: 'r' }) }), {
        Capabilities,
      }),
    ],
  ),
  plan('no-properties', body({ R: { Type: 'AWS::IAM::Group' } })),
];

const at = Date.UTC(2026, 10, 20);
const resource = (logicalId: string, appliedAt: number) => ({
  logicalId,
  type: 'AWS::S3::Bucket',
  digest: 'd',
  appliedAt,
  physicalId: `${logicalId.toLowerCase()}-bucket`,
  attributes: {},
});
const STACK: StackRecord = {
  stackName: 'whole',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/whole/1',
  status: 'UPDATE_COMPLETE',
  digest: 'd',
  createdAt: at,
  updatedAt: at + 1_000,
  resources: [resource('Data', at), resource('Other', at + 1_000)],
  outputs: [
    { key: 'Bucket', value: 'data-bucket', exportName: 'data' },
    { key: 'Text', value: 'text', description: 'a text' },
  ],
  notEmulated: ['Data.Encryption', 'Other.Encryption'],
};
/** Stacks of the runtime's start. */
const stacks: readonly Step[] = [
  ...[
    {},
    { StackName: 'whole' },
    { StackName: STACK.stackId },
    { StackName: 'plain' },
    { StackName: 'none' },
  ].map((input): Step => ['DescribeStacks', input]),
  ...[undefined, [], ['CREATE_COMPLETE'], ['CREATE_COMPLETE', 'UPDATE_COMPLETE']].map(
    (StackStatusFilter): Step => ['ListStacks', { StackStatusFilter }],
  ),
  ['ListExports'],
  ...[
    { StackName: 'whole' },
    { StackName: STACK.stackId, LogicalResourceId: 'Data' },
    { StackName: 'whole', LogicalResourceId: 'None' },
    { PhysicalResourceId: 'other-bucket' },
    { PhysicalResourceId: 'none' },
    { StackName: 'none' },
  ].map((input): Step => ['DescribeStackResources', input]),
  ...['Data', 'None'].map(
    (LogicalResourceId): Step => [
      'DescribeStackResource',
      { StackName: 'whole', LogicalResourceId },
    ],
  ),
  ['DescribeStackResource', { StackName: 'none', LogicalResourceId: 'Data' }],
  ['ListStackResources', { StackName: 'whole' }],
  ['ListStackResources', { StackName: 'none' }],
  ['DescribeStackEvents', { StackName: 'whole' }],
  ['GetTemplate', { StackName: 'whole' }],
  ['GetTemplateSummary', { StackName: 'whole' }],
  ...[true, false].map(
    (EnableTerminationProtection): Step => [
      'UpdateTerminationProtection',
      { StackName: 'whole', EnableTerminationProtection },
    ],
  ),
  update('whole', body({ Data: topic('data') })),
  ['DescribeChangeSet', named('whole')],
  ['DescribeStacks', { StackName: 'whole' }],
];

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
describe('CloudFormation answers as in the transcript of', () => {
  it.each(Object.entries({ changes, templates, stacks }))('%s', async (name, steps) => {
    const factories = [
      createCloudFormationService,
      createIamService,
      createStsService,
      createS3Service,
      createSnsService,
      createSqsService,
    ];
    const transcript = await transcriptOf('cloudformation', factories, steps, {
      prepare(cloud) {
        if (name !== 'stacks') return;
        stackTable(cloud).put(STACK.stackName, STACK);
        const plain = { ...STACK, stackName: 'plain', outputs: [], notEmulated: [] };
        stackTable(cloud).put('plain', { ...plain, status: 'CREATE_COMPLETE' });
      },
    });

    await expect(withNumberedIds(transcript)).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
