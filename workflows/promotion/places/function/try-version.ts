import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type IChainable,
  QueryLanguage,
  type RetryProps,
  type State,
  type TaskMetricsConfig,
  TaskStateBase,
  type TaskStateJsonataBaseProps,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choose, when } from '../../../choice.ts';
import { functionMessage, jsonata, quote } from '../../../jsonata.ts';
import { retryFunction } from '../../../tasks/index.ts';
import type { Protocol } from '../../protocol.ts';
import { outcomes, settleOn } from '../../states/outcome.ts';
import { servingOf } from './function-serving.ts';
import { functionOf } from './live-version.ts';

/**
 * `GET /ping` of a container, as a function URL sends it: images/predictor-lambda answers it once its model is loaded.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export const PING_EVENT = {
  version: '2.0',
  rawPath: '/ping',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET', path: '/ping', sourceIp: '127.0.0.1' } },
  isBase64Encoded: false,
} as const;

/**
 * What a start may take beside the timeout of the function, which Lambda enforces: the machine, the image, and the first
 * ten seconds of the initialization. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const START_SECONDS = 60;

/** The first start of a version is its slowest, because no machine has its image. */
const retryStart: RetryProps = {
  errors: ['States.TaskFailed'],
  interval: Duration.seconds(5),
  maxAttempts: 1,
};

/**
 * Asks the version whether it starts, before any client is sent to it. SageMaker and ECS do so themselves; Lambda starts a
 * version with its first request. What it answers to rows is judged while it bakes and when it is verified.
 */
export function tryVersion(protocol: Protocol, next: State): State {
  const { scope, resources } = protocol;
  const ask = new InvokeRelease(scope, 'Try version', {
    arn: functionOf(resources).arn,
    comment: 'As /ping of a container: the model is loaded, and the handler answers',
    taskTimeout: Timeout.duration(
      Duration.seconds(servingOf(resources).timeoutSeconds + START_SECONDS),
    ),
    assign: { health: jsonata(renderAnswer) },
    outputs: {},
  });
  ask.addRetry(retryFunction);
  ask.addRetry(retryStart);
  const question = choose(scope, 'Version starts?')
    .when(when('$health.error = ""'), next)
    .when(isServiceError, notTried(protocol))
    .otherwise(doesNotStart(protocol));
  ask.addCatch(question, {
    errors: ['States.ALL'],
    assign: { health: jsonata(renderError) },
    outputs: {},
  });
  ask.next(question);
  return ask;
}

const MESSAGE_CHARACTERS = 500;

const renderAnswer = `{
  "error": $states.result.Payload.statusCode = 200 ? "" : "/ping has the status " & $string($states.result.Payload.statusCode),
  "message": $substring($string($states.result.Payload.body), 0, ${MESSAGE_CHARACTERS})
}`;

const renderError = `{
  "error": $states.errorOutput.Error,
  "message": $substring(${functionMessage('$states.errorOutput.Cause')}, 0, ${MESSAGE_CHARACTERS})
}`;

/**
 * Lambda, not the function, failed: nothing is known of the model. A function that ended without an error type is
 * `Lambda.Unknown`. https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const isServiceError = when(
  '$health.error != "Lambda.Unknown" and $contains($health.error, /^(Lambda|States)[.]/)',
);

const why = '$health.error & ": " & $health.message';

function notTried(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Fail to try version',
    `"Lambda did not say whether version " & $release.version & " starts, so that nothing was changed for clients: " & ${why}`,
  );
}

function doesNotStart(protocol: Protocol): IChainable {
  const { logGroup } = functionOf(protocol.resources);
  return protocol.settle(
    'Version does not start',
    settleOn(
      outcomes.rolledBack,
      `"Version " & $release.version & " does not start, so that nothing was changed for clients: " & ${why} & " (log group " & ${quote(logGroup)} & ")"`,
    ),
  );
}

interface InvokeReleaseProps extends TaskStateJsonataBaseProps {
  /** Of the function. */
  readonly arn: string;
}

/** Invokes the version of the release. The task of `aws-cdk-lib` takes a version that is known at synthesis. */
class InvokeRelease extends TaskStateBase {
  protected override readonly taskMetrics?: TaskMetricsConfig;
  protected override readonly taskPolicies: PolicyStatement[];
  readonly #arn: string;

  constructor(scope: Construct, id: string, { arn, ...props }: InvokeReleaseProps) {
    super(scope, id, { ...props, queryLanguage: QueryLanguage.JSONATA });
    this.#arn = arn;
    this.taskPolicies = [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${arn}:*`] }),
    ];
  }

  protected override _renderTask(): object {
    return {
      Resource: `arn:${Stack.of(this).partition}:states:::lambda:invoke`,
      Arguments: {
        FunctionName: this.#arn,
        Qualifier: jsonata('$release.version'),
        Payload: PING_EVENT,
      },
    };
  }
}
