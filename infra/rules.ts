import { Duration, Stack } from 'aws-cdk-lib';
import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  type EventSelection,
  labelInputPaths,
  promotionInputPaths,
  scoringInputPaths,
  selectApprovals,
  selectClosings,
  selectObserved,
  selectUploads,
  selectUploadsOutside,
  trainingInputPaths,
} from '../events/index.ts';
import {
  type JobStep,
  jobSteps,
  type Names,
  type ProjectResources,
  serviceActingFor,
  type WatchingStep,
} from '../workflows/index.ts';
import { StartWorkflow } from './releases/start-workflow.ts';
import type { WorkflowRelease } from './releases/workflow-release.ts';

export interface ProjectRulesProps {
  readonly resources: ProjectResources;
  readonly training: WorkflowRelease;
  readonly promotion: WorkflowRelease;
  readonly unclaimed: WorkflowRelease;
  /** Undefined where files are not scored as a whole. */
  readonly scoring: WorkflowRelease | undefined;
  /** Undefined where only people and uploads start a training. */
  readonly retraining: WorkflowRelease | undefined;
  /** The state machines whose executions are counted as metrics. */
  readonly observed: readonly StateMachine[];
  readonly observer: IFunction;
  readonly deadLetters: IQueue;
}

/** The rules that start workflows and functions. Events that cannot be delivered go to the dead-letter queue. */
export class ProjectRules extends Construct {
  readonly rules: readonly Rule[];
  readonly #deadLetters: IQueue;
  readonly #names: Names;

  constructor(scope: Construct, id: string, props: ProjectRulesProps) {
    super(scope, id);
    this.#deadLetters = props.deadLetters;
    const { names, keys, bucket } = props.resources;
    this.#names = names;
    const known = [
      ...[keys.incoming, keys.runs, keys.quarantine, keys.captured],
      ...(props.resources.triesReferences === true ? [keys.reference] : []),
      ...(props.scoring === undefined ? [] : [keys.scoring, keys.scoringRequests, keys.scored]),
      ...(props.resources.monitoring === undefined && props.retraining === undefined
        ? []
        : [keys.labels, keys.monitoring]),
    ];
    this.rules = [
      this.#createRule('Upload', {
        description: describeUploads(props.resources),
        selection: selectDatasets(props.resources),
        target: this.#start('Upload', props.training, trainingInputPaths),
      }),
      this.#createRule('StrayUpload', {
        description: 'An upload that belongs to no project is recorded and announced',
        selection: selectUploadsOutside(bucket.bucketName, known),
        target: this.#start('StrayUpload', props.unclaimed, trainingInputPaths),
      }),
      this.#createRule('Approval', {
        description: 'An approval or rejection of a model starts a promotion',
        selection: selectApprovals(names.modelPackageGroup),
        target: this.#start('Approval', props.promotion, promotionInputPaths),
      }),
      this.#createRule('Observation', {
        description: 'Everything that happens to the project becomes metrics',
        selection: selectObserved({
          stateMachineArns: props.observed.map((machine) => machine.stateMachineArn),
          jobNamePrefixes: listJobSteps(props.resources).map((step) => names.jobPrefix(step)),
          ...(props.scoring === undefined
            ? {}
            : { transformJobNamePrefixes: [names.jobPrefix('score')] }),
          modelPackageGroupName: names.modelPackageGroup,
          endpointName: names.endpoint,
        }),
        target: new LambdaFunction(props.observer, {
          deadLetterQueue: props.deadLetters,
          maxEventAge: Duration.hours(1),
          retryAttempts: 4,
        }),
      }),
      ...(props.scoring === undefined ? [] : [this.#createScoring(props, props.scoring)]),
      ...(props.retraining === undefined ? [] : this.#createLabels(props, props.retraining)),
    ];
  }

  #createLabels({ resources }: ProjectRulesProps, retraining: WorkflowRelease): Rule[] {
    const { bucket, keys, project } = resources;
    if (project.retraining?.triggers.includes('labels') !== true) return [];
    const rule = this.#createRule('Labels', {
      description: `Labels below ${keys.labels} ask for a decision to train again`,
      selection: selectUploads(bucket.bucketName, keys.labels),
      target: this.#start('Labels', retraining, labelInputPaths, { trigger: 'labels' }),
    });
    return [rule];
  }

  #createScoring({ resources }: ProjectRulesProps, scoring: WorkflowRelease): Rule {
    const { bucket, keys } = resources;
    return this.#createRule('Scoring', {
      description: `An upload below ${keys.scoring} is scored`,
      selection: selectUploads(bucket.bucketName, keys.scoring),
      target: this.#start('Scoring', scoring, scoringInputPaths),
    });
  }

  #createRule(
    id: string,
    rule: { description: string; selection: EventSelection; target: IRuleTarget },
  ): Rule {
    return new Rule(this, id, {
      ruleName: this.#nameRule(id),
      description: rule.description,
      eventPattern: { ...rule.selection },
      targets: [rule.target],
    });
  }

  /** It has a fixed name, so that the role can name the rule in its trust policy before the rule exists. */
  #nameRule(id: string): string {
    return `${this.#names.qualified}-${id.replaceAll(/(?!^)[A-Z]/g, '-$&').toLowerCase()}`;
  }

  /** Starts a workflow with the parts of the event that the paths select. */
  #start(
    ruleId: string,
    release: WorkflowRelease,
    paths: Readonly<Record<string, string>>,
    constants: Readonly<Record<string, string>> = {},
  ): StartWorkflow {
    const input = [
      ...Object.entries(paths).map(([name, path]) => [name, EventField.fromPath(path)]),
      ...Object.entries(constants),
    ];
    const rule = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: this.#nameRule(ruleId),
    });
    const role = new Role(this, `Start${ruleId}`, {
      assumedBy: serviceActingFor(this, 'events.amazonaws.com', [rule]),
    });
    return new StartWorkflow(release, {
      role,
      input: RuleTargetInput.fromObject(Object.fromEntries(input)),
      deadLetterQueue: this.#deadLetters,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
  }
}

/** Uploads that complete a dataset: every file, or the marker of a folder. */
function selectDatasets({ bucket, keys, project }: ProjectResources): EventSelection {
  const { marker } = project.dataset;
  return marker === undefined
    ? selectUploads(bucket.bucketName, keys.incoming)
    : selectClosings(bucket.bucketName, keys.incoming, marker);
}

function describeUploads({ keys, project }: ProjectResources): string {
  const { marker } = project.dataset;
  return marker === undefined
    ? `An upload below ${keys.incoming} starts a training`
    : `A file ${marker} in a folder below ${keys.incoming} starts a training`;
}

/** The steps that run as processing and training jobs. */
function listJobSteps({ scoring, monitoring }: ProjectResources): (JobStep | WatchingStep)[] {
  return [
    ...jobSteps,
    ...(scoring?.explainRole === undefined ? [] : (['explain', 'measure'] as const)),
    ...(monitoring === undefined ? [] : (['monitor'] as const)),
  ];
}
