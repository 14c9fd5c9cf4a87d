import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Trial } from '../../../../definition/index.ts';
import { nameLiveWorkflow } from '../../../../events/index.ts';
import { jsonata, quote } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callService } from '../../../tasks/index.ts';
import { trialSeconds } from '../../../trial-limit.ts';
import { demandRightAnswers } from '../../phases/judge-release.ts';
import type { Protocol } from '../../protocol.ts';
import { outcomes, settleOn } from '../../states/outcome.ts';
import { verifyChallenger, verifyChampion } from '../../states/test-rows.ts';

/** Both variants serve: the champion must answer as before, the challenger as it was evaluated. */
export function startTrial(protocol: Protocol, trial: Trial, undone: IChainable): IChainable {
  const { scope, resources } = protocol;
  const note = protocol.settle('Note trial', settleOn(outcomes.onTrial, describeTrial(trial)));
  const clock = startClock(scope, resources, trial);
  clock.addCatch(note, {
    // Its answer was lost.
    errors: ['Sfn.ExecutionAlreadyExistsException'],
    assign: { trialEndsAt: jsonata(endOf(trial, '$states.context.State.EnteredTime')) },
    outputs: {},
  });
  clock.addCatch(undone, {
    errors: ['States.ALL'],
    assign: {
      findings: [jsonata('"no clock for the trial: " & $states.errorOutput.Error')],
    },
    outputs: {},
  });
  clock.next(note);
  // A shadow cannot be asked; its answers are in what is captured.
  const challenger =
    trial.type === 'shadow'
      ? clock
      : demandRightAnswers(protocol, 'Challenger correct?', verifyChallenger(scope, resources), {
          right: clock,
          wrong: undone,
        });
  return demandRightAnswers(protocol, 'Champion unchanged?', verifyChampion(scope, resources), {
    right: challenger,
    wrong: undone,
  });
}

/** Starts what ends the trial when its time is up, or an alarm goes into ALARM. */
function startClock(scope: Construct, resources: ProjectResources, trial: Trial): CallAwsService {
  const machine = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: resources.names.trialStateMachine,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return callService(scope, 'Start trial clock', {
    service: 'sfn',
    action: 'startExecution',
    resources: [machine],
    arguments: {
      StateMachineArn: nameLiveWorkflow(machine),
      Name: jsonata('$release.name'),
      Input: jsonata('$string({"trial": $release.name, "modelPackageArn": $candidate.arn})'),
    },
    assign: { trialEndsAt: jsonata(endOf(trial, '$states.result.StartDate')) },
  });
}

function endOf(trial: Trial, start: string): string {
  return `$fromMillis($toMillis(${start}) + ${trialSeconds(trial) * 1_000})`;
}

/** Without a character that a package's metadata cannot hold. */
function describeTrial({ type, percent, whenTimeIsUp }: Trial): string {
  const what =
    type === 'ab' ? `It answers ${percent} percent` : `It gets a copy of ${percent} percent`;
  const then = whenTimeIsUp === 'promote' ? 'it takes over' : 'it is withdrawn';
  return `${quote(`${what} of the requests until `)} & $trialEndsAt & ${quote(`. Then ${then}.`)}`;
}
