import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CfnRole, Policy, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineConfig } from '../../definition/index.ts';
import { projectParameterSchema } from '../../events/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { addStacks } from '../app.ts';
import { ProjectStack } from '../project-stack.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { abaloneInContainers, abaloneOnLambda } from '../testing/served-projects.testing.ts';
import { findErrors } from '../warnings.ts';

const region = 'eu-west-1';
const accounts = { dev: '111111111111', prod: '222222222222' } as const;

let app: App;
let dev: Template;
let prod: Template;

const stackOf = (environment: string) =>
  app.node.findChild(environment).node.findChild(`stepmill-${environment}-abalone`) as ProjectStack;

beforeAll(() => {
  app = new App({ outdir: makeTemporaryFolder('handover'), context: { console: false } });
  const config = defineConfig({
    environments: {
      dev: { account: accounts.dev, region, promotesTo: 'prod' },
      prod: { account: accounts.prod, region, serving: { abalone: { instanceCount: 2 } } },
    },
  });
  addStacks(app, [abalone], { console: true, config });
  app.synth();
  dev = Template.fromStack(stackOf('dev'));
  prod = Template.fromStack(stackOf('prod'));
});

/** The account of another environment, and of its roles one. */
function roleOf(environment: keyof typeof accounts, name: string) {
  const arn = (resource: string) => ({
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, `:iam::${accounts[environment]}:${resource}`],
    ],
  });
  return {
    Effect: 'Allow',
    Principal: { AWS: arn('root') },
    Condition: { ArnEquals: { 'aws:PrincipalArn': arn(`role/${name}`) } },
  };
}

const reader = roleOf('prod', `prod--abalone-handover-${region}`);
const forwarder = roleOf('dev', `abalone-approvals-${region}`);

/** The properties of the resources of a type; of those that have a property, where it is named. */
function propertiesOf(template: Template, type: string): Record<string, unknown>[] {
  return Object.values(template.findResources(type)).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );
}

function statementsOf(properties: Record<string, unknown> = {}, field: string): unknown[] {
  return (properties[field] as { readonly Statement: unknown[] }).Statement;
}

interface EcrStatement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What a role of prod may do with images. */
function ecrStatementsOf(role: string): readonly EcrStatement[] {
  const policy = propertiesOf(prod, 'AWS::IAM::Policy').find(({ PolicyName }) =>
    String(PolicyName).startsWith(role),
  );
  return statementsOf(policy, 'PolicyDocument').filter((statement) =>
    /"ecr:(?!GetAuth)/.test(JSON.stringify(statement)),
  ) as EcrStatement[];
}

/** What the parameter of a project says of its handovers. */
function handoverIn(template: Template): unknown {
  const [{ Value } = {}] = propertiesOf(template, 'AWS::SSM::Parameter');
  const text = (Value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : 'REFERENCE'))
    .join('');
  return projectParameterSchema.parse(JSON.parse(text)).handover;
}

