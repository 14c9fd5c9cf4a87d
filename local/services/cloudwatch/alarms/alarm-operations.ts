import type {
  CloudWatch,
  CompositeAlarm,
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  MetricAlarm,
  MetricDataQuery,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import type { Permission } from '../../../cloud/service.ts';
import {
  InvalidParameterValueException,
  MissingRequiredParameterException,
  ResourceNotFound,
  Unsupported,
  ValidationException,
} from '../errors.ts';
import {
  ALARMS_PER_PAGE,
  HISTORY_PER_PAGE,
  LONGEST_SPAN_OF_HOURS_SECONDS,
  LONGEST_SPAN_SECONDS,
  METRICS_PER_ALARM,
} from '../limits.ts';
import { dimensionRecord, metricKey } from '../metrics/metric-key.ts';
import { parseStatistic } from '../metrics/statistic.ts';
import { checkFunctions } from '../query/evaluate.ts';
import { InvalidExpression, namesIn, parseExpression } from '../query/expression.ts';
import type { CloudWatchState } from '../state.ts';
import type { AlarmEngine } from './alarm-engine.ts';
import {
  type AlarmRecord,
  type AlarmState,
  type AlarmStore,
  type CompositeAlarmRecord,
  type HistoryRecord,
  type MetricAlarmRecord,
  periodOf,
  queriesOf,
} from './alarm-store.ts';
import { taggedWith } from './alarm-tags.ts';
import { parseCompositeRule } from './composite-rule.ts';
import { configurationDetail } from './notify.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html */
const QUERY_ID = /^[a-z]\w*$/;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const HOUR_SECONDS = 3_600;
/** Alarms and their history. */
export const alarmOperations: OperationTable<CloudWatch, CloudWatchState> = {
  PutMetricAlarm: {
    permissions: (input: PutMetricAlarmInput, state) =>
      on(state, 'PutMetricAlarm', input.AlarmName),
    run: (input: PutMetricAlarmInput, { cloud, alarmStore }) =>
      putMetricAlarm(cloud, alarmStore, input),
  },
  PutCompositeAlarm: {
    permissions: (input: PutCompositeAlarmInput, state) =>
      on(state, 'PutCompositeAlarm', input.AlarmName),
    run: (input: Checked<PutCompositeAlarmInput>, { cloud, alarmStore, engine }) =>
      putCompositeAlarm(cloud, alarmStore, engine, input),
  },
  DescribeAlarms: {
    readOnly: true,
    permissions: (input: DescribeAlarmsInput, state) =>
      (input.AlarmNames ?? []).length === 0
        ? on(state, 'DescribeAlarms', '*')
        : onEach(state, 'DescribeAlarms', input.AlarmNames),
    run: (input: DescribeAlarmsInput, { alarmStore }) => describeAlarms(alarmStore, input),
  },
  DescribeAlarmsForMetric: {
    readOnly: true,
    permissions: (_input: DescribeAlarmsForMetricInput, state) =>
      on(state, 'DescribeAlarmsForMetric', '*'),
    run: (input: Checked<DescribeAlarmsForMetricInput>, { alarmStore }) => ({
      MetricAlarms: alarmsForMetric(alarmStore, input),
    }),
  },
  DescribeAlarmHistory: {
    readOnly: true,
    permissions: (input: DescribeAlarmHistoryInput, state) =>
      on(state, 'DescribeAlarmHistory', input.AlarmName),
    run: (input: DescribeAlarmHistoryInput, { alarmStore }) => describeHistory(alarmStore, input),
  },
  SetAlarmState: {
    permissions: (input: SetAlarmStateInput, state) => on(state, 'SetAlarmState', input.AlarmName),
    run(input: Checked<SetAlarmStateInput>, { alarmStore, engine }): object {
      const alarm = alarmStore.alarms.get(input.AlarmName);
      if (alarm === undefined) throw new ResourceNotFound('Unknown alarm');
      engine.transition(alarm, input.StateValue, input.StateReason, input.StateReasonData);
      engine.evaluateComposites();
      return {};
    },
  },
  DeleteAlarms: {
    permissions: (input: DeleteAlarmsInput, state) =>
      onEach(state, 'DeleteAlarms', input.AlarmNames),
    run(input: Checked<DeleteAlarmsInput>, { cloud, alarmStore }): object {
      for (const name of input.AlarmNames) deleteAlarm(cloud, alarmStore, name);
      return {};
    },
  },
  EnableAlarmActions: {
    permissions: (input: EnableAlarmActionsInput, state) =>
      onEach(state, 'EnableAlarmActions', input.AlarmNames),
    run: (input: Checked<EnableAlarmActionsInput>, { alarmStore }) =>
      switchActions(alarmStore, input.AlarmNames, true),
  },
  DisableAlarmActions: {
    permissions: (input: DisableAlarmActionsInput, state) =>
      onEach(state, 'DisableAlarmActions', input.AlarmNames),
    run: (input: Checked<DisableAlarmActionsInput>, { alarmStore }) =>
      switchActions(alarmStore, input.AlarmNames, false),
  },
};

function on({ cloud }: CloudWatchState, action: string, name: string | undefined): Permission {
  return {
    action: `cloudwatch:${action}`,
    resource: arnOf(cloud, name ?? '*'),
  };
}

function onEach(
  state: CloudWatchState,
  action: string,
  names: readonly string[] | undefined,
): readonly Permission[] {
  return (names ?? []).map((name) => on(state, action, name));
}

function arnOf(cloud: Cloud, name: string): string {
  return cloud.arn('cloudwatch', `alarm:${name}`);
}

function putMetricAlarm(cloud: Cloud, store: AlarmStore, input: PutMetricAlarmInput): object {
  checkMetricAlarm(input);
  const { Tags: _tags, ...settings } = input;
  put(cloud, store, { kind: 'metric', settings }, input.Tags);
  return {};
}

function checkMetricAlarm(input: PutMetricAlarmInput): void {
  const { ComparisonOperator: operator, EvaluationPeriods: periods } = input;
  if (operator === undefined) throw new MissingRequiredParameterException('ComparisonOperator');
  if (input.ThresholdMetricId !== undefined || /Lower|Upper/.test(operator)) {
    throw new Unsupported('anomaly detection alarms');
  }
  if (input.EvaluationCriteria !== undefined) throw new Unsupported('PromQL alarms');
  if (periods === undefined) throw new MissingRequiredParameterException('EvaluationPeriods');
  if (input.Threshold === undefined) throw new MissingRequiredParameterException('Threshold');
  const datapoints = input.DatapointsToAlarm ?? periods;
  if (datapoints > periods || datapoints < 1 || periods < 1) {
    throw new ValidationException(
      'DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
    );
  }
  const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'];
  if (input.TreatMissingData !== undefined && !treatments.includes(input.TreatMissingData)) {
    throw new InvalidParameterValueException(
      `The value ${input.TreatMissingData} for parameter TreatMissingData is not supported.`,
    );
  }
  checkMetrics(input);
}

/** Of alarms on high-resolution metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const SHORT_PERIODS_SECONDS: readonly number[] = [10, 20, 30];

function checkMetrics(input: PutMetricAlarmInput): void {
  const isMath = (input.Metrics?.length ?? 0) > 0;
  if (isMath === (input.MetricName !== undefined)) {
    throw new ValidationException('Exactly one of MetricName and Metrics must be given.');
  }
  if (input.Statistic !== undefined && input.ExtendedStatistic !== undefined) {
    throw new ValidationException(
      'Statistic and ExtendedStatistic are mutually exclusive; specify one of them.',
    );
  }
  const { queries } = queriesOf(input);
  const metrics = queries.filter((query) => query.MetricStat !== undefined);
  if (metrics.length > METRICS_PER_ALARM) {
    throw new ValidationException(`Metrics list contains more than ${METRICS_PER_ALARM} metrics.`);
  }
  checkIds(queries);
  if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1) {
    throw new ValidationException('Exactly one element of the metrics list should return data.');
  }
  for (const { MetricStat: stat, Expression } of queries) {
    if (Expression !== undefined) checkExpression(Expression, queries);
    if (stat !== undefined && parseStatistic(stat.Stat ?? '') === undefined) {
      throw new ValidationException(
        `The statistic ${stat.Stat || 'of the alarm'} is not supported.`,
      );
    }
  }
  const period = periodOf(input);
  if (SHORT_PERIODS_SECONDS.includes(period)) {
    throw new Unsupported(`alarms with periods of ${period} seconds (60 or more)`);
  }
  if (period % 60 !== 0 || period < 60) {
    throw new ValidationException('Period must be 10, 30 or a multiple of 60.');
  }
  checkSpan(period, input.EvaluationPeriods ?? 1);
}

function checkSpan(period: number, periods: number): void {
  if (period < HOUR_SECONDS && period * periods > LONGEST_SPAN_SECONDS) {
    throw new ValidationException(
      `Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= ${LONGEST_SPAN_SECONDS}).`,
    );
  }
  if (period * periods > LONGEST_SPAN_OF_HOURS_SECONDS) {
    throw new ValidationException(
      `Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= ${LONGEST_SPAN_OF_HOURS_SECONDS}).`,
    );
  }
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const { Id: id = '' } of queries) {
    if (!QUERY_ID.test(id)) {
      throw new ValidationException(
        `Invalid metrics list: the id ${id} does not begin with a lower case letter or has characters other than letters, digits and underscores.`,
      );
    }
    if (ids.has(id)) throw new ValidationException(`Invalid metrics list: the id ${id} repeats.`);
    ids.add(id);
  }
}

function checkExpression(text: string, queries: readonly MetricDataQuery[]): void {
  try {
    const expression = parseExpression(text);
    checkFunctions(expression);
    const known = new Set(queries.map(({ Id }) => Id));
    const unknown = namesIn(expression).find((name) => /^[a-z]/.test(name) && !known.has(name));
    if (unknown !== undefined) throw new InvalidExpression(`unknown metric id ${unknown}`);
  } catch (cause) {
    if (cause instanceof Unsupported) throw cause;
    const reason = cause instanceof Error ? cause.message : '';
    throw Object.assign(new ValidationException(`Invalid metrics list: ${reason}`), { cause });
  }
}

function putCompositeAlarm(
  cloud: Cloud,
  store: AlarmStore,
  engine: AlarmEngine,
  input: Checked<PutCompositeAlarmInput>,
): object {
  const { AlarmName, AlarmRule, Tags, ...rest } = input;
  const rule = parseCompositeRule(AlarmRule);
  if (rest.ActionsSuppressor !== undefined) throw new Unsupported('action suppressors');
  const missing = rule.alarms.find(
    (named) => !store.alarms.has(named.split(':alarm:').at(-1) ?? ''),
  );
  if (missing !== undefined) {
    throw new ValidationException(
      `Could not save the composite alarm as alarms [${missing}] in the alarm rule do not exist`,
    );
  }
  put(cloud, store, { kind: 'composite', settings: { AlarmName, AlarmRule, ...rest } }, Tags);
  engine.evaluateComposites();
  return {};
}

type Definition =
  | Pick<MetricAlarmRecord, 'kind' | 'settings'>
  | Pick<CompositeAlarmRecord, 'kind' | 'settings'>;

/** As on AWS, an existing alarm keeps its state. */
function put(
  cloud: Cloud,
  store: AlarmStore,
  definition: Definition,
  tags: PutMetricAlarmInput['Tags'],
): void {
  const name = definition.settings.AlarmName ?? '';
  const former = store.alarms.get(name);
  const now = cloud.clock.now();
  const initial: AlarmState = {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    updatedAt: now,
    transitionedAt: now,
  };
  const record: AlarmRecord = {
    ...definition,
    name,
    arn: arnOf(cloud, name),
    state: former?.state ?? initial,
    configuredAt: now,
    actionsEnabled: definition.settings.ActionsEnabled ?? true,
    tags: former?.tags ?? taggedWith(tags),
  };
  store.alarms.put(name, record);
  configured(cloud, store, record, former === undefined ? 'create' : 'update');
}

/** Records a change of the settings in the history, and publishes it. */
function configured(
  cloud: Cloud,
  store: AlarmStore,
  alarm: AlarmRecord,
  change: 'create' | 'update' | 'delete',
): void {
  const past = { create: 'created', update: 'updated', delete: 'deleted' }[change];
  store.addHistory({
    alarmName: alarm.name,
    kind: alarm.kind,
    at: cloud.clock.now(),
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" ${past}`,
    data: JSON.stringify({ version: '1.0', type: past }),
  });
  cloud.publish({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm Configuration Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      operation: change,
      state: { value: alarm.state.value, timestamp: new Date(alarm.state.updatedAt).toISOString() },
      configuration: configurationDetail(alarm),
    },
  });
}

