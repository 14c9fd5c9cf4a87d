import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type Project, type Trial } from '../definition/index.ts';
import { runWorkflow, TaskError } from '../infra/simulation/index.ts';
import {
  createStack,
  readDefinition,
  type StackUnderTest,
} from '../infra/testing/project-stack.testing.ts';
import { abalone } from '../projects/abalone/project.ts';
import { nameParts } from './index.ts';

/** The longest names that Stepmill takes: 12 characters for an environment, 24 for a project. */
const environment = 'e'.repeat(12);
const trial: Trial = {
  type: 'ab',
  percent: 20,
  timeLimitHours: 24,
  whenTimeIsUp: 'promote',
};
const longest: Project = defineProject({
  ...abalone,
  name: `a${'b'.repeat(22)}c`,
  registry: {
    ...abalone.registry,
    modelPackageGroup: 'G'.repeat(44),
    packaging: 'single-container',
  },
  serving: {
    ...abalone.serving,
    trial,
  },
});

/** Names of jobs, endpoints, models, configs, variants: 63 characters, botocore's pattern. */
const sagemakerName = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const executionName = /^[A-Za-z0-9_-]{1,80}$/;

let underTest: StackUnderTest;

beforeAll(() => {
  underTest = createStack(longest, { environment });
}, 120_000);

/** Every name in the requests of a run, with the state that asks. */
function namesOf(tasks: readonly { readonly state: string; readonly arguments: unknown }[]) {
  return tasks.flatMap(({ state, arguments: request }) =>
    Object.entries(request as Record<string, unknown>)
      .filter(([member, name]) => member.endsWith('Name') && typeof name === 'string')
      .map(([member, name]) => ({ state, member, name: String(name) })),
  );
}

