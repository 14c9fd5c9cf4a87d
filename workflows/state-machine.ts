import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { serviceActingFor } from './service-trust.ts';

export interface StateMachineOptions {
  readonly name: string;
  /** Where policies of others name the role. @default a name that CloudFormation makes up */
  readonly roleName?: string;
  readonly comment: string;
  readonly start: IChainable;
  readonly timeout: Duration;
}

/** A Standard JSONata state machine with everything logged and traced. */
export function createStateMachine(scope: Construct, options: StateMachineOptions): StateMachine {
  const arn = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: options.name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new StateMachine(scope, 'Resource', {
    role: new Role(scope, 'Role', {
      ...(options.roleName === undefined ? {} : { roleName: options.roleName }),
      assumedBy: serviceActingFor(scope, 'states.amazonaws.com', [arn]),
    }),
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
