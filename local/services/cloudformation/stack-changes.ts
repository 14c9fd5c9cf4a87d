import type {
  CloudFormation,
  DeleteStackInput,
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  GetTemplateInput,
  GetTemplateOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ResourceStatus,
  StackEvent,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Template } from '../../provision/index.ts';
import { ValidationError } from './errors.ts';
import { parseTemplate, readTemplateText } from './read-template.ts';
import { findStack, onStack, stackNameOf } from './stacks.ts';
import type { CloudFormationState } from './state.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html: a page has up to 1 MB. */
const EVENTS_OF_PAGE = 100;

export const stackChangeOperations: OperationTable<CloudFormation, CloudFormationState> = {
  DeleteStack: {
    permissions: (input: DeleteStackInput, state) => [
      onStack('DeleteStack')(input, state),
      ...(input.RoleARN === undefined
        ? []
        : [passRole(input.RoleARN, 'cloudformation.amazonaws.com')]),
    ],
    run(input: Checked<DeleteStackInput>, state): object {
      const name = stackNameOf(input.StackName);
      const stack = state.stacks.get(name);
      // AWS answers as if it had existed.
      if (stack !== undefined) state.operations.delete(stack);
      else for (const one of state.store.changeSetsOf(name)) state.store.deleteChangeSet(one);
      return {};
    },
  },
  DescribeStackEvents: {
    readOnly: true,
    permissions: onStack('DescribeStackEvents'),
    run: (input: DescribeStackEventsInput, state) => describeEvents(state, input),
  },
  GetTemplate: {
    readOnly: true,
    permissions: onStack('GetTemplate'),
    run: (input: GetTemplateInput, state) => getTemplate(state, input),
  },
  GetTemplateSummary: {
    readOnly: true,
    permissions: onStack('GetTemplateSummary'),
    run: async (input: GetTemplateSummaryInput, state, { principal }) =>
      summarize(
        parseTemplate(
          await textOf(state, input, () => readTemplateText(state.cloud, principal, input)),
        ),
      ),
  },
  UpdateTerminationProtection: {
    permissions: onStack('UpdateTerminationProtection'),
    run(
      input: Checked<UpdateTerminationProtectionInput>,
      { stacks },
    ): UpdateTerminationProtectionOutput {
      if (input.EnableTerminationProtection) {
        throw new ValidationError('stepmill has no termination protection. Nothing was changed.');
      }
      return { StackId: findStack(stacks, input.StackName).stackId };
    },
  },
  ValidateTemplate: {
    readOnly: true,
    permissions: () => ({ action: 'cloudformation:ValidateTemplate', resource: '*' }),
    run: async (
      input: ValidateTemplateInput,
      { cloud },
      { principal },
    ): Promise<ValidateTemplateOutput> => {
      const { Parameters = [] } = summarize(
        parseTemplate(await readTemplateText(cloud, principal, input)),
      );
      return {
        Parameters: Parameters.map(({ ParameterType: _type, ...parameter }) => parameter),
      };
    },
  },
};

function describeEvents(
  state: CloudFormationState,
  { NextToken, StackName = '' }: DescribeStackEventsInput,
): DescribeStackEventsOutput {
  const stackId = StackName.startsWith('arn:')
    ? StackName
    : (state.stacks.get(StackName)?.stackId ?? state.store.changeSetsOf(StackName)[0]?.stackId);
  if (stackId === undefined) throw new ValidationError(`Stack [${StackName}] does not exist`);
  const name = stackNameOf(stackId);
  const numbered = state.operations.eventsOf(stackId).map((event, index) => ({ event, index }));
  const { items, next } = pageByName(numbered, ({ event }) => event.id, {
    limit: EVENTS_OF_PAGE,
    token: NextToken,
  });
  const StackEvents = items.map(
    ({ event }): StackEvent => ({
      EventId: event.id,
      StackId: stackId,
      StackName: name,
      LogicalResourceId: event.logicalId,
      PhysicalResourceId: event.physicalId,
      ResourceType: event.type,
      // Of stacks, which the SDK's type leaves out.
      ResourceStatus: event.status as ResourceStatus,
      Timestamp: new Date(event.at),
      ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
    }),
  );
  return { StackEvents, ...(next !== undefined && { NextToken: next }) };
}

/** A stack that the runtime provisioned at its start has no template here, so a deployment compares with an empty one. */
function getTemplate(state: CloudFormationState, input: GetTemplateInput): GetTemplateOutput {
  const name = stackNameOf(input.StackName ?? '');
  const changeSet = state.store.changeSetsOf(name)[0];
  const stored = state.store.templates.get(name)?.template;
  if (stored === undefined && changeSet === undefined) findStack(state.stacks, name);
  return {
    TemplateBody: stored ?? '{"Resources":{}}',
    StagesAvailable: ['Original', 'Processed'],
  };
}

async function textOf(
  { stacks, store }: CloudFormationState,
  { StackName, TemplateBody, TemplateURL }: GetTemplateSummaryInput,
  read: () => Promise<string>,
): Promise<string> {
  if (TemplateBody !== undefined || TemplateURL !== undefined || StackName === undefined)
    return read();
  if (
    stacks.get(stackNameOf(StackName)) === undefined &&
    store.changeSetsOf(stackNameOf(StackName)).length > 0
  ) {
    throw new ValidationError('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
  }
  findStack(stacks, StackName);
  return store.templates.get(stackNameOf(StackName))?.template ?? '{"Resources":{}}';
}

function summarize({ Parameters = {}, Resources }: Template): GetTemplateSummaryOutput {
  return {
    ResourceTypes: [...new Set(Object.values(Resources).map(({ Type }) => Type))],
    Parameters: Object.entries(Parameters).map(
      ([ParameterKey, { Default, Description, NoEcho, Type }]) => ({
        ParameterKey,
        ParameterType: Type,
        NoEcho: NoEcho === true || NoEcho === 'true',
        ...(Default !== undefined && { DefaultValue: String(Default) }),
        ...(Description !== undefined && { Description }),
      }),
    ),
  };
}
