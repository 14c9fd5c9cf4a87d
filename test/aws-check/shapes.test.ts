import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { beforeAll, expect, it } from 'vitest';
import {
  type Answer,
  decided,
  refused,
  validTemplate,
} from '../../infra/aws-check/recorded-answers.testing.ts';
import { RecordedAws } from '../../infra/aws-check/recorded-aws.testing.ts';
import { preparePythonPrograms } from '../python-programs.ts';

/** Checks the mocked answers of the unit tests of `aws:check`, and its requests, with botocore. */

let python: string;

beforeAll(async () => {
  python = join(await preparePythonPrograms(resolve('test/clients/requirements.txt')), 'python');
}, 600_000);

const action = 's3:GetObject';
const resource = 'arn:aws:s3:::b/k';
const simulation = {
  PolicyInputList: ['{"Statement":[]}', '{"Statement":{}}'],
  ActionNames: [action],
  ResourceArns: [resource],
  ContextEntries: [
    {
      ContextKeyName: 'dynamodb:LeadingKeys',
      ContextKeyType: 'stringList' as const,
      ContextKeyValues: ['lock'],
    },
  ],
};
const template = { TemplateBody: '{"Resources":{}}' };

interface Judged {
  readonly parsed: Readonly<Record<string, unknown>>;
  readonly unknown: readonly string[];
  readonly invalid: string;
  readonly request: Readonly<Record<string, string>>;
}

function judge(cases: readonly object[]): Promise<readonly Judged[]> {
  return new Promise((done, fail) => {
    const script = resolve('test/aws-check/botocore_shapes.py');
    const child = execFile(python, [script], (error, stdout) =>
      error === null ? done(JSON.parse(stdout) as readonly Judged[]) : fail(error),
    );
    child.stdin?.end(JSON.stringify(cases));
  });
}

it('have the shapes of its models', async () => {
  const iam = { service: 'iam', operation: 'SimulateCustomPolicy', parameters: simulation };
  const formation = {
    service: 'cloudformation',
    operation: 'ValidateTemplate',
    parameters: template,
  };
  const answers: readonly (readonly [object, Answer])[] = [
    [formation, validTemplate()],
    [formation, refused(400, 'ValidationError', 'why')],
    [iam, decided('allowed', action, resource)],
    [iam, decided('implicitDeny', action, resource, ['aws:SourceArn'])],
  ];

  const judged = await judge(answers.map(([request, answer]) => ({ ...request, ...answer })));

  expect(judged.map(({ unknown, invalid }) => ({ unknown, invalid }))).toEqual(
    answers.map(() => ({ unknown: [], invalid: '' })),
  );
  expect(judged.map(({ parsed }) => parsed)).toMatchObject([
    { Capabilities: ['CAPABILITY_NAMED_IAM'], Parameters: [{ ParameterKey: 'BootstrapVersion' }] },
    { Error: { Code: 'ValidationError', Message: 'why' } },
    {
      EvaluationResults: [
        { EvalDecision: 'allowed', EvalActionName: action, MissingContextValues: [] },
      ],
    },
    { EvaluationResults: [{ MissingContextValues: ['aws:SourceArn'] }] },
  ]);
  const aws = new RecordedAws(({ Action }) =>
    Action === 'ValidateTemplate' ? validTemplate() : decided('allowed', action, resource),
  );
  await new CloudFormationClient(aws.config).send(new ValidateTemplateCommand(template));
  await new IAMClient(aws.config).send(new SimulateCustomPolicyCommand(simulation));
  expect(aws.requests).toEqual([judged[0]?.request, judged[2]?.request]);
});
