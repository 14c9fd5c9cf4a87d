import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { nameLiveWorkflow } from '../../events/index.ts';
import { when } from '../choice.ts';
import { executionArn, executionHash, jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { callService } from '../tasks/index.ts';
import { JUDGED } from './verdicts.ts';

const hasDrifted = '($counts.drift and $alarm.drift and $report.verdict = "drifted")';
const missesGate = '($counts.quality and $alarm.quality and $count($objections) > 0)';

/** Whether this window keeps an alarm up that the project trains again for; undefined where none does. */
export function asksForRetraining({ retraining }: ProjectResources): Condition | undefined {
  const triggers = retraining?.settings.triggers ?? [];
  const signs = [
    ...(triggers.includes('drift') ? [hasDrifted] : []),
    ...(triggers.includes('quality') ? [missesGate] : []),
  ];
  return signs.length === 0 ? undefined : when(signs.join(' or '));
}

/**
 * Starts a decision. Not the alarms of CloudWatch do: they change once and name no columns, while a drift that found
 * too few labels is asked for again with each window (docs/decisions/019-retraining-decides-once.md).
 */
export function askForRetraining(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, retraining } = resources;
  const arn = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: names.retrainingStateMachine,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const isDrift = retraining?.settings.triggers.includes('drift') ? hasDrifted : 'false';
  return callService(scope, 'Ask to train again', {
    service: 'sfn',
    action: 'startExecution',
    resources: [arn],
    arguments: {
      StateMachineArn: nameLiveWorkflow(arn),
      // A call whose answer was lost starts nothing more.
      Name: jsonata(`"window-" & ${executionHash}`),
      Input: jsonata(`$string({
  "eventId": ${executionArn},
  "trigger": ${isDrift} ? "drift" : "quality",
  "verdict": ${JUDGED}
})`),
    },
  });
}

export const ALREADY_ASKED = { errors: ['Sfn.ExecutionAlreadyExistsException'], outputs: {} };
