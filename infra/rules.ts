import { Duration } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  type EventSelection,
  promotionInputPaths,
  selectApprovals,
  selectObserved,
  selectUploads,
  selectUploadsOutside,
  trainingInputPaths,
} from '../events/index.ts';
import { jobSteps, type ProjectResources } from '../workflows/index.ts';

export interface ProjectRulesProps {
  readonly resources: ProjectResources;
  readonly training: StateMachine;
  readonly promotion: StateMachine;
  readonly unclaimed: StateMachine;
  /** Whose executions become metrics. */
  readonly observed: readonly StateMachine[];
  readonly observer: IFunction;
  readonly deadLetters: IQueue;
}

/** Which event starts what. What cannot be delivered lands in the dead-letter queue. */
export class ProjectRules extends Construct {
  readonly rules: readonly Rule[];
  readonly #deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: ProjectRulesProps) {
    super(scope, id);
    this.#deadLetters = props.deadLetters;
    const { names, keys, bucket } = props.resources;
    const known = [keys.incoming, keys.runs, keys.quarantine, keys.captured, keys.locks];
    this.rules = [
      this.#createRule('Upload', {
        description: `An upload below ${keys.incoming} starts a training`,
        selection: selectUploads(bucket.bucketName, keys.incoming),
        target: this.#start('StartTraining', props.training, trainingInputPaths),
      }),
      this.#createRule('StrayUpload', {
        description: 'An upload that belongs to no project is recorded and told',
        selection: selectUploadsOutside(bucket.bucketName, known),
        target: this.#start('StartStrayUpload', props.unclaimed, trainingInputPaths),
      }),
      this.#createRule('Approval', {
        description: 'An approval or rejection of a model starts a promotion',
        selection: selectApprovals(names.modelPackageGroup),
        target: this.#start('StartPromotion', props.promotion, promotionInputPaths),
      }),
      this.#createRule('Observation', {
        description: 'Everything that happens to the project becomes metrics',
        selection: selectObserved({
          stateMachineArns: props.observed.map((machine) => machine.stateMachineArn),
          jobNamePrefixes: jobSteps.map((step) => names.jobPrefix(step)),
          modelPackageGroupName: names.modelPackageGroup,
          endpointName: names.endpoint,
        }),
        target: new LambdaFunction(props.observer, {
          deadLetterQueue: props.deadLetters,
          maxEventAge: Duration.hours(1),
          retryAttempts: 4,
        }),
      }),
    ];
  }

  #createRule(
    id: string,
    rule: { description: string; selection: EventSelection; target: IRuleTarget },
  ): Rule {
    return new Rule(this, id, {
      description: rule.description,
      eventPattern: { ...rule.selection },
      targets: [rule.target],
    });
  }

  /** Starts a state machine with what the paths pick from the event. */
  #start(
    roleId: string,
    machine: StateMachine,
    paths: Readonly<Record<string, string>>,
  ): SfnStateMachine {
    const input = Object.entries(paths).map(([name, path]) => [name, EventField.fromPath(path)]);
    const role = new Role(this, roleId, {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
    });
    return new SfnStateMachine(machine, {
      role,
      input: RuleTargetInput.fromObject(Object.fromEntries(input)),
      deadLetterQueue: this.#deadLetters,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
  }
}
