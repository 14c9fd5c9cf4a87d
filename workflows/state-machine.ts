import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

export interface StateMachineOptions {
  readonly name: string;
  readonly comment: string;
  readonly start: IChainable;
  readonly timeout: Duration;
}

/** A Standard JSONata state machine with everything logged and traced. */
export function createStateMachine(scope: Construct, options: StateMachineOptions): StateMachine {
  return new StateMachine(scope, 'Resource', {
    stateMachineName: options.name,
    comment: options.comment,
    definitionBody: DefinitionBody.fromChainable(options.start),
    queryLanguage: QueryLanguage.JSONATA,
    timeout: options.timeout,
    tracingEnabled: true,
    logs: {
      level: LogLevel.ALL,
      includeExecutionData: true,
      destination: new LogGroup(scope, 'Logs', {
        // The prefix keeps the resource policy of log delivery small, as AWS advises.
        logGroupName: `/aws/vendedlogs/states/${options.name}`,
        retention: RetentionDays.ONE_YEAR,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
