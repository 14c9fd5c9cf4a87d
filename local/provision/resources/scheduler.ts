import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const MAX_NAME_LENGTH = 64;
const DEFAULT_GROUP = 'default';

const PLAIN_PROPERTIES = [
  'Description',
  'GroupName',
  'KmsKeyArn',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'State',
] as const;

const schedule: ResourceType = {
  properties: ['Name', ...PLAIN_PROPERTIES, 'EndDate', 'FlexibleTimeWindow', 'StartDate', 'Target'],
  async apply(request) {
    const { properties, previous } = request;
    const Name = nameOf(request, 'Name', MAX_NAME_LENGTH);
    const input = { Name, ...scheduleInput(properties) };
    const { ScheduleArn } = await createOrUpdate(
      () => call<{ readonly ScheduleArn: string }>(request, 'scheduler', 'CreateSchedule', input),
      () => call<{ readonly ScheduleArn: string }>(request, 'scheduler', 'UpdateSchedule', input),
      'ConflictException',
    );
    const GroupName = properties['GroupName'] ?? DEFAULT_GROUP;
    // A schedule keeps its name in another group, so the former one is not removed as replaced.
    const isMoved = previous?.physicalId === Name && previous.attributes['GroupName'] !== GroupName;
    if (isMoved) await removeSchedule(request);
    return { physicalId: Name, attributes: { Arn: ScheduleArn, GroupName } };
  },
  remove: removeSchedule,
};

function scheduleInput(properties: Properties): object {
  const window = properties['FlexibleTimeWindow'] as Properties | undefined;
  const target = properties['Target'] as Properties | undefined;
  const retries = target?.['RetryPolicy'] as Properties | undefined;
  return {
    ...pick(properties, PLAIN_PROPERTIES),
    ...dateOf(properties, 'StartDate'),
    ...dateOf(properties, 'EndDate'),
    FlexibleTimeWindow: { ...window, ...numberOf(window, 'MaximumWindowInMinutes') },
    Target: {
      ...target,
      ...(retries !== undefined && {
        RetryPolicy: {
          ...numberOf(retries, 'MaximumEventAgeInSeconds'),
          ...numberOf(retries, 'MaximumRetryAttempts'),
        },
      }),
    },
  };
}

function dateOf(properties: Properties, name: string): Properties {
  const date = properties[name];
  return date === undefined ? {} : { [name]: new Date(date as string) };
}

/** In templates a number may be a text. */
function numberOf(properties: Properties | undefined, name: string): Properties {
  const value = properties?.[name];
  return value === undefined ? {} : { [name]: Number(value) };
}

async function removeSchedule(request: ResourceRequest): Promise<void> {
  const { physicalId: Name, attributes = {} } = request.previous ?? {};
  const GroupName = attributes['GroupName'];
  await ignoreMissing(() => call(request, 'scheduler', 'DeleteSchedule', { Name, GroupName }));
}

const scheduleGroup: ResourceType = {
  properties: ['Name', 'Tags'],
  async apply(request) {
    const { cloud, properties, previous } = request;
    const Name = nameOf(request, 'Name', MAX_NAME_LENGTH);
    const Arn = cloud.arn('scheduler', `schedule-group/${Name}`);
    const { Tags = [] } = properties;
    if (previous?.physicalId === Name) {
      await setTags(request, Arn, Tags as readonly GroupTag[]);
    } else await call(request, 'scheduler', 'CreateScheduleGroup', { Name, Tags });
    return { physicalId: Name, attributes: { Arn, State: 'ACTIVE' } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'scheduler', 'DeleteScheduleGroup', { Name: request.previous?.physicalId }),
    );
  },
};

interface GroupTag {
  readonly Key: string;
  readonly Value: string;
}

async function setTags(
  request: ResourceRequest,
  ResourceArn: string,
  tags: readonly GroupTag[],
): Promise<void> {
  const former = (request.previous?.properties?.['Tags'] ?? []) as readonly GroupTag[];
  const kept = new Set(tags.map(({ Key }) => Key));
  const TagKeys = former.map(({ Key }) => Key).filter((key) => !kept.has(key));
  if (TagKeys.length > 0)
    await call(request, 'scheduler', 'UntagResource', { ResourceArn, TagKeys });
  if (tags.length > 0) await call(request, 'scheduler', 'TagResource', { ResourceArn, Tags: tags });
}

export const schedulerResourceTypes = {
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
};
