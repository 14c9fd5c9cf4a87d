import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const MAX_RULE_NAME_LENGTH = 64;

const rule: ResourceType = {
  properties: [
    'Name',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'Targets',
    'EventBusName',
    'Description',
    'RoleArn',
    'Tags',
  ],
  async apply(request) {
    const { properties } = request;
    const Name = nameOf(request, 'Name', MAX_RULE_NAME_LENGTH);
    const pattern = properties['EventPattern'];
    const { RuleArn } = await call<{ readonly RuleArn: string }>(
      request,
      'eventbridge',
      'PutRule',
      {
        Name,
        EventPattern: pattern === undefined ? undefined : JSON.stringify(pattern),
        ...pick(properties, [
          'ScheduleExpression',
          'State',
          'EventBusName',
          'Description',
          'RoleArn',
          'Tags',
        ]),
      },
    );
    const bus = pick(properties, ['EventBusName']);
    const targets = (properties['Targets'] ?? []) as readonly Properties[];
    await removeTargets(request, { Rule: Name, ...bus }, new Set(targets.map(({ Id }) => Id)));
    if (targets.length > 0) {
      await call(request, 'eventbridge', 'PutTargets', { Rule: Name, ...bus, Targets: targets });
    }
    return { physicalId: Name, attributes: { Arn: RuleArn, ...bus } };
  },
  async remove(request) {
    const Name = request.previous?.physicalId;
    const bus = pick(request.previous?.attributes ?? {}, ['EventBusName']);
    await ignoreMissing(async () => {
      await removeTargets(request, { Rule: Name, ...bus }, new Set());
      await call(request, 'eventbridge', 'DeleteRule', { Name, ...bus });
    });
  },
};

async function removeTargets(
  request: Parameters<ResourceType['remove']>[0],
  ruleInput: object,
  keep: ReadonlySet<unknown>,
): Promise<void> {
  const { Targets = [] } = await call<{ readonly Targets?: readonly { readonly Id: string }[] }>(
    request,
    'eventbridge',
    'ListTargetsByRule',
    ruleInput,
  );
  const Ids = Targets.map(({ Id }) => Id).filter((id) => !keep.has(id));
  if (Ids.length > 0) await call(request, 'eventbridge', 'RemoveTargets', { ...ruleInput, Ids });
}

const EVENT_BUS_PROPERTIES = ['Name', 'Description', 'Tags'] as const;

const eventBus: ResourceType = {
  properties: EVENT_BUS_PROPERTIES,
  async apply(request) {
    const { cloud } = request;
    const Name = String(request.properties['Name']);
    await createOrUpdate(
      () =>
        call(
          request,
          'eventbridge',
          'CreateEventBus',
          pick(request.properties, EVENT_BUS_PROPERTIES),
        ),
      async () => undefined,
      'ResourceAlreadyExistsException',
    );
    return {
      physicalId: Name,
      attributes: { Name, Arn: cloud.arn('events', `event-bus/${Name}`) },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'eventbridge', 'DeleteEventBus', { Name: request.previous?.physicalId }),
    );
  },
};

interface BusStatement {
  readonly Sid?: string;
}

/**
 * One statement of a bus's policy; the others stay.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
 */
const eventBusPolicy: ResourceType = {
  properties: ['EventBusName', 'StatementId', 'Statement'],
  async apply(request) {
    const { EventBusName = 'default', StatementId, Statement } = request.properties;
    await writeStatements(request, EventBusName, (others) => [
      ...others.filter(({ Sid }) => Sid !== StatementId),
      { ...(Statement as BusStatement), Sid: String(StatementId) },
    ]);
    return {
      physicalId: `${String(EventBusName)}|${String(StatementId)}`,
      attributes: { EventBusName, StatementId },
    };
  },
  async remove(request) {
    const { EventBusName, StatementId } = request.previous?.attributes ?? {};
    await ignoreMissing(() =>
      call(request, 'eventbridge', 'RemovePermission', { EventBusName, StatementId }),
    );
  },
};

async function writeStatements(
  request: Parameters<ResourceType['apply']>[0],
  EventBusName: unknown,
  change: (statements: readonly BusStatement[]) => readonly BusStatement[],
): Promise<void> {
  const { Policy } = await call<{ readonly Policy?: string }>(
    request,
    'eventbridge',
    'DescribeEventBus',
    { Name: EventBusName },
  );
  const { Statement } =
    Policy === undefined
      ? { Statement: [] }
      : (JSON.parse(Policy) as { readonly Statement: readonly BusStatement[] });
  const changed = { Version: '2012-10-17', Statement: change(Statement) };
  await call(request, 'eventbridge', 'PutPermission', {
    EventBusName,
    Policy: JSON.stringify(changed),
  });
}

export const eventsResourceTypes = {
  'AWS::Events::Rule': rule,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::EventBusPolicy': eventBusPolicy,
};
