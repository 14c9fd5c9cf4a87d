import {
  APPROVAL_TIMEOUT_MINUTES,
  BUILD_TIMEOUT_MINUTES,
  COMMANDS_TIMEOUT_MINUTES,
  LAMBDA_TIMEOUT_MINUTES,
  SOURCE_TIMEOUT_MINUTES,
  STEP_FUNCTIONS_TIMEOUT_MINUTES,
} from '../limits.ts';
import type { ActionRunner } from './action.ts';
import { runCodeBuild } from './codebuild.ts';
import { runCommandsAction } from './commands.ts';
import { runLambda } from './lambda.ts';
import { runApproval } from './manual-approval.ts';
import { runCommitSource } from './source-commit.ts';
import { runS3Source } from './source-s3.ts';
import { runStepFunctions } from './step-functions.ts';

interface ActionKind {
  readonly run: ActionRunner;
  readonly timeoutMinutes: number;
}

/** By provider. */
export const ACTION_KINDS: Readonly<Record<string, ActionKind>> = {
  CodeBuild: { run: runCodeBuild, timeoutMinutes: BUILD_TIMEOUT_MINUTES },
  CodeCommit: { run: runCommitSource, timeoutMinutes: SOURCE_TIMEOUT_MINUTES },
  CodeStarSourceConnection: { run: runCommitSource, timeoutMinutes: SOURCE_TIMEOUT_MINUTES },
  Commands: { run: runCommandsAction, timeoutMinutes: COMMANDS_TIMEOUT_MINUTES },
  Lambda: { run: runLambda, timeoutMinutes: LAMBDA_TIMEOUT_MINUTES },
  Manual: { run: runApproval, timeoutMinutes: APPROVAL_TIMEOUT_MINUTES },
  S3: { run: runS3Source, timeoutMinutes: SOURCE_TIMEOUT_MINUTES },
  StepFunctions: { run: runStepFunctions, timeoutMinutes: STEP_FUNCTIONS_TIMEOUT_MINUTES },
};
