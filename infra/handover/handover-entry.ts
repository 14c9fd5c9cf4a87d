import { Duration, Stack } from 'aws-cdk-lib';
import {
  EventBus,
  EventBusPolicy,
  EventField,
  type IEventBus,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { WorkflowRollout } from '../../definition/index.ts';
import { handoverInputPaths, selectHandovers } from '../../events/index.ts';
import {
  type HandoverImages,
  HandoverWorkflow,
  type ProjectResources,
  serviceActingFor,
} from '../../workflows/index.ts';
import { StartWorkflow } from '../releases/start-workflow.ts';
import { WorkflowRelease } from '../releases/workflow-release.ts';
import type { ProjectStorage } from '../storage.ts';
import { type Neighbor, nameApprovalsRole, namesIn, roleOf } from './neighbor.ts';

export interface HandoverEntryProps {
  readonly resources: ProjectResources;
  readonly storage: ProjectStorage;
  readonly from: Neighbor;
  readonly approval: boolean;
  readonly images: HandoverImages;
  readonly workflowRollout: WorkflowRollout;
}

/**
 * The way of models into an environment: a bus of its own for approvals of the environment before, and the state machine
 * that copies. Rules of the default bus never meet events of another account.
 */
export class HandoverEntry extends Construct {
  readonly rule: Rule;
  readonly workflow: WorkflowRelease;

  constructor(scope: Construct, id: string, props: HandoverEntryProps) {
    super(scope, id);
    const { resources, from, approval, images } = props;
    const source = { ...from, names: namesIn(from, resources.project) };
    const workflow = new HandoverWorkflow(this, 'Workflow', {
      resources,
      source,
      approval,
      images,
    });
    this.workflow = new WorkflowRelease(workflow, 'Release', {
      machine: workflow.stateMachine,
      rollout: props.workflowRollout,
    });
    this.rule = this.#start(this.#createBus(props), props);
  }

  #createBus({ resources: { names, project }, from }: HandoverEntryProps): EventBus {
    const bus = new EventBus(this, 'Bus', {
      eventBusName: names.handoverBus,
      description: `Approvals of the environment ${from.environment}`,
    });
    const statement = new PolicyStatement({
      sid: 'Approvals',
      principals: [roleOf(this, from, nameApprovalsRole(namesIn(from, project), from.region))],
      actions: ['events:PutEvents'],
      resources: [bus.eventBusArn],
    });
    // aws-cdk-lib's own types do not fit strict optional ones.
    new EventBusPolicy(this, 'BusPolicy', {
      eventBus: bus as IEventBus,
      statementId: 'Approvals',
      statement: statement.toStatementJson(),
    });
    return bus;
  }

  #start(
    bus: EventBus,
    { resources: { names, project }, storage, from }: HandoverEntryProps,
  ): Rule {
    const ruleName = `${names.qualified}-arrival`;
    const ruleArn = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${names.handoverBus}/${ruleName}`,
    });
    const role = new Role(this, 'Start', {
      assumedBy: serviceActingFor(this, 'events.amazonaws.com', [ruleArn]),
    });
    const input = Object.entries(handoverInputPaths).map(([name, path]) => [
      name,
      EventField.fromPath(path),
    ]);
    return new Rule(this, 'Arrival', {
      ruleName,
      eventBus: bus,
      description: `An approval in the environment ${from.environment} starts a handover`,
      eventPattern: {
        account: [from.account],
        ...selectHandovers(namesIn(from, project).modelPackageGroup),
      },
      targets: [
        new StartWorkflow(this.workflow, {
          role,
          input: RuleTargetInput.fromObject(Object.fromEntries(input)),
          deadLetterQueue: storage.deadLetters,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
  }
}
