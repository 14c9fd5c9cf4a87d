import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { createStack } from '../../../infra/testing/project-stack.ts';
import { preparePythonPrograms } from '../../python-programs.ts';
import { STACK_SHAPES } from '../shapes.ts';

const run = promisify(execFile);

interface Finding {
  readonly policy: string;
  readonly issue: string;
  readonly detail: string;
}

/** What the linter finds and is right as it is, with the reason; anything else fails the test. */
const accepted: readonly (Finding & { readonly reason: string })[] = [
  {
    policy: 'StorageBucketPolicy',
    issue: 'MISMATCHED_TYPE',
    detail: 's3:TlsVersion requires a value of type Numeric but given',
    reason: 'the linter takes no decimal fraction for a number; 1.2 is the value in the S3 guide',
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
    reason: 'the target is made by a workflow after the deployment; its ARN has a generated id',
  },
  {
    policy: 'TrainingRole',
    issue: 'RESOURCE_MISMATCH',
    detail: 'states:DescribeExecution',
    reason: 'the linter knows express executions only for the action; the model has both',
  },
  {
    policy: 'PromotionRole',
    issue: 'RESOURCE_MISMATCH',
    detail: 'states:DescribeExecution',
    reason: 'the linter knows express executions only for the action; the model has both',
  },
  {
    policy: 'PromotionRole',
    issue: 'RESOURCE_STAR',
    detail: "['cloudwatch:DescribeAlarms']",
    reason: 'composite alarms are described, for which the action knows no resource',
  },
  {
    policy: 'TrialRole',
    issue: 'RESOURCE_STAR',
    detail: "['cloudwatch:DescribeAlarms']",
    reason: 'composite alarms are described, for which the action knows no resource',
  },
];

let programs: string;

beforeAll(async () => {
  programs = await preparePythonPrograms(resolve('test/witness/policies/requirements.txt'));
}, 600_000);

it.each(STACK_SHAPES)('finds no fault in the policies of a stack %s', async (_shape, project) => {
  const { app, stack } = createStack(project);
  const template = join(app.synth().directory, `${stack.artifactId}.template.json`);

  const { stdout } = await run(
    join(programs, 'python'),
    ['-W', 'ignore', resolve('test/witness/policies/lint_policies.py'), template],
    { maxBuffer: 64 * 1024 * 1024 },
  );

  const findings = JSON.parse(stdout) as readonly Finding[];
  expect(findings.filter((finding) => !isAccepted(finding))).toEqual([]);
});

function isAccepted({ policy, issue, detail }: Finding): boolean {
  return accepted.some(
    (entry) =>
      policy.startsWith(entry.policy) && issue === entry.issue && detail.includes(entry.detail),
  );
}