function deleteAlarm(cloud: Cloud, store: AlarmStore, name: string): void {
  const alarm = store.alarms.get(name);
  if (alarm === undefined) return;
  store.alarms.delete(name);
  configured(cloud, store, alarm, 'delete');
}

function switchActions(
  store: AlarmStore,
  names: readonly string[] | undefined,
  actionsEnabled: boolean,
): object {
  for (const name of names ?? []) {
    const alarm = store.alarms.get(name);
    if (alarm !== undefined) store.alarms.put(name, { ...alarm, actionsEnabled });
  }
  return {};
}

function describeAlarms(store: AlarmStore, input: DescribeAlarmsInput): DescribeAlarmsOutput {
  const types: readonly string[] = input.AlarmTypes ?? ['MetricAlarm'];
  const wanted = [...store.alarms.entries()]
    .map(([, alarm]) => alarm)
    .filter(
      (alarm) =>
        (input.AlarmNames === undefined || input.AlarmNames.length === 0
          ? types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')
          : input.AlarmNames.includes(alarm.name)) &&
        alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
        [undefined, alarm.state.value].includes(input.StateValue) &&
        hasAction(alarm, input.ActionPrefix),
    );
  const request = { limit: input.MaxRecords ?? ALARMS_PER_PAGE, token: input.NextToken };
  const { items, next } = pageByName(wanted, ({ name }) => name, request);
  return {
    MetricAlarms: items.filter((alarm) => alarm.kind === 'metric').map(renderMetric),
    CompositeAlarms: items.filter((alarm) => alarm.kind === 'composite').map(renderComposite),
    ...(next !== undefined && { NextToken: next }),
  };
}

