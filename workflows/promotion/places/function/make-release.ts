import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { choose, when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { awaitQuietAlarms } from '../../phases/await-alarms.ts';
import { hasWaitedTooLong, LONGEST_WAIT, noteProblem, type Protocol } from '../../protocol.ts';
import { MODEL_RELEASE, modelEnvironment } from '../../states/model-environment.ts';
import { recordLiveAnswers } from '../../states/test-rows.ts';
import { isAbsent, type MadeRelease } from '../place.ts';
import { servingOf } from './function-serving.ts';
import { callLambda, functionOf } from './live-version.ts';
import { provision } from './provisioned-concurrency.ts';
import { shiftRequests, stepsOf } from './shift.ts';
import { tryVersion } from './try-version.ts';

/** From the first look at the alias to the first share of requests for the new version. */
export function makeRelease(protocol: Protocol, next: IChainable): MadeRelease {
  const { scope, resources } = protocol;
  const create = createAlias(scope, resources);
  // Its answer was lost.
  create.addCatch(next, { errors: [isThere], outputs: {} });
  protocol.guard(create).next(next);
  const steps = stepsOf(servingOf(resources));
  const shift = protocol.guard(shiftRequests(scope, 'Shift requests', resources, steps));
  shift.next(next);
  const update = awaitQuietAlarms(protocol, { next: shift });
  const begin = choose(scope, 'Create or shift alias?').when(isAbsent, create).otherwise(update);
  const configure = configureFunction(
    protocol,
    publishVersion(protocol, tryVersion(protocol, provision(protocol, begin))),
  );
  const confirm = protocol.lock.confirm({
    next: configure,
    guard: (task) => protocol.guard(task),
  });
  const record = recordLiveAnswers(scope, resources);
  record.addCatch(confirm, { errors: ['States.ALL'], outputs: {} });
  record.next(confirm);
  return {
    start: choose(scope, 'Alias exists?').when(isAbsent, confirm).otherwise(record),
    update,
  };
}

const isBusy = 'Lambda.ResourceConflictException';
const isThere = 'Lambda.ResourceConflictException';

/** `$LATEST` gets the release's environment; a deployment of the stack may change it at the same time. */
function configureFunction(protocol: Protocol, next: (again: State) => State): State {
  const { scope, resources } = protocol;
  const configure = updateFunction(scope, resources);
  const busy = protocol.waitForOthers('Wait to configure function');
  busy.next(configure);
  configure.addCatch(
    choose(scope, 'Retry function configuration?')
      .when(when(`$not(${hasWaitedTooLong})`), busy)
      .otherwise(
        protocol.failWith(
          'Fail to configure function',
          `"The function was still being changed by others after ${LONGEST_WAIT.toHumanString()}: " & $problem`,
        ),
      ),
    { errors: [isBusy, 'Lambda.TooManyRequestsException'], assign: noteProblem, outputs: {} },
  );
  const wait = protocol.waitForOthers('Wait for function');
  const check = protocol.guard(checkFunction(scope, resources));
  wait.next(check);
  protocol.guard(configure).next(wait);
  check.next(
    choose(scope, 'Function ready?')
      .when(hasFailed('function'), functionFailed(protocol))
      .when(when(hasWaitedTooLong), functionTakesTooLong(protocol))
      .when(when('$not($function.release = $release.name)'), configure)
      .when(isReady('function'), next(check))
      .otherwise(wait),
  );
  return configure;
}

const isReady = (what: string) =>
  when(`$${what}.state = "Active" and $${what}.update = "Successful"`);
const hasFailed = (what: string) => when(`$${what}.state = "Failed" or $${what}.update = "Failed"`);

function functionFailed(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Function failed',
    '"Lambda could not prepare the function, so that nothing was changed for clients: " & $function.reason',
  );
}

function functionTakesTooLong(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Function takes too long',
    `"The function was still " & $function.state & ", its update " & $function.update & ", after ${LONGEST_WAIT.toHumanString()}. Nothing was changed for clients."`,
  );
}

/** The version never changes, also when the function changes. One without changes is the last one again. */
function publishVersion(protocol: Protocol, next: State): (again: State) => State {
  const { scope, resources } = protocol;
  const wait = protocol.waitForOthers('Wait for version');
  const check = protocol.guard(checkVersion(scope, resources));
  wait.next(check);
  check.next(
    choose(scope, 'Version ready?')
      .when(
        hasFailed('version'),
        protocol.failWith(
          'Version failed',
          '"Lambda could not prepare version " & $release.version & ", so that nothing was changed for clients: " & $version.reason',
        ),
      )
      .when(isReady('version'), next)
      .when(when(hasWaitedTooLong), versionTakesTooLong(protocol))
      .otherwise(wait),
  );
  return (again) => {
    const publish = callLambda(scope, 'Publish version', resources, {
      action: 'publishVersion',
      arguments: {
        RevisionId: jsonata('$function.revision'),
        Description: jsonata('$release.name'),
      },
      assign: {
        release: jsonata('$merge([$release, {"version": $states.result.Version}])'),
      },
    });
    // The function changed after it was looked at.
    publish.addCatch(again, { errors: ['Lambda.PreconditionFailedException'], outputs: {} });
    protocol.guard(publish).next(check);
    return publish;
  };
}

function versionTakesTooLong(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Version takes too long',
    `"Version " & $release.version & " was still " & $version.state & " after ${LONGEST_WAIT.toHumanString()}. Nothing was changed for clients."`,
  );
}

function updateFunction(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Configure function', resources, {
    asksAgain: true,
    action: 'updateFunctionConfiguration',
    arguments: {
      Environment: {
        Variables: {
          ...functionOf(resources).environment,
          ...modelEnvironment(resources),
        },
      },
    },
  });
}

const renderConfiguration = `{
  "state": $exists($states.result.State) ? $states.result.State : "Active",
  "update": $exists($states.result.LastUpdateStatus) ? $states.result.LastUpdateStatus : "Successful",
  "reason": $join([$states.result.StateReason, $states.result.LastUpdateStatusReason], " "),
  "revision": $states.result.RevisionId,
  "release": $string($states.result.Environment.Variables.${MODEL_RELEASE})
}`;

function checkFunction(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Check function', resources, {
    action: 'getFunctionConfiguration',
    arguments: {},
    assign: { function: jsonata(renderConfiguration) },
  });
}

/** The image of a version is prepared once more, and until then it cannot be invoked. */
function checkVersion(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Check version', resources, {
    action: 'getFunctionConfiguration',
    arguments: { Qualifier: jsonata('$release.version') },
    assign: { version: jsonata(renderConfiguration) },
  });
}

/** The first model of a project. */
function createAlias(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Create alias', resources, {
    action: 'createAlias',
    arguments: {
      Name: functionOf(resources).alias,
      FunctionVersion: jsonata('$release.version'),
    },
  });
}
