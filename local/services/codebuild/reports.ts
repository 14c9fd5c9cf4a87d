import type {
  BatchGetReportsInput,
  BatchGetReportsOutput,
  CodeBuild,
  DeleteReportInput,
  DescribeTestCasesInput,
  DescribeTestCasesOutput,
  ListReportsForReportGroupInput,
  ListReportsForReportGroupOutput,
  ListReportsInput,
  ListReportsOutput,
  Report,
  TestCase,
} from '@aws-sdk/client-codebuild';
import type { TestResult } from '../../builds/index.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { reportArn, reportGroupArn, reportGroupName, reportId } from './arns.ts';
import { ReportMissing } from './errors.ts';
import { REPORT_LIFETIME_MS } from './limits.ts';
import { pageOf } from './pages.ts';
import { findGroup, onGroup } from './report-groups.ts';
import type { CodeBuildState } from './state.ts';
import type { ReportRecord } from './store.ts';

export const reportOperations: OperationTable<CodeBuild, CodeBuildState> = {
  BatchGetReports: {
    readOnly: true,
    permissions: ({ reportArns = [] }: BatchGetReportsInput, { cloud }) =>
      reportArns.map((arn) => onGroup('BatchGetReports', groupOfReport(cloud, arn))),
    run: (input: BatchGetReportsInput, state) => batchGetReports(state, input),
  },
  ListReports: {
    readOnly: true,
    permissions: () => ({ action: 'codebuild:ListReports', resource: '*' }),
    run: (input: ListReportsInput, state) => listReports(state, allReports(state), input),
  },
  ListReportsForReportGroup: {
    readOnly: true,
    permissions: (input: ListReportsForReportGroupInput) =>
      onGroup('ListReportsForReportGroup', input.reportGroupArn),
    run(input: Checked<ListReportsForReportGroupInput>, state): ListReportsForReportGroupOutput {
      const { name } = findGroup(state, input.reportGroupArn);
      return listReports(state, allReports(state, `${name}:`), input);
    },
  },
  DescribeTestCases: {
    readOnly: true,
    permissions: (input: DescribeTestCasesInput, { cloud }) =>
      onGroup('DescribeTestCases', input.reportArn && groupOfReport(cloud, input.reportArn)),
    run: (input: Checked<DescribeTestCasesInput>, state) => describeTestCases(state, input),
  },
  DeleteReport: {
    permissions: (input: DeleteReportInput, { cloud }) =>
      onGroup('DeleteReport', input.arn && groupOfReport(cloud, input.arn)),
    run(input: Checked<DeleteReportInput>, { store }): object {
      store.reports.delete(reportId(input.arn));
      return {};
    },
  },
};

function groupOfReport(cloud: CodeBuildState['cloud'], arn: string): string {
  return reportGroupArn(cloud, reportId(arn).split(':')[0] ?? '');
}

function allReports({ cloud, store }: CodeBuildState, prefix = ''): readonly ReportRecord[] {
  const earliest = cloud.clock.now() - REPORT_LIFETIME_MS;
  return Array.from(store.reports.entries({ prefix }), ([, report]) => report)
    .filter(({ created }) => created > earliest)
    .toSorted((one, other) => one.created - other.created);
}

function listReports(
  { cloud }: CodeBuildState,
  reports: readonly ReportRecord[],
  { filter, ...input }: ListReportsInput,
): ListReportsOutput {
  const wanted = reports.filter(
    ({ status }) => filter?.status === undefined || filter.status === status,
  );
  const arns = wanted.map(({ id }) => reportArn(cloud, id));
  const { items, ...page } = pageOf(arns, { sortOrder: 'DESCENDING', ...input });
  return { reports: items, ...page };
}

function batchGetReports(
  state: CodeBuildState,
  { reportArns = [] }: BatchGetReportsInput,
): BatchGetReportsOutput {
  const found = reportArns.map((arn) => state.store.reports.get(reportId(arn)));
  return {
    reports: found.flatMap((report) =>
      report === undefined ? [] : [describeReport(state, report)],
    ),
    reportsNotFound: reportArns.filter((_, index) => found[index] === undefined),
  };
}

function describeReport({ cloud }: CodeBuildState, report: ReportRecord): Report {
  const { buildArn, cases, created, group, id, status, truncated } = report;
  return {
    arn: reportArn(cloud, id),
    type: 'TEST',
    name: group,
    reportGroupArn: reportGroupArn(cloud, reportGroupName(group)),
    executionId: buildArn,
    status,
    created: new Date(created),
    expired: new Date(created + REPORT_LIFETIME_MS),
    exportConfig: { exportConfigType: 'NO_EXPORT' },
    truncated,
    testSummary: {
      total: cases.length,
      statusCounts: statusCounts(cases),
      durationInNanoSeconds: cases.reduce((sum, one) => sum + one.durationNanoseconds, 0),
    },
  };
}

function statusCounts(cases: readonly TestResult[]): Record<string, number> {
  const counts: Record<string, number> = {
    SUCCEEDED: 0,
    FAILED: 0,
    ERROR: 0,
    SKIPPED: 0,
    UNKNOWN: 0,
  };
  for (const { status } of cases) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function describeTestCases(
  { store }: CodeBuildState,
  input: Checked<DescribeTestCasesInput>,
): DescribeTestCasesOutput {
  const { filter, reportArn: arn } = input;
  const report = store.reports.get(reportId(arn));
  if (report === undefined) throw new ReportMissing(arn);
  const keyed = report.cases
    .filter(({ status }) => filter?.status === undefined || filter.status === status)
    .filter(({ name }) => filter?.keyword === undefined || name.includes(filter.keyword))
    .map((one, index) => [String(index), one] as const);
  const { items, ...page } = pageOf(
    keyed.map(([key]) => key),
    input,
  );
  const byKey = new Map(keyed);
  const testCases = items.flatMap((key) => {
    const found = byKey.get(key);
    return found === undefined ? [] : [describeCase(arn, found, report.created)];
  });
  return { testCases, ...page };
}

function describeCase(arn: string, one: TestResult, created: number): TestCase {
  return {
    reportArn: arn,
    prefix: one.prefix,
    name: one.name,
    status: one.status,
    durationInNanoSeconds: one.durationNanoseconds,
    message: one.message,
    testSuiteName: one.suite,
    expired: new Date(created + REPORT_LIFETIME_MS),
  };
}
