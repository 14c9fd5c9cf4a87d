import {
  Artifact as CdkArtifact,
  type IAction,
  type Pipeline,
  Result,
  type StageOptions,
} from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  type ApprovalStep,
  type Artifact,
  type BuildStep,
  type DeliveryPlan,
  nameReferenceRole,
  partitionOf,
  type Stage,
  type Step,
  type TrainingStep,
} from '../../delivery/index.ts';
import { BuildProject } from './build-project.ts';
import { renderWatch, renderWindow } from './conditions.ts';
import type { DeliverySource } from './delivery-props.ts';
import { renderSource, SOURCE_VARIABLES } from './source.ts';
import { TrainingAction } from './training-action.ts';

export interface DeliveryStagesProps {
  readonly pipeline: Pipeline;
  readonly plan: DeliveryPlan;
  readonly source: DeliverySource;
  readonly key: IKey;
}

/** The namespace of what a step exports; an action's own name has hyphens, which no namespace takes. */
function namespaceOf(step: string): string {
  return step.replaceAll('-', '_');
}

/** The stages of the plan as CodePipeline's. */
export class DeliveryStages extends Construct {
  readonly #plan: DeliveryPlan;
  readonly #key: IKey;
  readonly #artifacts: Readonly<Record<Artifact, CdkArtifact>> = {
    Source: new CdkArtifact('Source'),
    Assembly: new CdkArtifact('Assembly'),
  };

  constructor(scope: Construct, id: string, props: DeliveryStagesProps) {
    super(scope, id);
    const { pipeline, plan, source, key } = props;
    this.#plan = plan;
    this.#key = key;
    const { action, triggers } = renderSource(this, source, {
      pipelineRole: pipeline.role,
      output: this.#artifacts.Source,
      trigger: plan.trigger,
    });
    pipeline.addStage({ stageName: 'Source', actions: [action] });
    for (const trigger of triggers) pipeline.addTrigger(trigger);
    for (const stage of plan.stages) pipeline.addStage(this.#renderStage(stage, pipeline));
  }

  #renderStage(stage: Stage, pipeline: Pipeline): StageOptions {
    const { name, deploysTo, window, watch, steps } = stage;
    return {
      stageName: name,
      actions: steps.map((step) => this.#renderStep(step)),
      ...(window === undefined ? {} : { beforeEntry: renderWindow(name, window) }),
      ...(watch === undefined ? {} : { onSuccess: this.#watch(watch, pipeline) }),
      ...(deploysTo === undefined ? {} : { onFailure: { result: Result.ROLLBACK } }),
    };
  }

  /** The pipeline's own role starts the project of a rule; only for an action does the CDK let the project read its inputs. */
  #watch(step: BuildStep, pipeline: Pipeline) {
    const { project } = this.#createProject(step);
    pipeline.artifactBucket.grantRead(project);
    pipeline.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild'],
        resources: [project.projectArn],
      }),
    );
    return renderWatch(step, project.projectName);
  }

  #createProject(step: BuildStep): BuildProject {
    return new BuildProject(this, step.name, { step, plan: this.#plan, key: this.#key });
  }

  #renderStep(step: Step): IAction {
    switch (step.kind) {
      case 'build':
        return this.#renderBuild(step);
      case 'training':
        return this.#renderTraining(step);
      case 'approval':
        return renderApproval(step);
    }
  }

  #renderBuild(step: BuildStep): IAction {
    const { project } = this.#createProject(step);
    const [input = this.#artifacts.Source, ...extraInputs] = step.inputs.map(
      (name) => this.#artifacts[name],
    );
    return new CodeBuildAction({
      actionName: step.name,
      runOrder: step.order,
      project,
      input,
      extraInputs,
      outputs: step.output === undefined ? [] : [this.#artifacts[step.output]],
      environmentVariables: { COMMIT: { value: `#{${SOURCE_VARIABLES}.CommitId}` } },
      ...(step.exports.length === 0 ? {} : { variablesNamespace: namespaceOf(step.name) }),
    });
  }

  #renderTraining(step: TrainingStep): IAction {
    const { environment, stateMachine } = step;
    const { account = '', region = '' } = this.#plan.environments[environment] ?? {};
    const partition = partitionOf(region);
    const name = nameReferenceRole(environment);
    // Of the environment's account: nothing is added to it from here.
    const role = Role.fromRoleArn(
      this,
      step.name,
      `arn:${partition}:iam::${account}:role/${name}`,
      {
        mutable: false,
      },
    );
    return new TrainingAction({
      actionName: step.name,
      runOrder: step.order,
      role,
      stateMachineArn: `arn:${partition}:states:${region}:${account}:stateMachine:${stateMachine}`,
      input: `#{${namespaceOf(step.prepared)}.${step.variable}}`,
    });
  }
}

function renderApproval({ name, order, reviewed }: ApprovalStep): IAction {
  const variable = (key: string) => `#{${namespaceOf(reviewed)}.${key}}`;
  return new ManualApprovalAction({
    actionName: name,
    runOrder: order,
    additionalInformation: variable('SUMMARY'),
    externalEntityLink: variable('LINK'),
  });
}
