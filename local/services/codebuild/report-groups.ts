import type {
  BatchGetReportGroupsInput,
  BatchGetReportGroupsOutput,
  CodeBuild,
  CreateReportGroupInput,
  CreateReportGroupOutput,
  DeleteReportGroupInput,
  ListReportGroupsInput,
  ListReportGroupsOutput,
  ReportGroup,
  UpdateReportGroupInput,
  UpdateReportGroupOutput,
} from '@aws-sdk/client-codebuild';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { reportGroupArn, reportGroupName } from './arns.ts';
import {
  InvalidInputException,
  ReportGroupMissing,
  ResourceAlreadyExistsException,
  UnsupportedFeature,
} from './errors.ts';
import { pageOf } from './pages.ts';
import type { CodeBuildState } from './state.ts';
import type { ReportGroupRecord } from './store.ts';

export const reportGroupOperations: OperationTable<CodeBuild, CodeBuildState> = {
  CreateReportGroup: {
    permissions: ({ name }: CreateReportGroupInput, { cloud }) => ({
      action: 'codebuild:CreateReportGroup',
      resource: reportGroupArn(cloud, name ?? ''),
    }),
    run: (input: Checked<CreateReportGroupInput>, state) => createReportGroup(state, input),
  },
  UpdateReportGroup: {
    permissions: (input: UpdateReportGroupInput) => onGroup('UpdateReportGroup', input.arn),
    run: (input: UpdateReportGroupInput, state) => updateReportGroup(state, input),
  },
  DeleteReportGroup: {
    permissions: (input: DeleteReportGroupInput) => onGroup('DeleteReportGroup', input.arn),
    run: (input: DeleteReportGroupInput, state) => deleteReportGroup(state, input),
  },
  BatchGetReportGroups: {
    readOnly: true,
    permissions: ({ reportGroupArns = [] }: BatchGetReportGroupsInput) =>
      reportGroupArns.map((arn) => onGroup('BatchGetReportGroups', arn)),
    run: (input: BatchGetReportGroupsInput, state) => batchGetReportGroups(state, input),
  },
  ListReportGroups: {
    readOnly: true,
    permissions: () => ({ action: 'codebuild:ListReportGroups', resource: '*' }),
    run: (input: ListReportGroupsInput, state) => listReportGroups(state, input),
  },
};

export function onGroup(action: string, arn: string | undefined): Permission {
  return { action: `codebuild:${action}`, resource: arn ?? '*' };
}

function createReportGroup(
  state: CodeBuildState,
  input: Checked<CreateReportGroupInput>,
): CreateReportGroupOutput {
  const { cloud, store } = state;
  const { name } = input;
  const arn = reportGroupArn(cloud, name);
  if (store.reportGroups.has(name)) throw new ResourceAlreadyExistsException('Report group', arn);
  refuseUnknown(input);
  const now = cloud.clock.now();
  const group = { name, content: input, created: now, lastModified: now };
  store.reportGroups.put(name, group);
  return { reportGroup: describeGroup(state, group) };
}

/** @throws UnsupportedFeature */
function refuseUnknown({ exportConfig, type }: Partial<CreateReportGroupInput>): void {
  if (type === 'CODE_COVERAGE') throw new UnsupportedFeature('report groups of code coverage');
  if (exportConfig?.exportConfigType === 'S3') {
    throw new UnsupportedFeature('the export of reports to S3');
  }
}

function updateReportGroup(
  state: CodeBuildState,
  { arn = '', exportConfig, tags }: UpdateReportGroupInput,
): UpdateReportGroupOutput {
  const former = findGroup(state, arn);
  refuseUnknown({ exportConfig });
  const content = {
    ...former.content,
    ...(exportConfig !== undefined && { exportConfig }),
    ...(tags !== undefined && { tags }),
  };
  const group = { ...former, content, lastModified: state.cloud.clock.now() };
  state.store.reportGroups.put(group.name, group);
  return { reportGroup: describeGroup(state, group) };
}

function deleteReportGroup(
  { store }: CodeBuildState,
  { arn = '', deleteReports = false }: DeleteReportGroupInput,
): object {
  const name = reportGroupName(arn);
  const reports = Array.from(store.reports.entries({ prefix: `${name}:` }), ([id]) => id);
  if (reports.length > 0 && !deleteReports) {
    throw new InvalidInputException(
      'Report group with reports cannot be deleted unless deleteReports is set',
    );
  }
  for (const id of reports) store.reports.delete(id);
  store.reportGroups.delete(name);
  return {};
}

function batchGetReportGroups(
  state: CodeBuildState,
  { reportGroupArns = [] }: BatchGetReportGroupsInput,
): BatchGetReportGroupsOutput {
  const found = reportGroupArns.map((arn) => state.store.reportGroups.get(reportGroupName(arn)));
  return {
    reportGroups: found.flatMap((group) =>
      group === undefined ? [] : [describeGroup(state, group)],
    ),
    reportGroupsNotFound: reportGroupArns.filter((_, index) => found[index] === undefined),
  };
}

function listReportGroups(
  { cloud, store }: CodeBuildState,
  input: ListReportGroupsInput,
): ListReportGroupsOutput {
  const arns = Array.from(store.reportGroups.entries(), ([name]) => reportGroupArn(cloud, name));
  const { items, ...page } = pageOf(arns, input);
  return { reportGroups: items, ...page };
}

/** @throws ReportGroupMissing */
export function findGroup({ store }: CodeBuildState, arn: string): ReportGroupRecord {
  const group = store.reportGroups.get(reportGroupName(arn));
  if (group === undefined) throw new ReportGroupMissing(arn);
  return group;
}

function describeGroup({ cloud }: CodeBuildState, group: ReportGroupRecord): ReportGroup {
  const { content, created, lastModified, name } = group;
  return {
    arn: reportGroupArn(cloud, name),
    name,
    type: content.type,
    exportConfig: content.exportConfig,
    created: new Date(created),
    lastModified: new Date(lastModified),
    tags: content.tags ?? [],
    status: 'ACTIVE',
  };
}
