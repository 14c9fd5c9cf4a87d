import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  type Choice,
  type IChainable,
  Pass,
  type StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Trial } from '../../definition/index.ts';
import { nameLiveWorkflow, type TrialDecision } from '../../events/index.ts';
import { choose, when } from '../choice.ts';
import { executionArn, jsonata, object, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { sagemakerArn } from '../sagemaker-arn.ts';
import { createStateMachine } from '../state-machine.ts';
import { callService } from '../tasks/index.ts';
import { trialSeconds } from '../trial-limit.ts';

/** Looks that fit, with all their events, into the 25,000 of an execution's history. */
const MAXIMUM_LOOKS = 1_000;
/** CloudWatch judges alarms once a minute. */
const SHORTEST_LOOK_SECONDS = 60;
/** Looks in a row at which the alarms may be unreadable, because CloudWatch throttles or is away. */
const MAXIMUM_MISSES = 5;
/** For what is under way when the time is up. */
const GRACE = Duration.days(1);

const input = '$states.context.Execution.Input';

export interface TrialWorkflowProps {
  readonly resources: ProjectResources;
  readonly trial: Trial;
}

/**
 * `<project>-trial`: the clock of a trial. When the time is up, or an alarm of the model on
 * trial goes into ALARM, it asks the promotion to promote or to withdraw it. A trial that was decided before is over.
 */
export class TrialWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { resources, trial }: TrialWorkflowProps) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.trialStateMachine,
      comment: `${resources.project.description}: a trial ends when its time is up or an alarm goes into ALARM`,
      start: renderStates(this, resources, trial),
      timeout: Duration.seconds(trialSeconds(trial)).plus(GRACE),
    });
  }
}

const now = '$toMillis($states.context.State.EnteredTime)';

function renderStates(scope: Construct, resources: ProjectResources, trial: Trial): IChainable {
  const begin = Pass.jsonata(scope, 'Begin', {
    assign: {
      endsAt: jsonata(
        `$toMillis($states.context.Execution.StartTime) + ${trialSeconds(trial) * 1_000}`,
      ),
      alarms: [],
      known: [],
      misses: 0,
    },
  });
  const wait = waitForNextLook(scope, trial);
  const over = end(scope, 'Already decided', 'The trial was decided before.');
  const look = lookAtEndpoint(scope, resources);
  look.addCatch(choose(scope, 'Endpoint deleted?').when(isGone, over).otherwise(wait), {
    errors: ['SageMaker.SageMakerException'],
    assign: { problem: jsonata('$states.errorOutput.Cause') },
    outputs: {},
  });
  look.addCatch(wait, { errors: ['States.ALL'], outputs: {} });
  wait.next(look);
  const isOn = choose(scope, 'Still on trial?')
    .when(stillOn, askAlarms(scope, resources, chooseDecision(scope, resources, trial, wait)))
    .when(isChanging, wait)
    .otherwise(over);
  return begin.next(look).next(isOn);
}

/** A look every thousandth of the trial, and one at its end. */
function waitForNextLook(scope: Construct, trial: Trial): Wait {
  const lookSeconds = Math.max(
    SHORTEST_LOOK_SECONDS,
    Math.ceil(trialSeconds(trial) / MAXIMUM_LOOKS),
  );
  const nextLook = `${now} + ${lookSeconds * 1_000}`;
  return Wait.jsonata(scope, 'Wait for next look', {
    time: WaitTime.timestamp(
      jsonata(`$fromMillis(${now} < $endsAt ? $min([$endsAt, ${nextLook}]) : ${nextLook})`),
    ),
  });
}

/** An alarm withdraws the model, and so may the clock. */
function chooseDecision(
  scope: Construct,
  resources: ProjectResources,
  trial: Trial,
  wait: IChainable,
): Choice {
  const withdraw = decide(scope, 'Withdraw', resources, {
    decision: 'withdraw',
    reason: '$count($alarms) > 0 ? "In alarm: " & $join($alarms, "; ") : "Its time was up."',
  });
  onceAsked(withdraw, end(scope, 'Withdrawn', 'The promotion was asked to withdraw it.'));
  const whenTimeIsUp = trial.whenTimeIsUp === 'withdraw' ? withdraw : promote(scope, resources);
  return choose(scope, 'Decide trial')
    .when(when('$count($alarms) > 0'), withdraw)
    .when(when(`${now} >= $endsAt`), whenTimeIsUp)
    .otherwise(wait);
}

