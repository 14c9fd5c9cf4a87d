import {
  Action,
  ActionCategory,
  type ActionConfig,
  type ActionProperties,
} from 'aws-cdk-lib/aws-codepipeline';
import type { IRole } from 'aws-cdk-lib/aws-iam';

export interface TrainingActionProps {
  readonly actionName: string;
  readonly runOrder: number;
  /** Of the account that has the state machine. */
  readonly role: IRole;
  readonly stateMachineArn: string;
  /** The execution's input; a variable of an earlier action. */
  readonly input: string;
}

/** Executions have names of their own: this, and the id of the action's execution. */
const NAME_PREFIX = 'reference';

/**
 * Starts a state machine and waits for its end. The CDK's own action takes only an input that is known at synth, and makes a
 * stack for a role in the other account, which would have to be deployed before.
 */
export class TrainingAction extends Action {
  protected override readonly providedActionProperties: ActionProperties;
  readonly #props: TrainingActionProps;

  constructor(props: TrainingActionProps) {
    super();
    this.#props = props;
    const { actionName, runOrder, role } = props;
    this.providedActionProperties = {
      actionName,
      runOrder,
      role,
      category: ActionCategory.INVOKE,
      provider: 'StepFunctions',
      owner: 'AWS',
      version: '1',
      artifactBounds: { minInputs: 0, maxInputs: 1, minOutputs: 0, maxOutputs: 1 },
      inputs: [],
      outputs: [],
    };
  }

  protected override bound(): ActionConfig {
    const { stateMachineArn, input } = this.#props;
    return {
      configuration: {
        StateMachineArn: stateMachineArn,
        ExecutionNamePrefix: NAME_PREFIX,
        InputType: 'Literal',
        Input: input,
      },
    };
  }
}
