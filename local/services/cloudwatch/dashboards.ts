import type {
  CloudWatch,
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
} from '@aws-sdk/client-cloudwatch';
import { parseJson } from '../../../engine/index.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Permission } from '../../cloud/service.ts';
import { DashboardInvalidInputError, DashboardNotFoundError } from './errors.ts';
import { DASHBOARDS_PER_PAGE } from './limits.ts';
import type { CloudWatchState } from './state.ts';

/** Dashboards are stored and returned; nothing draws them. */
export const dashboardOperations: OperationTable<CloudWatch, CloudWatchState> = {
  PutDashboard: {
    permissions: (input: PutDashboardInput, state) =>
      on(state, 'PutDashboard', input.DashboardName),
    run(input: Checked<PutDashboardInput>, { dashboards, cloud }) {
      const { DashboardName: name, DashboardBody: body } = input;
      if (!/^[\w-]{1,255}$/.test(name)) {
        throw new DashboardInvalidInputError(
          `The value ${name} for field DashboardName is invalid.`,
        );
      }
      checkBody(body);
      dashboards.put(name, { name, body, modifiedAt: cloud.clock.now() });
      return { DashboardValidationMessages: [] };
    },
  },
  GetDashboard: {
    readOnly: true,
    permissions: (input: GetDashboardInput, state) =>
      on(state, 'GetDashboard', input.DashboardName),
    run(input: Checked<GetDashboardInput>, state): GetDashboardOutput {
      const { dashboards } = state;
      const dashboard = dashboards.get(input.DashboardName);
      if (dashboard === undefined) throw new DashboardNotFoundError(input.DashboardName);
      return {
        DashboardArn: arnOf(state, dashboard.name),
        DashboardBody: dashboard.body,
        DashboardName: dashboard.name,
      };
    },
  },
  ListDashboards: {
    readOnly: true,
    permissions: (_input: ListDashboardsInput, state) => on(state, 'ListDashboards', undefined),
    run(input: ListDashboardsInput, state): ListDashboardsOutput {
      const { dashboards } = state;
      const found = [...dashboards.entries({ prefix: input.DashboardNamePrefix ?? '' })];
      const request = { limit: DASHBOARDS_PER_PAGE, token: input.NextToken };
      const { items, next } = pageByName(found, ([name]) => name, request);
      return {
        DashboardEntries: items.map(([, { name, body, modifiedAt }]) => ({
          DashboardName: name,
          DashboardArn: arnOf(state, name),
          LastModified: new Date(modifiedAt),
          Size: Buffer.byteLength(body),
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },
  },
  DeleteDashboards: {
    permissions: (input: DeleteDashboardsInput, state) =>
      (input.DashboardNames ?? []).map((name) => on(state, 'DeleteDashboards', name)),
    run(input: Checked<DeleteDashboardsInput>, { dashboards }): object {
      const missing = input.DashboardNames.find((name) => !dashboards.has(name));
      if (missing !== undefined) throw new DashboardNotFoundError(missing);
      for (const name of input.DashboardNames) dashboards.delete(name);
      return {};
    },
  },
};

/** Dashboards have no region. */
function arnOf({ cloud }: CloudWatchState, name: string | undefined): string {
  return `arn:${cloud.partition}:cloudwatch::${cloud.accountId}:dashboard/${name ?? '*'}`;
}

function on(state: CloudWatchState, action: string, name: string | undefined): Permission {
  return {
    action: `cloudwatch:${action}`,
    resource: arnOf(state, name),
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
