import { Annotations, App, Aspects, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { beforeEach, expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { createStack } from './testing/project-stack.testing.ts';
import { acceptedWarnings, findErrors, findWarnings, refuseWarnings } from './warnings.ts';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack');
});

/** What hid in `<endpoint>-rollback-error-increase`: the expression's period replaces the metric's. */
function addOverriddenPeriod(): void {
  const metric = new Metric({ namespace: 'N', metricName: 'M', period: Duration.hours(1) });
  new Alarm(stack, 'Alarm', {
    metric: new MathExpression({
      expression: '2 * before',
      usingMetrics: { before: metric },
      period: Duration.minutes(1),
    }),
    threshold: 1,
    evaluationPeriods: 1,
  });
}

it('fails the synthesis at a warning of the CDK, by construct and id', () => {
  addOverriddenPeriod();
  refuseWarnings(app);

  expect(() => app.synth()).toThrow(
    /Stack\/Alarm: warning: .*overridden.*\[ack: CloudWatch:Math:MetricsPeriodsOverridden\]/s,
  );
});

it('fails it at a warning that an aspect adds', () => {
  Aspects.of(app).add({
    visit: (node) => {
      if (node === stack) Annotations.of(node).addWarningV2('late', 'An aspect warns');
    },
  });
  refuseWarnings(app);

  expect(() => app.synth()).toThrow(/An aspect warns/);
});

it('passes a warning that a reason is written for, and still prints it', () => {
  addOverriddenPeriod();
  refuseWarnings(app, [{ id: 'CloudWatch:Math:MetricsPeriodsOverridden', reason: 'A test' }]);

  const { messages } = app.synth().getStackByName('Stack');

  expect(messages.map(({ level }) => level)).toEqual(['warning']);
});

it('finds the errors that only `cdk synth` fails for', () => {
  Annotations.of(stack).addError('AwsSolutions-IAM5[Resource::*]: too wide');

  expect(findErrors(app)).toEqual(['Stack: error: AwsSolutions-IAM5[Resource::*]: too wide']);
});

it('has an id and a reason for each accepted warning', () => {
  for (const { id, reason } of acceptedWarnings) {
    expect(id).toMatch(/^[\w@/.-]+:[\w:-]+$/);
    expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  }
});

it('is in force for the app', () => {
  const { app: real, stack: project } = createStack(abalone);
  Annotations.of(project).addWarningV2('stepmill:test', 'Something is odd');

  expect(() => real.synth()).toThrow(/Something is odd/);
});

it('finds no warning in the app, and accepts the one of a single instance in production', () => {
  for (const environment of ['dev', 'prod']) {
    const { app: real } = createStack(abalone, { environment });
    real.synth();

    expect(findWarnings(real)).toEqual([]);
    expect(findWarnings(real, [])).toHaveLength(environment === 'prod' ? 1 : 0);
  }
});
