import type { CatchProps, IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { computedSteps } from '../../definition/index.ts';
import type { JobStep } from '../names.ts';

/** What became of a job, as JSONata over the task's result. */
export interface JobResult {
  /** The value where the job completed; otherwise the state fails. */
  readonly ifCompleted: (value: string) => string;
  /** A name for people. */
  readonly name: string;
  /** What made the result, for the registry. */
  readonly arn: string;
  /** The archive of the model; the empty text of a step that makes none. */
  readonly model: string;
  /** What its container left for people, above all where it wrote nothing. */
  readonly said: string;
}

/** A script that reads folders and writes folders. */
export interface ScriptWork {
  readonly step: Exclude<JobStep, 'train'>;
  /** Expressions for a prefix or one object, by the name of its folder. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Further inputs, where an expression is true. */
  readonly moreInputs?: {
    readonly when: string;
    readonly inputs: Readonly<Record<string, string>>;
  };
  /** Expressions for prefixes, by the name of the folder. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A training script: channels in, a model out. */
export interface TrainingWork {
  readonly step: 'train';
  readonly inputs: Readonly<Record<string, string>>;
  /** An expression for the prefix below which each job has a folder. */
  readonly output: string;
  readonly checkpoints: string;
  /** An expression for the arguments of the script by their names. */
  readonly hyperparameters: string;
}

export type StepWork = ScriptWork | TrainingWork;

export interface StepJobProps {
  /** More than one share a container, that of `images/trainer`. */
  readonly works: readonly [StepWork, ...StepWork[]];
  /** The step that names the job, whose role and size it has. */
  readonly step: JobStep;
  /** What later states need. */
  readonly assign: (result: JobResult) => Readonly<Record<string, unknown>>;
}

/** Where a job goes that did not end well. */
export interface JobWays {
  readonly scope: Construct;
  /** Notes why the job did not run, should it be the end; is given the reason as JSONata. */
  readonly noteOf: (reason: string) => CatchProps;
  /** Variables that add a text, as JSONata, to the reason that was noted. */
  readonly addToReason: (text: string) => Readonly<Record<string, unknown>>;
  /** Where that goes. */
  readonly failed: IChainable;
}

/** The state that runs a job, and the states that try it again. */
export interface StepJob {
  readonly task: TaskStateBase;
  /** Adds what the compute does about missing capacity and interruptions; call it before other catches. */
  readonly recover: (ways: JobWays) => void;
}

/** The part of a project that sets a step. */
export function partOf(step: JobStep): (typeof computedSteps)[keyof typeof computedSteps] {
  return computedSteps[step === 'compare' ? 'evaluate' : step];
}
