import type {
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
} from '@aws-sdk/client-cloudwatch';
import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { AnyOperation } from '../../cloud/service.ts';
import { DashboardInvalidInputError, DashboardNotFoundError } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
const DASHBOARDS_PER_PAGE = 1_000;

interface DashboardRecord {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: number;
}

/** Dashboards: kept and given back; drawing them is others' work. */
export function dashboardOperations(cloud: Cloud): Readonly<Record<string, AnyOperation>> {
  const dashboards = cloud.globalStore.table<DashboardRecord>('cloudwatch.dashboards', {
    name: 'string',
    body: 'string',
    modifiedAt: 'number',
  });
  // Dashboards belong to no region.
  const arnOf = (name: string | undefined) =>
    `arn:${cloud.partition}:cloudwatch::${cloud.accountId}:dashboard/${name ?? '*'}`;
  const on = (action: string, name: string | undefined) => ({
    action: `cloudwatch:${action}`,
    resource: arnOf(name),
  });
  return {
    PutDashboard: operation(
      (input: PutDashboardInput) => on('PutDashboard', input.DashboardName),
      (input) => {
        const { DashboardName: name = '', DashboardBody: body = '' } = input;
        if (!/^[\w-]{1,255}$/.test(name)) {
          throw new DashboardInvalidInputError(
            `The value ${name} for field DashboardName is invalid.`,
          );
        }
        checkBody(body);
        dashboards.put(name, { name, body, modifiedAt: cloud.clock.now() });
        return { DashboardValidationMessages: [] };
      },
    ),
    GetDashboard: operation(
      (input: GetDashboardInput) => on('GetDashboard', input.DashboardName),
      (input): GetDashboardOutput => {
        const dashboard = dashboards.get(input.DashboardName ?? '');
        if (dashboard === undefined) throw new DashboardNotFoundError(input.DashboardName ?? '');
        return {
          DashboardArn: arnOf(dashboard.name),
          DashboardBody: dashboard.body,
          DashboardName: dashboard.name,
        };
      },
    ),
    ListDashboards: operation(
      (_input: ListDashboardsInput) => on('ListDashboards', undefined),
      (input): ListDashboardsOutput => {
        const found = [...dashboards.entries({ prefix: input.DashboardNamePrefix ?? '' })];
        const request = { limit: DASHBOARDS_PER_PAGE, token: input.NextToken };
        const { items, next } = pageByName(found, ([name]) => name, request);
        return {
          DashboardEntries: items.map(([, { name, body, modifiedAt }]) => ({
            DashboardName: name,
            DashboardArn: arnOf(name),
            LastModified: new Date(modifiedAt),
            Size: Buffer.byteLength(body),
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    ),
    DeleteDashboards: operation(
      (input: DeleteDashboardsInput) =>
        (input.DashboardNames ?? []).map((name) => on('DeleteDashboards', name)),
      (input): object => {
        const missing = (input.DashboardNames ?? []).find((name) => !dashboards.has(name));
        if (missing !== undefined) throw new DashboardNotFoundError(missing);
        for (const name of input.DashboardNames ?? []) dashboards.delete(name);
        return {};
      },
    ),
  };
}

function checkBody(body: string): void {
  try {
    parseJson(body);
  } catch (cause) {
    const error = new DashboardInvalidInputError(
      'The field DashboardBody must be a valid JSON object',
    );
    throw Object.assign(error, { cause });
  }
}
