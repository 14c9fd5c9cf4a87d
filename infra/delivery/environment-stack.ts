import { ArnFormat, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, type IPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Encryption, Project } from '../../definition/index.ts';
import {
  type Access,
  DELIVERY,
  type DeliveryPlan,
  listBuildSteps,
  listTrainingSteps,
  nameReferenceRole,
  nameStepRole,
  nameVisitRole,
  partitionOf,
} from '../../delivery/index.ts';
import { layOutKeys, nameProjectParameter } from '../../events/index.ts';
import { keysOf, nameParts, viaS3 } from '../../workflows/index.ts';

export interface EnvironmentDeliveryStackProps extends StackProps {
  readonly environment: string;
  readonly plan: DeliveryPlan;
  readonly projects: readonly Project[];
  /** What encrypts the objects of the projects. @default keys of S3 */
  readonly encryption?: Encryption | undefined;
}

/** What the pipeline may do in an environment beside deploying it: roles that steps of the pipeline alone take on. */
export class EnvironmentDeliveryStack extends Stack {
  readonly #props: EnvironmentDeliveryStackProps;

  constructor(scope: Construct, id: string, props: EnvironmentDeliveryStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { environment, plan } = props;
    const visit = new Role(this, 'Visit', {
      roleName: nameVisitRole(environment),
      description: `Looks at what a delivery has changed in ${environment}`,
      assumedBy: this.#trustSteps(['visit', 'review']),
    });
    for (const statement of this.#renderVisit()) visit.addToPolicy(statement);
    new CfnOutput(this, 'VisitRoleArn', { value: visit.roleArn });
    if (environment !== plan.first || Object.keys(plan.references).length === 0) return;
    const reference = new Role(this, 'Reference', {
      roleName: nameReferenceRole(environment),
      description: 'Starts reference trainings, and waits for them',
      assumedBy: this.#trust([
        `${DELIVERY}-pipeline`,
        ...listTrainingSteps(plan).map(({ name }) => nameStepRole(name)),
      ]),
    });
    for (const statement of this.#renderTraining()) reference.addToPolicy(statement);
  }

  /** The names of the roles of steps that may do this here. */
  #namesOf(accesses: readonly Access[]): string[] {
    const { environment, plan } = this.#props;
    return listBuildSteps(plan)
      .filter(({ access }) => accesses.includes(access))
      .filter((step) => step.environment === environment || step.access === 'review')
      .map(({ name }) => nameStepRole(name));
  }

  #trustSteps(accesses: readonly Access[]): IPrincipal {
    return this.#trust(this.#namesOf(accesses));
  }

  /**
   * IAM takes a role as principal only where it exists, and it may not yet: so the account is trusted, and the condition
   * names the roles.
   */
  #trust(roles: readonly string[]): IPrincipal {
    const { account, region } = this.#props.plan.pipeline;
    const arns = roles.map((name) => `arn:${partitionOf(region)}:iam::${account}:role/${name}`);
    return new AccountPrincipal(account).withConditions({
      ArnEquals: { 'aws:PrincipalArn': arns },
    });
  }

  #arn(service: string, resource: string, resourceName: string, arnFormat: ArnFormat): string {
    return this.formatArn({ service, resource, resourceName, arnFormat });
  }

  #machines(): string[] {
    const { environment, projects } = this.#props;
    return projects.map(({ name, registry }) => {
      const names = nameParts(environment, name, registry.modelPackageGroup);
      return names.trainingStateMachine;
    });
  }

  #renderVisit(): PolicyStatement[] {
    const { environment, plan, projects } = this.#props;
    const { COLON_RESOURCE_NAME: colon, SLASH_RESOURCE_NAME: slash } = ArnFormat;
    const parameters = nameProjectParameter(environment, '').replace(/^\/|\/$/g, '');
    const qualified = projects.map(
      ({ name, registry }) => nameParts(environment, name, registry.modelPackageGroup).qualified,
    );
    return [
      allow(
        ['ssm:GetParametersByPath'],
        [
          this.#arn('ssm', 'parameter', parameters, slash),
          this.#arn('ssm', 'parameter', `${parameters}/*`, slash),
        ],
      ),
      allow(
        ['states:DescribeStateMachine', 'states:ListExecutions'],
        qualified.map((name) => this.#arn('states', 'stateMachine', `${name}-*`, colon)),
      ),
      allow(
        ['states:DescribeExecution'],
        this.#machines().map((name) =>
          this.#arn('states', 'execution', `${name}:reference-*`, colon),
        ),
      ),
      allow(['cloudwatch:DescribeAlarms'], [this.#arn('cloudwatch', 'alarm', '*', colon)]),
      allow(
        ['sagemaker:DescribeEndpoint'],
        qualified.map((name) => this.#arn('sagemaker', 'endpoint', name, slash)),
      ),
      allow(
        ['lambda:GetAlias', 'lambda:GetFunctionConfiguration'],
        qualified.flatMap((name) => [
          this.#arn('lambda', 'function', `${name}-serving`, colon),
          this.#arn('lambda', 'function', `${name}-serving:*`, colon),
        ]),
      ),
      allow(
        ['ecs:DescribeServices'],
        // Clusters are named by CloudFormation, after the stack.
        projects.map(({ name }, index) =>
          this.#arn(
            'ecs',
            'service',
            `stepmill-${environment}-${name}-*/${qualified[index]}`,
            slash,
          ),
        ),
      ),
      ...(environment === plan.first ? this.#renderReferenceData() : []),
    ];
  }

  /** Buckets are named by CloudFormation, after the stack: only their part with reference data can be written. */
  #renderReferenceData(): PolicyStatement[] {
    const { environment, plan, projects, encryption } = this.#props;
    const names = projects
      .map(({ name }) => name)
      .filter((name) => plan.references[name] !== undefined);
    if (names.length === 0) return [];
    return [
      ...names.map((name) =>
        allow(
          ['s3:PutObject'],
          [
            `arn:${this.partition}:s3:::stepmill-${environment}-${name}-*/${layOutKeys(name).reference}*`,
          ],
        ),
      ),
      ...(encryption === 'kms' ? [this.#renderKeys()] : []),
    ];
  }

  /** The stacks of the projects, which have the keys, may be deployed after this one. */
  #renderKeys(): PolicyStatement {
    return new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keysOf(this, this.account)],
      conditions: viaS3(this),
    });
  }

  #renderTraining(): PolicyStatement[] {
    const { COLON_RESOURCE_NAME: colon } = ArnFormat;
    return [
      allow(
        ['states:DescribeStateMachine', 'states:StartExecution'],
        this.#machines().map((name) => this.#arn('states', 'stateMachine', name, colon)),
      ),
      allow(
        ['states:DescribeExecution'],
        this.#machines().map((name) =>
          this.#arn('states', 'execution', `${name}:reference-*`, colon),
        ),
      ),
    ];
  }
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
