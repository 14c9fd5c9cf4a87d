import { GetMetricDataCommand, type Metric, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointConfigCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import type { AnswerOf, Routes } from '../../../api/index.ts';
import type { ProjectParameter } from '../../../events/index.ts';
import {
  type FleetShare,
  findLiveModel,
  findRollback,
  findTrial,
  listRollbackAlarms,
  type Rollout,
  readRollout,
} from '../../../operations/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from '../api-state.ts';
import { decideVersion } from '../decide-version.ts';
import { readBake } from '../endpoint-bake.ts';
import { timeOf } from '../executions.ts';
import { findVersion } from '../model-versions.ts';
import { pastPromotions } from '../past-promotions.ts';
import { liveVersion } from '../predict-records.ts';
import { ProblemError } from '../problem-error.ts';
import type { RouteFunction } from '../route-function.ts';
import { versionOf } from '../version-name.ts';

type Endpoint = AnswerOf<Routes['getEndpoint']>;

export const getEndpoint: RouteFunction<Routes['getEndpoint']> = async (
  { path },
  { api, receivedAt, noteActivity },
) => {
  const known = await api.project(path.project);
  const { endpoint, isBusy } = await api.cache.get(`endpoint ${path.project}`, BRIEFLY_MS, () =>
    readEndpoint(api, known, receivedAt),
  );
  if (isBusy) noteActivity();
  return endpoint;
};

async function readEndpoint(
  api: Api,
  known: KnownProject,
  now: number,
): Promise<{ readonly endpoint: Endpoint; readonly isBusy: boolean }> {
  const { facts, resources } = known;
  const [rollout, alarms, live, history, invocationsPerMinute] = await Promise.all([
    readRollout(api.clients, resources),
    readAlarms(api, known),
    liveVersion(api, known),
    pastPromotions(api, known),
    readInvocations(api, known, now),
  ]);
  const endpoint: Endpoint = {
    project: facts.project,
    name: resources.endpointName,
    place: describePlace(known),
    status: rollout?.status ?? 'None',
    failureReason: rollout?.failureReason,
    live: live ?? null,
    fleets: await readFleets(api, known, rollout),
    bake: rollout === undefined ? null : await readBake(api, known, rollout, now),
    alarms,
    capacity: { ...facts.serving.capacity, invocationsPerMinute },
    history: [...history],
  };
  const isChanging = !['None', 'InService', 'Failed'].includes(endpoint.status);
  return { endpoint, isBusy: isChanging || history.some(({ status }) => status === 'RUNNING') };
}

function describePlace({ facts, resources }: KnownProject): Endpoint['place'] {
  const { type } = facts.serving;
  const { serving, endpointName } = resources;
  switch (serving?.type) {
    case undefined:
      return { type, name: endpointName };
    case 'lambda':
      return { type, name: serving.functionName, alias: serving.alias };
    case 'container':
      return { type, name: serving.serviceName, cluster: serving.clusterName };
  }
}

async function readAlarms(api: Api, { resources }: KnownProject): Promise<Endpoint['alarms']> {
  const alarms = await listRollbackAlarms(api.clients, resources);
  return alarms.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    reason: alarm.StateReason ?? '',
    description: alarm.AlarmDescription,
    since:
      alarm.StateUpdatedTimestamp === undefined ? undefined : timeOf(alarm.StateUpdatedTimestamp),
    metric: alarm.MetricName ?? nameOfMath(alarm),
    comparison: alarm.ComparisonOperator,
    threshold: alarm.Threshold,
    treatMissingData: alarm.TreatMissingData,
  }));
}

/** Of an alarm on metric math: the one series that it returns, where returning is the default. */
function nameOfMath({ Metrics = [] }: MetricAlarm): string | undefined {
  const returned = Metrics.find(({ ReturnData }) => ReturnData !== false);
  return returned?.Label ?? returned?.Expression;
}

