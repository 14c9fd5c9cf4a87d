import { type Conditions, Result, Rule } from 'aws-cdk-lib/aws-codepipeline';
import type { BuildStep, Window } from '../../delivery/index.ts';

/**
 * The stage begins only in these hours. Seconds, minutes and months are `*`, because versions of the guide differ in the
 * values of these fields.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
 */
export function renderWindow(stage: string, window: Window): Conditions {
  const { days, fromHour, untilHour, timeZone } = window;
  const last = untilHour - 1;
  const hours = fromHour === last ? String(fromHour) : `${fromHour}-${last}`;
  const rule = new Rule({
    name: `Window-${stage}`,
    provider: 'DeploymentWindow',
    version: '1',
    configuration: { Cron: `* * ${hours} ? * ${days.join(',')} *`, TimeZone: timeZone },
  });
  return { conditions: [{ result: Result.FAIL, rules: [rule] }] };
}

/**
 * An alarm that rings after a deployment rolls the stage back. The rule for CloudWatch's alarms sees those of the pipeline's
 * own account only, and its wait ends at the first look at an alarm that does not ring; so a project looks.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html
 */
export function renderWatch(step: BuildStep, projectName: string): Conditions {
  const rule = new Rule({
    name: step.name,
    provider: 'CodeBuild',
    version: '1',
    configuration: { ProjectName: projectName, PrimarySource: 'Source' },
    inputArtifacts: [...step.inputs],
  });
  return { conditions: [{ result: Result.ROLLBACK, rules: [rule] }] };
}
