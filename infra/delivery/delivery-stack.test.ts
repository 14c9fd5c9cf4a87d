import { beforeAll, describe, expect, it } from 'vitest';
import {
  configOf,
  connected,
  findResources,
  type SynthesizedDelivery,
  synthesizeDelivery,
} from './delivery.testing.ts';

let made: SynthesizedDelivery;
let ofCodeCommit: SynthesizedDelivery;

beforeAll(() => {
  made = synthesizeDelivery();
  ofCodeCommit = synthesizeDelivery(configOf({ source: { codecommit: 'models' } }));
});

/** The one pipeline of a stack. */
function pipelineOf(delivery: SynthesizedDelivery) {
  const [pipeline] = findResources(delivery, 'AWS::CodePipeline::Pipeline');
  return pipeline;
}

interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly Configuration: Readonly<Record<string, string>>;
  readonly RoleArn: unknown;
}

interface Stage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}

function findStage(delivery: SynthesizedDelivery, name: string) {
  return pipelineOf(delivery).Stages.find((stage: Stage) => stage.Name === name);
}

function findAction(delivery: SynthesizedDelivery, name: string): Action | undefined {
  return pipelineOf(delivery)
    .Stages.flatMap(({ Actions }: Stage) => Actions)
    .find((action: Action) => action.Name === name);
}

/** A step's project of CodeBuild. */
function findProject(delivery: SynthesizedDelivery, step: string) {
  return findResources(delivery, 'AWS::CodeBuild::Project').find(
    ({ Name }) => Name === `stepmill-delivery-${step}`,
  );
}

/** The statements of the policies of a role, by its name. */
function statementsOf(delivery: SynthesizedDelivery, roleName: string) {
  const roles = Object.entries(delivery.template.Resources);
  const [id] = roles.find(([, { Properties }]) => Properties?.RoleName === roleName) ?? [];
  return findResources(delivery, 'AWS::IAM::Policy')
    .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref === id))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

it('has no finding without a reason, with any source', () => {
  expect(made.findings).toEqual([]);
  expect(ofCodeCommit.findings).toEqual([]);
});

it('leads from the source to production, step by step', () => {
  const steps = pipelineOf(made).Stages.map(({ Name, Actions }: Stage) => [
    Name,
    Actions.map((action) => `${action.RunOrder} ${action.Name}`),
  ]);

  expect(steps).toEqual([
    ['Source', ['1 Source']],
    ['Check', ['1 Check', '1 Synthesize']],
    ['Images', ['1 Images']],
    ['Deploy-dev', ['1 Deploy-dev', '2 Smoke-dev']],
    ['Train', ['1 Reference', '2 Train-abalone']],
    ['Approve-staging', ['1 Review-staging', '2 Approve-staging']],
    ['Deploy-staging', ['1 Deploy-staging', '2 Smoke-staging']],
    ['Approve-prod', ['1 Review-prod', '2 Approve-prod']],
    ['Deploy-prod', ['1 Deploy-prod', '2 Smoke-prod']],
  ]);
  expect(pipelineOf(made)).toMatchObject({ PipelineType: 'V2', ExecutionMode: 'QUEUED' });
});

describe('the source', () => {
  it('starts the pipeline by its trigger alone', () => {
    expect(findAction(made, 'Source')?.Configuration).toMatchObject({
      FullRepositoryId: 'Shellfish/abalone-models',
      BranchName: 'main',
      DetectChanges: false,
    });
    expect(pipelineOf(made).Triggers).toEqual([
      {
        ProviderType: 'CodeStarSourceConnection',
        GitConfiguration: {
          SourceActionName: 'Source',
          Push: [
            {
              Branches: { Includes: ['main'] },
              FilePaths: { Excludes: ['docs/**', '**/*.md'] },
            },
          ],
        },
      },
    ]);
  });

  it('filters tags alone, because CodePipeline takes no files or branches with them', () => {
    const tagged = synthesizeDelivery(
      configOf({ source: { ...connected, tags: ['v*'] } as never }),
    );

    expect(pipelineOf(tagged).Triggers[0].GitConfiguration.Push).toEqual([
      { Tags: { Includes: ['v*'] } },
    ]);
  });

  it('may use the connection under both names of the service', () => {
    const statements = findResources(made, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Action: action }) => JSON.stringify(action).includes('UseConnection'));

    expect(statements[0].Action).toEqual([
      'codeconnections:UseConnection',
      'codestar-connections:UseConnection',
    ]);
  });

  it('starts the pipeline for pushes to a repository of CodeCommit by a rule', () => {
    const rule = findResources(ofCodeCommit, 'AWS::Events::Rule').find(
      ({ Name }) => Name === 'stepmill-delivery-push',
    );
    expect(rule.EventPattern.detail).toEqual({
      event: ['referenceCreated', 'referenceUpdated'],
      referenceType: ['branch'],
      referenceName: ['main'],
    });
    expect(rule.Targets[0]).toMatchObject({ RetryPolicy: { MaximumRetryAttempts: 185 } });
    expect(pipelineOf(ofCodeCommit).Triggers).toBeUndefined();
    expect(findAction(ofCodeCommit, 'Source')?.Configuration).toMatchObject({
      RepositoryName: 'models',
      PollForSourceChanges: false,
    });
  });
});