/** Why names of such a length are refused; empty where they are not. */
const refusalOf = (length: number): string => {
  try {
    nameParts('dev', 'p'.repeat(length), 'g'.repeat(length));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('names at their longest', () => {
  it('are names of jobs, also those of a last retry', () => {
    let tries = 0;
    const result = runWorkflow({
      definition: readDefinition(underTest.stack, 'Training'),
      input: {
        eventId: 'e',
        bucket: 'bucket',
        object: { key: 'incoming/x.csv', size: 1, etag: 'e', 'version-id': 'v1' },
      },
      executionName: 'n'.repeat(80),
      answer: (state, request) => {
        if (['Prepare data', 'Train model', 'Evaluate model'].includes(state)) {
          tries += 1;
          if (tries % 3 !== 0) throw new TaskError('SageMaker.AmazonSageMakerException', 'x');
          return {
            ProcessingJobStatus: 'Completed',
            TrainingJobStatus: 'Completed',
            TrainingJobArn: 'arn',
            ProcessingJobName: request['ProcessingJobName'] ?? '',
            TrainingJobName: request['TrainingJobName'] ?? '',
            ModelArtifacts: { S3ModelArtifacts: 's3://bucket/runs/x/model.tar.gz' },
          };
        }
        if (state === 'Look for newer data') return { VersionId: 'v1' };
        if (state === 'Inspect dataset') return { Payload: { accepted: true, sha256: 's' } };
        if (state === 'Read evaluation') {
          return { Body: '{"regression_metrics": {"mse": {"value": 1}}}' };
        }
        if (state.startsWith('Fingerprint')) return { ETag: '"1"' };
        if (state === 'Register model') return { ModelPackageArn: 'a/1' };
        return {};
      },
    });

    const jobs = namesOf(result.tasks).filter(({ member }) => member.endsWith('JobName'));
    expect(result.path.at(-1)).toBe('Registered');
    expect(jobs).toHaveLength(9);
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(9);
    // The execution's hash, as in other names of the run; a thousand redrives take a character more.
    expect(
      new Set(jobs.map(({ name }) => /-([0-9a-f]{10,12})-0-[0-2]$/.exec(name)?.[1]?.slice(0, 10)))
        .size,
    ).toBe(1);
    expect((1_000).toString(36)).toHaveLength(2);
    for (const { name } of jobs) expect(name.length).toBeLessThanOrEqual(62);
    for (const { name } of jobs) expect(name).toMatch(sagemakerName);
  });

  it('are names of releases, of their clock and of what ends it', () => {
    const releaseName = `${environment}--${longest.name}-v1234567890-0123456789ab`;
    const clock = runWorkflow({
      definition: readDefinition(underTest.stack, 'Trial'),
      input: { trial: releaseName, modelPackageArn: 'arn' },
      answer: (state) =>
        state === 'Describe endpoint'
          ? { EndpointStatus: 'InService', EndpointConfigName: releaseName }
          : { MetricAlarms: [] },
    });

    expect(releaseName).toMatch(sagemakerName);
    expect(clock.path.at(-1)).toBe('Promoted');
    const started = clock.tasks.find(({ state }) => state === 'Promote')?.arguments;
    expect((started as { Name: string }).Name).toMatch(executionName);
  });

  it.each<[string, string, number, RegExp]>([
    ['AWS::StepFunctions::StateMachine', 'StateMachineName', 80, /^[A-Za-z0-9-]+$/],
    ['AWS::SageMaker::ModelPackageGroup', 'ModelPackageGroupName', 63, sagemakerName],
    ['AWS::CloudWatch::Alarm', 'AlarmName', 255, /^[A-Za-z0-9-]+$/],
    ['AWS::CloudWatch::Dashboard', 'DashboardName', 255, /^[A-Za-z0-9-_]+$/],
    ['AWS::Logs::LogGroup', 'LogGroupName', 512, /^[.\-_/#A-Za-z0-9]+$/],
    ['AWS::SSM::Parameter', 'Name', 1_011, /^[a-zA-Z0-9_.\-/]+$/],
  ])('are names of %s', (type, member, limit, pattern) => {
    const resources = Object.values(Template.fromStack(underTest.stack).findResources(type));
    const names = resources
      .map((resource) => (resource['Properties'] as Record<string, unknown>)[member])
      .filter((name) => typeof name === 'string');

    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(name.length).toBeLessThanOrEqual(limit);
      expect(name).toMatch(pattern);
    }
  });

  it('leave the patterns of rules within the 2,048 characters of EventBridge', () => {
    const rules = Template.fromStack(underTest.stack).findResources('AWS::Events::Rule');
    const arn = `arn:aws-us-gov:states:ap-southeast-1:000000000000:stateMachine:${'n'.repeat(56)}`;
    for (const { Properties: properties } of Object.values(rules)) {
      const { EventPattern: pattern } = properties as { readonly EventPattern: unknown };
      const text = JSON.stringify(pattern, (_key, value: unknown) =>
        typeof value === 'object' && value !== null && 'Ref' in value ? arn : value,
      );
      expect(text.length).toBeLessThanOrEqual(2_048);
    }
  });

  it('leave the name of the stack within 128 characters', () => {
    expect(underTest.stack.stackName.length).toBeLessThanOrEqual(128);
  });

  it('are refused with the name and its limit where they would be longer', () => {
    expect(() => nameParts(environment, 'p'.repeat(25), 'g')).toThrow(
      /a SageMaker job may have 63 characters, e{12}--p{25}-evaluate-f{10}-zzzz has 64/,
    );
    expect(() => nameParts('dev', 'p', 'g'.repeat(64))).toThrow(
      /the model package group may have 63 characters/,
    );
    expect(() => nameParts(environment, 'p'.repeat(60), 'g')).toThrow(
      /a state machine may have 80 characters/,
    );
  });

  // The pages of AWS are beside the names.
  it.each([
    ['a SageMaker job', 63],
    ['a model and an endpoint config', 63],
    ['the endpoint', 63],
    ['the model package group', 63],
    ['a state machine', 80],
    ['an execution that ends a trial', 80],
    ['an alarm', 255],
    ['the stack', 128],
  ])('are refused where %s would have more than %i characters', (what, limit) => {
    const lengths = Array.from({ length: 260 }, (_, index) => index + 1);
    const first = lengths.find((length) => refusalOf(length).includes(`${what} may have`)) ?? 0;

    expect(refusalOf(first)).toMatch(
      new RegExp(`${what} may have ${limit} characters, [^ ]+ has ${limit + 1} [(]https://docs`),
    );
  });
});
