import type { CatchProps, IChainable } from 'aws-cdk-lib/aws-stepfunctions';

/** A task as far as catching goes; the tasks' own base class does not fit strict optional types. */
export interface Guardable {
  addCatch(handler: IChainable, props?: CatchProps): unknown;
}

/** Adds a workflow's catch for any other failure. */
export type Guard = <Task extends Guardable>(task: Task) => Task;
