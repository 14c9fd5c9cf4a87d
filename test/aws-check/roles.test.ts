import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { defineProject, type Project, type ProjectInput } from '../../definition/index.ts';
import { synthesizeConsole } from '../../infra/api/console-stack.testing.ts';
import { checkStack } from '../../infra/aws-check/check-app.ts';
import {
  type Answer,
  decided,
  validTemplate,
} from '../../infra/aws-check/recorded-answers.testing.ts';
import { RecordedAws } from '../../infra/aws-check/recorded-aws.testing.ts';
import type { CheckResult } from '../../infra/aws-check/report.ts';
import type { Template as CheckedTemplate } from '../../infra/aws-check/template.ts';
import { createStack } from '../../infra/testing/project-stack.testing.ts';
import { askPolicy, compilePolicy } from '../../local/authorization/policy.ts';
import type { PolicyDocument } from '../../local/cloud/service.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { COMPUTED_SHAPES, STACK_SHAPES } from '../witness/shapes.ts';

/**
 * Evaluates the questions of `aws:check` to IAM with the policy language of the local AWS, which has no
 * SimulateCustomPolicy. The context of each question must be sufficient to evaluate the policies.
 */

const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' };
const ROLE = `arn:aws:iam::${place.account}:role/check`;

type Request = Readonly<Record<string, string>>;

/** The members of a list in the query protocol, in order. */
function members(request: Request, list: string): readonly string[] {
  const found: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = request[`${list}.member.${index}`];
    if (value === undefined) return found;
    found.push(value);
  }
}

function contextOf(request: Request): ReadonlyMap<string, readonly string[]> {
  const context = new Map<string, readonly string[]>();
  for (let index = 1; ; index += 1) {
    const entry = `ContextEntries.member.${index}`;
    const name = request[`${entry}.ContextKeyName`];
    if (name === undefined) return context;
    context.set(name.toLowerCase(), members(request, `${entry}.ContextKeyValues`));
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
function simulate(request: Request): Answer {
  const [action = ''] = members(request, 'ActionNames');
  const [resource = ''] = members(request, 'ResourceArns');
  const answers = members(request, 'PolicyInputList').map((text) =>
    askPolicy(compilePolicy(JSON.parse(text) as PolicyDocument), {
      principal: { kind: 'account', arn: ROLE },
      accountId: place.account,
      action,
      resource,
      context: contextOf(request),
    }),
  );
  if (answers.some(({ denies }) => denies)) return decided('explicitDeny', action, resource);
  const isAllowed = answers.some(({ allows }) => allows === 'direct');
  return decided(isAllowed ? 'allowed' : 'implicitDeny', action, resource);
}

/** An endpoint without operations, so that only the other checks run. */
const NOTHING_THERE = {
  region: place.region,
  maxAttempts: 1,
  credentials: { accessKeyId: 'check', secretAccessKey: 'check' },
  disableHostPrefix: true,
  requestHandler: {
    handle: () =>
      Promise.resolve({
        response: {
          statusCode: 400,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: Buffer.from('{"__type":"UnknownOperationException"}'),
        },
      }),
  },
};

async function check(template: CheckedTemplate): Promise<readonly CheckResult[]> {
  const aws = new RecordedAws((request) =>
    request['Action'] === 'ValidateTemplate' ? validTemplate() : simulate(request),
  );
  const clients = {
    cloudformation: new CloudFormationClient(aws.config),
    iam: new IAMClient(aws.config),
    events: new EventBridgeClient(NOTHING_THERE),
    states: new SFNClient(NOTHING_THERE),
  };
  const results: CheckResult[] = [];
  await checkStack(clients, 'app', template, place, (result) => results.push(result));
  return results;
}

function templateOf(project?: Project): CheckedTemplate {
  return Template.fromStack(createStack(project).stack).toJSON() as CheckedTemplate;
}

/** A project with names that no recorded answer contains. */
const titanic = defineProject({
  ...(abalone as ProjectInput),
  name: 'titanic',
  registry: { ...abalone.registry, modelPackageGroup: 'Passengers' },
});
const shapes: readonly [string, Project][] = [
  ...STACK_SHAPES.filter(([shape]) => shape !== 'on instances'),
  ...COMPUTED_SHAPES,
  ['of another project', titanic],
];

describe('aws:check', () => {
  it.each(shapes)(
    'finds that the roles of a stack %s have the required permissions',
    async (_shape, project) => {
      const results = await check(templateOf(project));

      expect(results.filter(({ status }) => status === 'FINDING')).toEqual([]);
      const judged = results.filter((each) => each.check === 'SimulateCustomPolicy');
      expect(judged.length).toBeGreaterThan(50);
      expect(judged.every(({ status }) => status === 'ok')).toBe(true);
      expect(judged.filter(({ subject }) => subject.includes(' may not ')).length).toBeGreaterThan(
        5,
      );
    },
  );

  it.each([
    [
      'an action',
      '"sagemaker:CreateTrainingJob"',
      '"sagemaker:CreateTrainingJobs"',
      /^TrainingRole\w+ may sagemaker:CreateTrainingJob arn:/,
    ],
    [
      'a condition',
      '"iam:PassedToService":"sagemaker.amazonaws.com"',
      '"iam:PassedToService":"glue.amazonaws.com"',
      /^TrainingRole\w+ may iam:PassRole arn:/,
    ],
  ])('finds %s that a role lacks', async (_what, from, to, subject) => {
    const whole = templateOf();
    // One state machine is enough.
    const Resources = Object.fromEntries(
      Object.entries(whole.Resources).filter(([id]) => !id.startsWith('Promotion')),
    );
    const text = JSON.stringify({ ...whole, Resources });
    const broken = text.replaceAll(from, to);
    expect(broken).not.toBe(text);

    const results = await check(JSON.parse(broken) as CheckedTemplate);

    const findings = results.filter(({ status }) => status === 'FINDING');
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding.subject).toMatch(subject);
  });

  it('finds that the API can neither change nor delete what is in the audit', async () => {
    const whole = synthesizeConsole([abalone]).template.toJSON() as CheckedTemplate;

    const results = await check(whole);

    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    const subjects = results.map(({ subject }) => subject.replaceAll(/arn:\S+:table./g, ''));
    for (const role of ['AuditAppendRole', 'FunctionRouterRole']) {
      for (const action of ['UpdateItem', 'DeleteItem']) {
        const judged = expect.stringMatching(`^${role}\\w+ may not dynamodb:${action} AuditTable`);
        expect(subjects).toContainEqual(judged);
      }
    }
    const broken = JSON.stringify(whole).replace('"dynamodb:Query"', '"dynamodb:*"');
    const findings = (await check(JSON.parse(broken) as CheckedTemplate)).filter(
      ({ status }) => status === 'FINDING',
    );
    expect(findings).toHaveLength(3);
  });
});
