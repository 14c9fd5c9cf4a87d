import { checkAlarm } from './cloudwatch-alarm.ts';
import { checkBuild } from './codebuild.ts';
import { checkCommands } from './commands.ts';
import { checkDeploymentWindow } from './deployment-window.ts';
import { checkLambda } from './lambda-invoke.ts';
import type { RuleCheck } from './rule.ts';
import { checkVariable } from './variable-check.ts';

/** By provider. */
export const RULE_CHECKS: Readonly<Record<string, RuleCheck>> = {
  CloudWatchAlarm: checkAlarm,
  CodeBuild: checkBuild,
  Commands: checkCommands,
  DeploymentWindow: checkDeploymentWindow,
  LambdaInvoke: checkLambda,
  VariableCheck: checkVariable,
};