/** A model whose alarms cannot be read does not stay on trial. */
function askAlarms(scope: Construct, resources: ProjectResources, next: Choice): IChainable {
  if (resources.trialAlarmNames.length === 0) return next;
  const alarms = findAlarms(scope, resources);
  alarms.addCatch(next, {
    errors: ['States.ALL'],
    assign: {
      misses: jsonata('$misses + 1'),
      alarms: jsonata(
        `$misses + 1 < ${MAXIMUM_MISSES} ? [] : ["the alarms could not be read: " & $states.errorOutput.Error]`,
      ),
    },
    outputs: {},
  });
  return alarms.next(next);
}

function promote(scope: Construct, resources: ProjectResources): CallAwsService {
  const task = decide(scope, 'Promote', resources, {
    decision: 'promote',
    reason: '"Its time was up."',
  });
  onceAsked(task, end(scope, 'Promoted', 'The promotion was asked to promote it.'));
  return task;
}

function lookAtEndpoint(scope: Construct, { names }: ProjectResources): CallAwsService {
  return callService(scope, 'Describe endpoint', {
    asksAgain: true,
    service: 'sagemaker',
    action: 'describeEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', names.endpoint)],
    arguments: { EndpointName: names.endpoint },
    assign: {
      live: jsonata(
        '{"status": $states.result.EndpointStatus, "config": $states.result.EndpointConfigName}',
      ),
    },
  });
}

/** An update may end the trial, or be taken back. */
const isChanging = when(`$live.status != "InService" and $live.config = ${input}.trial`);
const stillOn = when(`$live.status = "InService" and $live.config = ${input}.trial`);
const isGone = when('$contains($problem, "Could not find endpoint")');

/**
 * Alarms that went into ALARM since the last look, also those that are OK again. One that did so
 * before the first look concerns the model that was on trial before.
 */
const ringing = `[$map([$states.result.MetricAlarms], function($alarm) {(
  $before := $known[name = $alarm.AlarmName];
  $changed := $exists($before) and $before.at != $alarm.StateTransitionedTimestamp;
  $changed and $alarm.StateValue = "ALARM" ? $alarm.AlarmName & ": " & $alarm.StateReason :
  $changed and $before.state = "OK" ? $alarm.AlarmName & ": it was in ALARM, and was OK again at " & $alarm.StateTransitionedTimestamp
)})]`;

function findAlarms(scope: Construct, { trialAlarmNames }: ProjectResources): CallAwsService {
  return callService(scope, 'Find alarms', {
    service: 'cloudwatch',
    action: 'describeAlarms',
    // Whether a narrower scope allows a request for several names is not documented.
    resources: ['*'],
    arguments: { AlarmNames: [...trialAlarmNames], AlarmTypes: ['MetricAlarm'] },
    assign: {
      alarms: jsonata(ringing),
      known: jsonata(
        '[$states.result.MetricAlarms.{"name": AlarmName, "state": StateValue, "at": StateTransitionedTimestamp}]',
      ),
      misses: 0,
    },
  });
}

/** Asks the promotion, which decides under the endpoint's lock. Once: a second request is the same. */
function decide(
  scope: Construct,
  id: string,
  { names }: ProjectResources,
  { decision, reason }: Pick<TrialDecision, 'decision' | 'reason'>,
): CallAwsService {
  const machine = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: names.promotionStateMachine,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const decided = {
    eventId: executionArn,
    modelPackageArn: `${input}.modelPackageArn`,
    decision: quote(decision),
    trial: `${input}.trial`,
    reason,
  };
  return callService(scope, id, {
    service: 'sfn',
    action: 'startExecution',
    resources: [machine],
    arguments: {
      StateMachineArn: nameLiveWorkflow(machine),
      Name: jsonata(`${input}.trial & ${quote(`-${decision}`)}`),
      Input: jsonata(`$string(${object(decided)})`),
    },
  });
}

/** Its first answer may have been lost. */
function onceAsked(task: CallAwsService, next: Succeed): void {
  task.addCatch(next, { errors: ['Sfn.ExecutionAlreadyExistsException'], outputs: {} });
  task.next(next);
}

function end(scope: Construct, outcome: string, reason: string): Succeed {
  return Succeed.jsonata(scope, outcome, { outputs: { outcome, reason } });
}
