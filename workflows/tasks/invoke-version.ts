import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IVersion } from 'aws-cdk-lib/aws-lambda';
import { QueryLanguage } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, type LambdaInvokeJsonataProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

export interface InvokeVersionProps extends Omit<LambdaInvokeJsonataProps, 'lambdaFunction'> {
  readonly version: IVersion;
}

/**
 * Invokes a published version of a function. The task of `aws-cdk-lib` allows this version only: a deployment in the
 * middle of an execution would take away what the execution needs.
 */
export class InvokeVersion extends LambdaInvoke {
  protected override readonly taskPolicies: PolicyStatement[];

  constructor(scope: Construct, id: string, { version, ...props }: InvokeVersionProps) {
    super(scope, id, { ...props, lambdaFunction: version, queryLanguage: QueryLanguage.JSONATA });
    this.taskPolicies = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [...version.lambda.resourceArnsForGrantInvoke],
      }),
    ];
  }
}
