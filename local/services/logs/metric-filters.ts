import type {
  CloudWatchLogs,
  DeleteMetricFilterRequest,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  PutMetricFilterRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import {
  InvalidParameterException,
  LimitExceededException,
  ResourceNotFoundException,
} from './errors.ts';
import { compileFilter } from './filter-pattern.ts';
import { findGroup, onGroup } from './group-name.ts';
import { DESCRIBE_PAGE_SIZE, METRIC_FILTERS } from './limits.ts';
import type { LogsState } from './state.ts';
import { type LogsStore, streamKey } from './store.ts';

/** Metric filters with constant values. */
export const metricFilterOperations: OperationTable<CloudWatchLogs, LogsState> = {
  PutMetricFilter: {
    permissions: (input: PutMetricFilterRequest, { cloud }) =>
      onGroup(cloud, 'PutMetricFilter', input),
    run: (input: Checked<PutMetricFilterRequest>, { cloud, store }): object =>
      putFilter(cloud, store, input),
  },
  DeleteMetricFilter: {
    permissions: (input: DeleteMetricFilterRequest, { cloud }) =>
      onGroup(cloud, 'DeleteMetricFilter', input),
    run(input: Checked<DeleteMetricFilterRequest>, { store }): object {
      const { name } = findGroup(store, input);
      if (!store.metricFilters.delete(streamKey(name, input.filterName))) {
        throw new ResourceNotFoundException('metric filter');
      }
      return {};
    },
  },
  DescribeMetricFilters: {
    readOnly: true,
    permissions: (input: DescribeMetricFiltersRequest, { cloud }) =>
      onGroup(cloud, 'DescribeMetricFilters', input),
    run: (input: DescribeMetricFiltersRequest, { store }) => describeFilters(store, input),
  },
};

function describeFilters(
  store: LogsStore,
  input: DescribeMetricFiltersRequest,
): DescribeMetricFiltersResponse {
  const { limit = DESCRIBE_PAGE_SIZE, nextToken: token } = input;
  const wanted = [...store.metricFilters.entries()].filter(
    ([, { group, name }]) =>
      [undefined, group].includes(input.logGroupName) &&
      name.startsWith(input.filterNamePrefix ?? ''),
  );
  const { items, next } = pageByName(wanted, ([key]) => key, { limit, token });
  return {
    metricFilters: items.map(([, filter]) => ({
      filterName: filter.name,
      filterPattern: filter.pattern,
      logGroupName: filter.group,
      creationTime: filter.createdAt,
      metricTransformations: filter.transformations.map((one) => ({
        ...one,
      })) as NonNullable<PutMetricFilterRequest['metricTransformations']>,
    })),
    ...(next !== undefined && { nextToken: next }),
  };
}

function putFilter(cloud: Cloud, store: LogsStore, input: Checked<PutMetricFilterRequest>): object {
  const group = findGroup(store, input);
  compileFilter(input.filterPattern);
  const transformations = input.metricTransformations.map(
    ({ metricName = '', metricNamespace = '', metricValue = '', unit, dimensions }) => {
      if (Number.isNaN(Number(metricValue)) || dimensions !== undefined) {
        throw new InvalidParameterException(
          'stepmill records metric filters with constant values and without dimensions only. Nothing was done.',
        );
      }
      return { metricName, metricNamespace, metricValue, ...(unit !== undefined && { unit }) };
    },
  );
  const name = input.filterName;
  const key = streamKey(group.name, name);
  if (!store.metricFilters.has(key) && filtersOf(store, group.name) >= METRIC_FILTERS) {
    throw new LimitExceededException();
  }
  store.metricFilters.put(key, {
    group: group.name,
    name,
    pattern: input.filterPattern,
    createdAt: cloud.clock.now(),
    transformations,
  });
  return {};
}

function filtersOf(store: LogsStore, group: string): number {
  const filters = store.metricFilters.entries({ prefix: streamKey(group, '') });
  return Array.from(filters).length;
}
