import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { createStack } from '../../../infra/testing/project-stack.testing.ts';
import { preparePythonPrograms } from '../../python-programs.ts';
import { COMPUTED_SHAPES, STACK_SHAPES } from '../shapes.ts';

const run = promisify(execFile);

interface Finding {
  readonly policy: string;
  readonly issue: string;
  readonly detail: string;
}

/** Accepted findings of the linter, with the reason; any other finding fails the test. */
const accepted: readonly (Finding & { readonly reason: string })[] = [
  {
    policy: 'StorageBucketPolicy',
    issue: 'MISMATCHED_TYPE',
    detail: 's3:TlsVersion requires a value of type Numeric but given',
    reason:
      'the linter does not accept a decimal fraction as a number; 1.2 is the value in the S3 guide',
  },
  {
    policy: 'StorageBucketPolicy',
    issue: 'UNKNOWN_CONDITION_FOR_ACTION',
    detail: 'Unknown condition s3:TlsVersion',
    reason: 'a Deny of every action; the few without the key are not made less safe by it',
  },
  {
    policy: 'StorageBucketPolicy',
    issue: 'RESOURCE_MISMATCH',
    detail: 's3:ListAccessGrants',
    reason: 'a Deny of every action on the bucket; some actions have no bucket',
  },
  {
    policy: 'StorageBucketPolicy',
    issue: 'RESOURCE_POLICY_PRIVILEGE_ESCALATION',
    detail: 's3:PutBucketPolicy',
    reason: 'the function that empties the bucket at removal first denies new writes to it',
  },
  {
    policy: 'HandlersTeardownRole',
    issue: 'RESOURCE_STAR',
    detail: "['application-autoscaling:DeregisterScalableTarget']",
    reason: 'a workflow creates the target after the deployment; its ARN has a generated id',
  },
  {
    policy: 'TrainingRole',
    issue: 'RESOURCE_MISMATCH',
    detail: 'states:DescribeExecution',
    reason: 'the linter has only express executions for the action; the API model has both',
  },
  {
    policy: 'PromotionRole',
    issue: 'RESOURCE_MISMATCH',
    detail: 'states:DescribeExecution',
    reason: 'the linter has only express executions for the action; the API model has both',
  },
  ...['ScoringRole', 'MonitoringRole', 'RetrainingRole'].map((policy) => ({
    policy,
    issue: 'RESOURCE_MISMATCH',
    detail: 'states:DescribeExecution',
    reason: 'as of TrainingRole',
  })),
  {
    policy: 'PromotionRole',
    issue: 'RESOURCE_STAR',
    detail: "['cloudwatch:DescribeAlarms']",
    reason: 'composite alarms are described, for which the action has no resource',
  },
  {
    policy: 'TrialRole',
    issue: 'RESOURCE_STAR',
    detail: "['cloudwatch:DescribeAlarms']",
    reason: 'composite alarms are described, for which the action has no resource',
  },
];

let programs: string;

beforeAll(async () => {
  programs = await preparePythonPrograms(resolve('test/witness/policies/requirements.txt'));
}, 600_000);

const shapes = [...STACK_SHAPES, ...COMPUTED_SHAPES];

it.each(shapes)('finds no problem in the policies of a stack %s', async (_shape, project) => {
  const { app, stack } = createStack(project);
  const template = join(app.synth().directory, `${stack.artifactId}.template.json`);

  const findings = await lint(template);

  expect(findings.filter((finding) => !isAccepted(finding))).toEqual([]);
});

it('finds an action that IAM does not have, and a resource that an action does not accept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepmill-policies-'));
  const template = join(folder, 'broken.template.json');
  writeFileSync(
    template,
    JSON.stringify({
      Resources: {
        TrainingRole: policyOf('s3:GetObjekt', 'arn:aws:s3:::bucket/*'),
        PromotionRole: policyOf('s3:GetObject', 'arn:aws:sqs:us-east-1:123456789012:queue'),
      },
    }),
  );

  const findings = await lint(template);
  rmSync(folder, { recursive: true });

  expect(findings.filter((finding) => !isAccepted(finding))).toMatchObject([
    { policy: 'TrainingRole', issue: 'UNKNOWN_ACTION' },
    { policy: 'PromotionRole', issue: 'RESOURCE_MISMATCH' },
  ]);
});

function policyOf(Action: string, Resource: string): object {
  const Statement = [{ Effect: 'Allow', Action, Resource }];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  return { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } };
}

async function lint(template: string): Promise<readonly Finding[]> {
  const { stdout } = await run(
    join(programs, 'python'),
    ['-W', 'ignore', resolve('test/witness/policies/lint_policies.py'), template],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as readonly Finding[];
}

function isAccepted({ policy, issue, detail }: Finding): boolean {
  return accepted.some(
    (entry) =>
      policy.startsWith(entry.policy) && issue === entry.issue && detail.includes(entry.detail),
  );
}