const roleArn = (account: string, name: string) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:role/${name}`]],
});

describe('the environment that models leave', () => {
  it('lets one role of the next account describe packages of the group', () => {
    const [group] = propertiesOf(dev, 'AWS::SageMaker::ModelPackageGroup');

    expect(statementsOf(group, 'ModelPackageGroupPolicy')).toEqual([
      {
        ...reader,
        Sid: 'Handover',
        Action: 'sagemaker:DescribeModelPackage',
        Resource: ['AbaloneModelPackageGroup', 'abalonemodelpackagegroup'].map(
          (name) =>
            expect.objectContaining({
              'Fn::Join': [
                '',
                expect.arrayContaining([
                  `:sagemaker:${region}:${accounts.dev}:model-package/${name}/*`,
                ]),
              ],
            }) as unknown,
        ),
      },
    ]);
  });

  it('lets it list the bucket and read runs, and nothing else', () => {
    const [policy] = propertiesOf(dev, 'AWS::S3::BucketPolicy');
    const granted = statementsOf(policy, 'PolicyDocument').filter((statement) =>
      JSON.stringify(statement).includes(accounts.prod),
    );

    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^StorageBucket/), 'Arn'] };
    expect(granted).toEqual([
      {
        ...reader,
        Sid: 'HandoverObjects',
        Action: 's3:GetObject',
        Resource: { 'Fn::Join': ['', [bucket, '/runs/abalone/*']] },
      },
      { ...reader, Sid: 'HandoverList', Action: 's3:ListBucket', Resource: bucket },
    ]);
  });

  it('has a repository of images with immutable tags, which one role of the next account pulls', () => {
    const [repository] = propertiesOf(dev, 'AWS::ECR::Repository');

    expect(repository).toMatchObject({
      RepositoryName: 'abalone/models',
      ImageTagMutability: 'IMMUTABLE',
    });
    expect(statementsOf(repository, 'RepositoryPolicyText')).toEqual([
      {
        ...roleOf('prod', 'prod--abalone-handover-images'),
        Sid: 'Handover',
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      },
    ]);
  });

  it('forwards approvals, and no rejections, to the bus of the next one', () => {
    const rule = propertiesOf(dev, 'AWS::Events::Rule').find(
      ({ Name }) => Name === 'abalone-handover',
    );

    expect(rule).toMatchObject({
      EventPattern: {
        source: ['aws.sagemaker'],
        detail: {
          ModelPackageGroupName: ['AbaloneModelPackageGroup'],
          ModelApprovalStatus: ['Approved'],
        },
      },
      Targets: [
        {
          Arn: {
            'Fn::Join': [
              '',
              [
                'arn:',
                { Ref: 'AWS::Partition' },
                `:events:${region}:${accounts.prod}:event-bus/prod--abalone-handover`,
              ],
            ],
          },
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^HandoverExitForward/), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: {
            Arn: { 'Fn::GetAtt': [expect.stringMatching(/^StorageDeadLetters/), 'Arn'] },
          },
        },
      ],
    });
    const { AssumeRolePolicyDocument, RoleName } =
      propertiesOf(dev, 'AWS::IAM::Role').find(({ RoleName: name }) => name !== undefined) ?? {};
    expect(RoleName).toBe(`abalone-approvals-${region}`);
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': accounts.dev } },
        },
      ],
    });
  });

  it('tells commands where approved models go, and where they come from', () => {
    expect(handoverIn(dev)).toEqual({
      to: { environment: 'prod', account: accounts.prod, approval: true },
    });
    expect(handoverIn(prod)).toEqual({
      from: { environment: 'dev', account: accounts.dev, stateMachineArn: 'REFERENCE' },
    });
  });

  it('takes models from nowhere', () => {
    expect(propertiesOf(dev, 'AWS::Events::EventBus')).toEqual([]);
    expect(JSON.stringify(dev.toJSON())).not.toContain('HandoverEntry');
  });
});

describe('the environment that models come to', () => {
  it('has a bus of its own, to which one role of the environment before may send', () => {
    const [policy] = propertiesOf(prod, 'AWS::Events::EventBusPolicy');

    expect(propertiesOf(prod, 'AWS::Events::EventBus')).toMatchObject([
      { Name: 'prod--abalone-handover' },
    ]);
    expect(policy).toMatchObject({
      EventBusName: { Ref: expect.stringMatching(/^HandoverEntryBus/) as unknown },
      Statement: { ...forwarder, Action: 'events:PutEvents' },
    });
  });

  it('starts a handover with approvals of that account only', () => {
    const rule = propertiesOf(prod, 'AWS::Events::Rule').find(
      ({ Name }) => Name === 'prod--abalone-arrival',
    );

    expect(rule).toMatchObject({
      EventBusName: { Ref: expect.stringMatching(/^HandoverEntryBus/) as unknown },
      EventPattern: {
        account: [accounts.dev],
        detail: { ModelPackageGroupName: ['AbaloneModelPackageGroup'] },
      },
    });
  });

  it('is alarmed by the metric of its bus, which has no value under the name of the rule alone', () => {
    // `Ref` of such a rule is `bus|rule`: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    const alarms = propertiesOf(prod, 'AWS::CloudWatch::Alarm').filter(({ Dimensions }) =>
      JSON.stringify(Dimensions ?? []).includes('prod--abalone-arrival'),
    );

    expect(alarms).toMatchObject([
      {
        MetricName: 'FailedInvocations',
        Dimensions: [
          { Name: 'EventBusName', Value: { Ref: expect.stringMatching(/^HandoverEntryBus/) } },
          { Name: 'RuleName', Value: 'prod--abalone-arrival' },
        ],
      },
    ]);
  });

  it('reads buckets of that account only', () => {
    const role = propertiesOf(prod, 'AWS::IAM::Policy').find(({ PolicyName }) =>
      String(PolicyName).startsWith('HandoverEntryWorkflowRole'),
    );
    const foreign = statementsOf(role, 'PolicyDocument').filter((statement) =>
      JSON.stringify(statement).includes(':s3:::*'),
    );

    expect(foreign).toHaveLength(2);
    for (const statement of foreign) {
      expect(statement).toMatchObject({
        Condition: { StringEquals: { 'aws:ResourceAccount': accounts.dev } },
      });
    }
  });

  it('copies images of one repository into one of its own, from which its models are served', () => {
    const own = { 'Fn::GetAtt': [expect.stringMatching(/^ModelImagesRepository/), 'Arn'] };

    const [read, write, ...others] = ecrStatementsOf('ModelImagesCopyImageRole');
    expect(read?.Action).toEqual(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']);
    expect(JSON.stringify(read?.Resource)).toContain(
      `:ecr:${region}:${accounts.dev}:repository/abalone/models`,
    );
    expect(write).toEqual({
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:CompleteLayerUpload',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      Resource: own,
    });
    expect(others).toEqual([]);
    expect(ecrStatementsOf('JobRolesServing')).toContainEqual({
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: own,
    });
  });

  it('lets nobody read its own packages and runs', () => {
    expect(propertiesOf(prod, 'AWS::SageMaker::ModelPackageGroup')[0]).not.toHaveProperty(
      'ModelPackageGroupPolicy',
    );
    expect(JSON.stringify(propertiesOf(prod, 'AWS::S3::BucketPolicy'))).not.toContain(
      'arn:aws:iam',
    );
    expect(propertiesOf(prod, 'AWS::ECR::Repository')[0]).not.toHaveProperty(
      'RepositoryPolicyText',
    );
  });

  it('has alarms on the handover, and on its rule', () => {
    const alarms = JSON.stringify(propertiesOf(prod, 'AWS::CloudWatch::Alarm'));

    expect(alarms).toMatch(/prod--abalone-arrival/);
    expect(alarms).toMatch(/HandoverEntryWorkflow/);
  });
});

it('may lie between two others', () => {
  const place = (environment: keyof typeof accounts) => ({
    environment,
    account: accounts[environment],
    region,
  });

  const stack = new ProjectStack(new App(), 'stepmill-staging-abalone', {
    env: { account: '333333333333', region },
    project: abalone,
    environment: 'staging',
    retain: false,
    neighbors: {
      from: place('dev'),
      to: { ...place('prod'), approval: true },
      approval: true,
    },
  });

  expect(stack.node.children.map(({ node }) => node.id)).toEqual(
    expect.arrayContaining(['HandoverEntry', 'HandoverExit']),
  );
});

/** How many records a handover copies. */
function limitOf(template: Template): string | undefined {
  const machines = JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine'));
  return /\$total > (\d+)/.exec(machines)?.[1];
}

