import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  QueryLanguage,
  type TaskMetricsConfig,
  TaskStateBase,
  type TaskStateJsonataBaseProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** What Step Functions calls things for each kind of SageMaker job. */
const jobKinds = {
  processing: {
    resource: 'createProcessingJob',
    actions: ['CreateProcessingJob', 'DescribeProcessingJob', 'StopProcessingJob'],
    arnType: 'processing-job',
    managedRule: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule',
  },
  training: {
    resource: 'createTrainingJob',
    actions: ['CreateTrainingJob', 'DescribeTrainingJob', 'StopTrainingJob'],
    arnType: 'training-job',
    managedRule: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
  },
  transform: {
    resource: 'createTransformJob',
    actions: ['CreateTransformJob', 'DescribeTransformJob', 'StopTransformJob'],
    arnType: 'transform-job',
    managedRule: 'StepFunctionsGetEventsForSageMakerTransformJobsRule',
  },
} as const;

export interface CreateJobProps extends TaskStateJsonataBaseProps {
  readonly kind: keyof typeof jobKinds;
  /** Jobs are named `<prefix>…`; permissions end there. */
  readonly namePrefix: string;
  /** The role the job runs with; undefined of a transform job, which has that of its model. */
  readonly role: IRole | undefined;
  /** The request, as the API takes it. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * Runs a SageMaker job to its end. `aws-cdk-lib` has no task for processing jobs, and its task for
 * training jobs lacks spot instances and writes a JSONata name into a policy.
 */
export class CreateJob extends TaskStateBase {
  protected override readonly taskMetrics?: TaskMetricsConfig;
  protected override readonly taskPolicies: PolicyStatement[];
  readonly #props: CreateJobProps;

  constructor(scope: Construct, id: string, props: CreateJobProps) {
    super(scope, id, { ...props, queryLanguage: QueryLanguage.JSONATA });
    this.#props = props;
    this.taskPolicies = this.#renderPolicies();
  }

  protected override _renderTask(): object {
    const { resource } = jobKinds[this.#props.kind];
    const { partition } = Stack.of(this);
    return {
      Resource: `arn:${partition}:states:::sagemaker:${resource}.sync`,
      Arguments: this.#props.arguments,
    };
  }

  #renderPolicies(): PolicyStatement[] {
    const { kind, role } = this.#props;
    const { actions, arnType, managedRule } = jobKinds[kind];
    const stack = Stack.of(this);
    const jobs = stack.formatArn({
      service: 'sagemaker',
      resource: arnType,
      resourceName: `${this.#props.namePrefix}*`,
    });
    const rule = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: managedRule,
    });
    return [
      new PolicyStatement({
        // Step Functions tags the jobs it starts.
        actions: [...actions, 'AddTags', 'ListTags'].map((action) => `sagemaker:${action}`),
        resources: [jobs],
      }),
      ...(role === undefined ? [] : [passToSageMaker(role)]),
      new PolicyStatement({
        // The rule by which Step Functions hears that a job ended.
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [rule],
      }),
    ];
  }
}

/** Lets a workflow give SageMaker this role. */
export function passToSageMaker(role: IRole): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  });
}
