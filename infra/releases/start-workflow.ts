import type { IRule, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, type SfnStateMachineProps } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { WorkflowRelease } from './workflow-release.ts';

/** The target of a rule that starts a workflow under its alias. The CDK's own target starts the machine. */
export class StartWorkflow extends SfnStateMachine {
  readonly #aliasArn: string;

  constructor(workflow: WorkflowRelease, props: SfnStateMachineProps & { readonly role: Role }) {
    super(workflow.machine, { ...props, role: props.role.withoutPolicyUpdates() });
    workflow.grantStart(props.role);
    this.#aliasArn = workflow.aliasArn;
  }

  override bind(rule: IRule, id?: string): RuleTargetConfig {
    return { ...super.bind(rule, id), arn: this.#aliasArn };
  }
}