describe('a deployment', () => {
  it('is rolled back where it fails, and where an alarm rings after it', () => {
    const stage = findStage(made, 'Deploy-staging');

    // The key is `result`; under another one, CloudFormation gets `OnFailure: {}`, which does nothing.
    expect(stage.OnFailure).toEqual({ Result: 'ROLLBACK' });
    expect(stage.OnSuccess.Conditions).toMatchObject([
      { Result: 'ROLLBACK', Rules: [{ RuleTypeId: { Category: 'Rule', Provider: 'CodeBuild' } }] },
    ]);
    expect(JSON.stringify(findProject(made, 'watch-staging').Source)).toContain(
      'stepmill delivery watch --environment staging --minutes 15',
    );
    expect(findStage(made, 'Check').OnFailure).toBeUndefined();
    expect(findStage(made, 'Train').OnFailure).toBeUndefined();
  });

  it('begins in its window only', () => {
    // In every field that the guide describes in two ways, the value is one that both take.
    expect(findStage(made, 'Deploy-prod').BeforeEntry.Conditions).toMatchObject([
      {
        Result: 'FAIL',
        Rules: [
          {
            RuleTypeId: { Provider: 'DeploymentWindow' },
            Configuration: {
              Cron: '* * 9-15 ? * MON,TUE,WED,THU *',
              TimeZone: 'Europe/Berlin',
            },
          },
        ],
      },
    ]);
    expect(findStage(made, 'Deploy-staging').BeforeEntry).toBeUndefined();
  });

  it("may take on the CDK's roles of its environment, and nothing else of it", () => {
    const assumed = statementsOf(made, 'stepmill-delivery-deploy-staging').filter(
      ({ Action: action }) => action === 'sts:AssumeRole',
    );

    expect(assumed.map(({ Resource }) => Resource)).toEqual([
      ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
        (role) =>
          `arn:aws:iam::222222222222:role/cdk-hnb659fds-${role}-role-222222222222-eu-west-1`,
      ),
    ]);
  });
});

describe('the projects of steps', () => {
  it('command a container engine only to build images', () => {
    const privileged = findResources(made, 'AWS::CodeBuild::Project')
      .filter(({ Environment }) => Environment.PrivilegedMode)
      .map(({ Name }) => Name);

    expect(privileged).toEqual(['stepmill-delivery-images']);
    expect(
      statementsOf(made, 'stepmill-delivery-images').map(({ Action }) => Action),
    ).not.toContain('sts:AssumeRole');
  });

  it("run the repository's own checks, and report the tests", () => {
    const { BuildSpec } = findProject(made, 'check').Source;

    expect(JSON.parse(BuildSpec)).toEqual({
      version: '0.2',
      env: { shell: 'bash' },
      phases: {
        install: { 'runtime-versions': { nodejs: '22', python: '3.12' } },
        build: {
          commands: [
            'npm ci',
            'npm run check',
            'npm run test:unit -- --reporter=default --reporter=junit --outputFile.junit=reports/unit.xml',
          ],
        },
      },
      reports: { tests: { files: ['reports/*.xml'], 'file-format': 'JUNITXML' } },
    });
  });

  it('keep logs, encrypt what they hand on, and hold no secret and no role of administrators', () => {
    for (const project of findResources(made, 'AWS::CodeBuild::Project')) {
      expect(project.EncryptionKey).toBeDefined();
      expect(project.LogsConfig.CloudWatchLogs.Status).toBe('ENABLED');
      expect(project.Environment.EnvironmentVariables).toBeUndefined();
    }
    for (const group of findResources(made, 'AWS::Logs::LogGroup')) {
      expect(group.RetentionInDays).toBe(365);
    }
    const text = JSON.stringify(made.template);
    expect(text).not.toContain('AdministratorAccess');
    expect(text).not.toMatch(/"Action":"\*"|AKIA|SecretAccessKey/);
  });

  it('read the artifacts that they are given, also those that a condition starts', () => {
    // Not the pipeline but the project's own role fetches them:
    // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    const deaf = findResources(made, 'AWS::CodeBuild::Project')
      .map(({ Name }) => String(Name))
      .filter(
        (name) =>
          !statementsOf(made, name).some(
            ({ Action: action, Resource }) =>
              action.includes('s3:GetObject*') && JSON.stringify(Resource).includes('Artifacts'),
          ),
      );

    expect(deaf).toEqual([]);
  });

  it('do not wait for CodeBuild longer than a stage may take', () => {
    for (const { TimeoutInMinutes } of findResources(made, 'AWS::CodeBuild::Project')) {
      expect(TimeoutInMinutes).toBeLessThanOrEqual(120);
    }
  });
});