function hasAction({ settings }: AlarmRecord, prefix: string | undefined): boolean {
  if (prefix === undefined) return true;
  const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = settings;
  const actions = [...AlarmActions, ...OKActions, ...InsufficientDataActions];
  return actions.some((action) => action.startsWith(prefix));
}

function stateMembers({ state, arn, configuredAt, actionsEnabled, settings }: AlarmRecord) {
  return {
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ActionsEnabled: actionsEnabled,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedAt),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
  };
}

function renderMetric(alarm: MetricAlarmRecord): MetricAlarm {
  const members = { ...alarm.settings, ...stateMembers(alarm) };
  return alarm.settings.Metrics === undefined
    ? { ...members, Dimensions: alarm.settings.Dimensions ?? [] }
    : members;
}

function renderComposite(alarm: CompositeAlarmRecord): CompositeAlarm {
  return { ...alarm.settings, ...stateMembers(alarm) };
}

function alarmsForMetric(
  store: AlarmStore,
  input: Checked<DescribeAlarmsForMetricInput>,
): MetricAlarm[] {
  const wanted = metricKey({
    namespace: input.Namespace,
    name: input.MetricName,
    dimensions: dimensionRecord(input.Dimensions),
  });
  return [...store.alarms.entries()]
    .map(([, alarm]) => alarm)
    .filter((alarm) => alarm.kind === 'metric')
    .filter(({ settings }) =>
      queriesOf(settings).queries.some(
        ({ MetricStat: stat }) =>
          stat !== undefined &&
          metricKey({
            namespace: stat.Metric?.Namespace ?? '',
            name: stat.Metric?.MetricName ?? '',
            dimensions: dimensionRecord(stat.Metric?.Dimensions),
          }) === wanted,
      ),
    )
    .map(renderMetric);
}

function describeHistory(
  store: AlarmStore,
  input: DescribeAlarmHistoryInput,
): DescribeAlarmHistoryOutput {
  const isDescending = input.ScanBy !== 'TimestampAscending';
  const found = [...store.history(isDescending)].filter(([, record]) => isWanted(record, input));
  const { MaxRecords: limit = HISTORY_PER_PAGE, NextToken: token } = input;
  const { items, next } = pageByName(found, ([key]) => key, { limit, token, isDescending });
  return {
    AlarmHistoryItems: items.map(([, record]) => ({
      AlarmName: record.alarmName,
      AlarmType: record.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      Timestamp: new Date(record.at),
      HistoryItemType: record.type,
      HistorySummary: record.summary,
      HistoryData: record.data,
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

function isWanted(record: HistoryRecord, input: DescribeAlarmHistoryInput): boolean {
  return (
    [undefined, record.alarmName].includes(input.AlarmName) &&
    [undefined, record.type].includes(input.HistoryItemType) &&
    (input.StartDate === undefined || record.at >= input.StartDate.getTime()) &&
    (input.EndDate === undefined || record.at <= input.EndDate.getTime())
  );
}