async function readFleets(
  api: Api,
  known: KnownProject,
  rollout: Rollout | undefined,
): Promise<Endpoint['fleets']> {
  return Promise.all(
    (rollout?.fleets ?? []).map(async (fleet) => ({
      endpointConfig: fleet.endpointConfig,
      variant: fleet.variant,
      model: await modelOf(api, known, fleet),
      percent: fleet.percent,
      instances: fleet.instances,
      wantedInstances: fleet.wantedInstances,
      phases: fleet.phases.map(({ status, since, message }) => ({
        status,
        ...(since === undefined ? {} : { since: timeOf(since) }),
        ...(message === undefined ? {} : { message }),
      })),
    })),
  );
}

/** Configs and models never change, so what they are of is asked once. */
function modelOf(
  api: Api,
  { facts, resources }: KnownProject,
  { endpointConfig, variant }: FleetShare,
): Promise<string | undefined> {
  return api.cache.get(`fleet ${endpointConfig} ${variant}`, Number.POSITIVE_INFINITY, async () => {
    if (resources.serving !== undefined) {
      const version = endpointConfig.split(':').at(-1);
      const live = await findLiveModel(api.clients, resources);
      return versionOf(facts.project, await live?.packageOf(version));
    }
    const { sagemaker } = api.clients;
    const { ProductionVariants = [] } = await sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: endpointConfig }),
    );
    const ModelName = ProductionVariants.find(
      ({ VariantName }) => VariantName === variant,
    )?.ModelName;
    if (ModelName === undefined) return undefined;
    const model = await sagemaker.send(new DescribeModelCommand({ ModelName }));
    const container = model.Containers?.[0] ?? model.PrimaryContainer;
    return versionOf(facts.project, container?.ModelPackageName);
  });
}

/** Minutes whose requests are shown. */
const SHOWN_MINUTES = 30;

async function readInvocations(
  { clients }: Api,
  { resources }: KnownProject,
  end: number,
): Promise<Endpoint['capacity']['invocationsPerMinute']> {
  const { MetricDataResults = [] } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(end - SHOWN_MINUTES * 60_000),
      EndTime: new Date(end),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        {
          Id: 'invocations',
          MetricStat: {
            Metric: invocationsOf(resources),
            Period: 60,
            Stat: 'Sum',
          },
        },
      ],
    }),
  );
  const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults;
  return Timestamps.map((at, index) => ({ at: timeOf(at), invocations: Values[index] ?? 0 }));
}

function invocationsOf({ endpointName, serving }: ProjectParameter): Metric {
  const MetricName = 'Invocations';
  if (serving === undefined) {
    return {
      Namespace: 'AWS/SageMaker',
      MetricName,
      Dimensions: [
        { Name: 'EndpointName', Value: endpointName },
        { Name: 'VariantName', Value: 'AllTraffic' },
      ],
    };
  }
  if (serving.type === 'container') {
    return {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: [{ Name: 'LoadBalancer', Value: serving.loadBalancer }],
    };
  }
  const { alias, functionName } = serving;
  return {
    Namespace: 'AWS/Lambda',
    MetricName,
    Dimensions: [
      { Name: 'FunctionName', Value: functionName },
      { Name: 'Resource', Value: `${functionName}:${alias}` },
    ],
  };
}

export const rollBack: RouteFunction<Routes['rollBack']> = async ({ path, body }, call) => {
  const { api } = call;
  const { facts, resources } = await api.project(path.project);
  if ((await findTrial(api.clients, resources)) !== undefined) {
    throw new ProblemError(
      'trial-is-on',
      `A model is on trial on ${resources.endpointName}: if the live one were rejected now, the one on trial would take its place. Nothing was changed. Promote or withdraw the trial first.`,
    );
  }
  const packageArn = await findRollback(api.clients, resources);
  const version = versionOf(facts.project, packageArn) ?? '';
  return decideVersion(call, await findVersion(api, version), {
    status: 'Rejected',
    action: 'rollBack',
    reason: body.reason,
  });
};