it('trains on the reference data with a role of the environment', () => {
  expect(findAction(made, 'Train-abalone')).toMatchObject({
    RoleArn: 'arn:aws:iam::111111111111:role/stepmill-dev-reference',
    Configuration: {
      StateMachineArn: 'arn:aws:states:eu-west-1:111111111111:stateMachine:abalone-training',
      ExecutionNamePrefix: 'reference',
      InputType: 'Literal',
      Input: '#{Reference.INPUT_ABALONE}',
    },
  });
});

it('says in the approval what the review has found', () => {
  const review = JSON.parse(findProject(made, 'review-prod').Source.BuildSpec);

  expect(findAction(made, 'Approve-prod')?.Configuration).toEqual({
    CustomData: '#{Review_prod.SUMMARY}',
    ExternalEntityLink: '#{Review_prod.LINK}',
  });
  expect(review.env['exported-variables']).toEqual(['SUMMARY', 'LINK']);
  expect(review.phases.build.commands.at(-1)).toBe('export LINK="$(cat .stepmill/delivery/LINK)"');
});

it('reports failures and approvals that wait', () => {
  const rules = findResources(made, 'AWS::Events::Rule');

  expect(rules.map(({ Name, EventPattern }) => [Name, EventPattern.detail])).toEqual([
    ['stepmill-delivery-failed', { state: ['FAILED'] }],
    ['stepmill-delivery-approval-waits', { state: ['STARTED'], type: { category: ['Approval'] } }],
  ]);
  for (const { Targets } of rules) {
    expect(Targets[0].DeadLetterConfig).toBeDefined();
    expect(Targets[0].RetryPolicy).toBeDefined();
  }
});

it('keeps a tag of an image for ever, but for caches', () => {
  const [repository] = findResources(made, 'AWS::ECR::Repository');

  expect(repository).toMatchObject({
    RepositoryName: 'stepmill/predictor-http',
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
});

it('keeps to the limits of a structure', () => {
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
  const { Stages } = pipelineOf(made);
  expect(Stages.length).toBeLessThanOrEqual(50);
  for (const { Actions } of Stages as readonly Stage[]) {
    for (const { Configuration } of Actions) {
      for (const value of Object.values(Configuration)) {
        if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(1_000);
      }
    }
  }
});

describe('the console of an environment', () => {
  const reads = {
    Action: [
      'codepipeline:GetPipelineState',
      'codepipeline:ListActionExecutions',
      'codepipeline:ListPipelineExecutions',
    ],
    Effect: 'Allow',
  };

  it('decides on the approval of its own environment alone', () => {
    const role = findResources(made, 'AWS::IAM::Role').find(
      ({ RoleName }) => RoleName === 'stepmill-delivery-console-prod',
    );
    const [reading, deciding, ...more] = statementsOf(made, 'stepmill-delivery-console-prod');

    expect(role.AssumeRolePolicyDocument.Statement).toMatchObject([
      {
        Principal: { AWS: expect.anything() },
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::333333333333:role/stepmill-prod-console' },
        },
      },
    ]);
    expect(reading).toMatchObject(reads);
    expect(deciding).toMatchObject({ Action: 'codepipeline:PutApprovalResult', Effect: 'Allow' });
    expect(JSON.stringify(deciding.Resource)).toContain('/Approve-prod/Approve-prod"');
    expect(more).toEqual([]);
  });

  it('without an approval only shows the pipeline', () => {
    expect(statementsOf(made, 'stepmill-delivery-console-dev')).toMatchObject([reads]);
  });

  it('that is left out has no role', () => {
    const config = configOf();
    const { dev, ...others } = config.environments;
    if (dev === undefined) throw new Error('no environment');
    const without = synthesizeDelivery({
      ...config,
      environments: { dev: { ...dev, console: false }, ...others },
    });

    const names = findResources(without, 'AWS::IAM::Role').map(({ RoleName }) => RoleName);
    expect(names.filter((name) => String(name).includes('-console-'))).toEqual([
      'stepmill-delivery-console-staging',
      'stepmill-delivery-console-prod',
    ]);
  });
});

it('holds as many environments as a configuration may have, each with an approval', () => {
  const names = Array.from({ length: 16 }, (_, index) => `environment${'abcdefghijklmnop'[index]}`);
  const environments = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        account: '111111111111',
        region: 'eu-west-1' as const,
        approval: true,
        window: {},
        promotesTo: names[index + 1],
      },
    ]),
  );

  const full = synthesizeDelivery({ ...configOf(), environments });

  const policies = findResources(full, 'AWS::IAM::Policy').map(
    ({ PolicyDocument }) => JSON.stringify(PolicyDocument).length,
  );
  expect(pipelineOf(full).Stages.length).toBeLessThanOrEqual(50);
  expect(Object.keys(full.template.Resources).length).toBeLessThanOrEqual(500);
  expect(Math.max(...policies)).toBeLessThanOrEqual(10_240);
  expect(JSON.stringify(full.template).length).toBeLessThanOrEqual(1_000_000);
});