/** Which roles of other accounts a bucket lets read archives. */
function readersOf(template: Template): unknown[] {
  const [policy] = propertiesOf(template, 'AWS::S3::BucketPolicy');
  return statementsOf(policy, 'PolicyDocument').filter(
    (statement) => (statement as { readonly Sid?: string }).Sid?.startsWith('Shared') === true,
  );
}

describe('archives that are shared along three environments', () => {
  const places = {
    dev: { account: accounts.dev, region, encryption: 'kms', promotesTo: 'staging' },
    // What trains on Lambda is encrypted as the bucket says.
    staging: {
      account: '333333333333',
      region,
      encryption: 's3',
      compute: 'lambda',
      promotesTo: 'prod',
    },
    prod: { account: accounts.prod, region, serving: { abalone: { instanceCount: 2 } } },
  } as const;
  let shared: Readonly<Record<keyof typeof places, Template>>;

  beforeAll(() => {
    const outdir = makeTemporaryFolder('handover');
    const both = new App({ outdir, context: { console: false } });
    const config = defineConfig({ environments: places, handover: 'share' });
    addStacks(both, [abalone], { console: true, config });
    both.synth();
    const of = (environment: keyof typeof places) => {
      const stage = both.node.findChild(environment);
      expect(stage.node.validate()).toEqual([]);
      expect(findErrors(stage)).toEqual([]);
      return Template.fromStack(
        stage.node.findChild(`stepmill-${environment}-abalone`) as ProjectStack,
      );
    };
    shared = { dev: of('dev'), staging: of('staging'), prod: of('prod') };
  });

  const namesOf = (environment: keyof typeof places) =>
    [
      ...[`-handover-${region}`, '-handover-promotion', '-handover-serve', '-handover-train'],
      ...['-handover-evaluate', '-handover-compare', '-handover-score', '-handover-explain'],
    ].map((end) => `${environment}--abalone${end}`);

  it('are read by named roles of every environment after the one that has them, and by nothing else', () => {
    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^StorageBucket/), 'Arn'] };
    const readers = (environment: keyof typeof places) => {
      const arn = (resource: string) => ({
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, `:iam::${places[environment].account}:${resource}`],
        ],
      });
      const common = {
        Effect: 'Allow',
        Principal: { AWS: arn('root') },
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': namesOf(environment).map((name) => arn(`role/${name}`)),
          },
        },
      };
      return [
        {
          ...common,
          Sid: `SharedArchivesOf${environment}`,
          Action: 's3:GetObject',
          Resource: { 'Fn::Join': ['', [bucket, '/runs/abalone/*/model.tar.gz']] },
        },
        { ...common, Sid: `SharedListOf${environment}`, Action: 's3:ListBucket', Resource: bucket },
      ];
    };

    expect(readersOf(shared.dev)).toEqual([...readers('staging'), ...readers('prod')]);
    expect(readersOf(shared.staging)).toEqual(readers('prod'));
    expect(readersOf(shared.prod)).toEqual([]);
  });

  it('are opened with the key of their bucket, through S3, by those who read them', () => {
    const [key] = propertiesOf(shared.dev, 'AWS::KMS::Key');
    const bySid = new Map(
      (statementsOf(key, 'KeyPolicy') as readonly { readonly Sid?: string }[]).map((statement) => [
        statement.Sid,
        statement,
      ]),
    );
    const readers = (sid: string) =>
      (
        readersOf(shared.dev) as readonly { readonly Sid: string; readonly Condition: object }[]
      ).find(({ Sid }) => Sid === sid);
    const ViaService = {
      'Fn::Join': ['', [`s3.${region}.`, { Ref: 'AWS::URLSuffix' }]],
    };

    expect([...bySid.keys()].slice(1)).toEqual(['Handover', 'SharedOfstaging', 'SharedOfprod']);
    for (const environment of ['staging', 'prod'] as const) {
      const reading = readers(`SharedArchivesOf${environment}`);
      expect(bySid.get(`SharedOf${environment}`)).toEqual({
        ...reading,
        Sid: `SharedOf${environment}`,
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': namesOf(environment)
              .filter((name) => /-(serve|train|evaluate|compare|score|explain)$/.test(name))
              .map((name) => roleArn(places[environment].account, name)),
          },
          StringEquals: { 'kms:ViaService': ViaService },
        },
      });
    }
    for (const environment of ['staging', 'prod'] as const) {
      const using = propertiesOf(shared[environment], 'AWS::IAM::Policy')
        .flatMap((policy) => statementsOf(policy, 'PolicyDocument'))
        .filter((statement) => JSON.stringify(statement).includes('kms:'));
      // Serve, evaluate, compare; in staging the handover as well, whose records are under the key.
      expect(using).toHaveLength(environment === 'staging' ? 4 : 3);
      expect(new Set(using.map((statement) => JSON.stringify(statement)))).toHaveLength(1);
      expect(using[0]).toEqual({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, `:kms:${region}:${accounts.dev}:key/*`],
          ],
        },
        Condition: { StringEquals: { 'kms:ViaService': ViaService } },
      });
    }
  });

  it('are beside at most 1,000 records where these have checksums alone in common with their copies', () => {
    expect([limitOf(shared.staging), limitOf(shared.prod)]).toEqual(['1000', '1500']);
  });

  it('are encrypted with keys of S3 where no other is chosen', () => {
    for (const template of [shared.staging, shared.prod]) {
      const [bucket] = propertiesOf(template, 'AWS::S3::Bucket');
      expect(bucket).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
          ],
        },
      });
      expect(JSON.stringify(template.toJSON())).not.toMatch(/aws:kms|AWS::KMS::/);
    }
  });

  it.each([
    ['a function', abaloneOnLambda, 'ModelFunction/Role'],
    ['containers', abaloneInContainers, 'ModelService/TaskRole'],
  ])('are read by the models of %s', (_place, project, path) => {
    const from = { environment: 'dev', account: accounts.dev, region };
    const stack = new ProjectStack(new App(), 'stepmill-prod-abalone', {
      env: { account: accounts.prod, region },
      project,
      environment: 'prod',
      retain: false,
      neighbors: { from, approval: true, shared: { before: [from], after: [] } },
    });

    const role = path
      .split('/')
      .reduce<Construct>((scope, id) => scope.node.findChild(id), stack) as Role;
    expect((role.node.defaultChild as CfnRole).roleName).toBe('prod--abalone-handover-serve');
    const policy = role.node.findChild('DefaultPolicy') as Policy;
    expect(JSON.stringify(stack.resolve(policy.document.toJSON()))).toContain(
      ':s3:::*/runs/abalone/*/model.tar.gz',
    );
  });

  it('may be read by the roles that need a model, of the accounts before only', () => {
    const readersIn = (environment: keyof typeof places) => {
      const template = shared[environment];
      const roles = Object.entries(template.findResources('AWS::IAM::Role'));
      const policies = propertiesOf(template, 'AWS::IAM::Policy');
      return policies
        .filter((policy) => JSON.stringify(policy).includes(':s3:::*/runs/abalone/*/model.tar.gz'))
        .map((policy) => {
          const [{ Ref: role }] = policy['Roles'] as [{ readonly Ref: string }];
          const [, { Properties }] = roles.find(([id]) => id === role) ?? ['', {}];
          const read = statementsOf(policy, 'PolicyDocument').filter((statement) =>
            JSON.stringify(statement).includes('*/model.tar.gz'),
          );
          const foreign = read.find((each) => JSON.stringify(each).includes(':s3:::*'));
          return [
            (Properties as { readonly RoleName: string }).RoleName,
            (foreign as { readonly Condition: unknown }).Condition,
          ];
        });
    };
    const expected = (environment: keyof typeof places, from: readonly string[]) =>
      [
        ...['compare', 'evaluate', 'promotion', 'serve', region].map(
          (end) => `${environment}--abalone-handover-${end}`,
        ),
      ].map((name) => [name, { StringEquals: { 'aws:ResourceAccount': from } }]);

    expect(new Map(readersIn('staging') as [string, unknown][])).toEqual(
      new Map(expected('staging', [accounts.dev]) as [string, unknown][]),
    );
    expect(new Map(readersIn('prod') as [string, unknown][])).toEqual(
      new Map(expected('prod', [places.staging.account, accounts.dev]) as [string, unknown][]),
    );
    expect(readersIn('dev')).toEqual([]);
  });

  it('and so are images, by what copies, serves and scores', () => {
    const [repository] = propertiesOf(shared.dev, 'AWS::ECR::Repository');
    const statements = statementsOf(repository, 'RepositoryPolicyText');

    expect(statements).toHaveLength(2);
    for (const [index, environment] of (['staging', 'prod'] as const).entries()) {
      const granted = JSON.stringify(statements[index]);
      expect([...granted.matchAll(/role\/([a-z-]+)/g)].map(([, name]) => name)).toEqual(
        ['images', 'serve', 'score'].map((end) => `${environment}--abalone-handover-${end}`),
      );
    }
    expect(JSON.stringify(propertiesOf(shared.prod, 'AWS::IAM::Policy'))).not.toContain(
      'ecr:PutImage',
    );
    const [ofStaging] = propertiesOf(shared.staging, 'AWS::ECR::Repository');
    expect(JSON.stringify(ofStaging)).not.toContain(places.dev.account);
  });
});
