import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  type Buildspec,
  type BuildspecReport,
  MAX_TEST_CASES,
  matching,
  ReportUnreadable,
  readJUnit,
  type TestResult,
} from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { containerFiles, openContainerFile } from '../../../jobs/index.ts';
import { buildArn, reportArn, reportGroupArn, reportGroupName } from '../arns.ts';
import type { ReportRecord } from '../store.ts';
import type { PreparedBuild } from './prepared-build.ts';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html: the files of a report. */
const MAX_REPORT_BYTES = 5 * 1024 * 1024;

/**
 * Makes a report of each entry of `reports`. What cannot be read is named in the log, and does not fail the build.
 *
 * @returns the ARNs of the reports
 */
export async function createReports(
  prepared: PreparedBuild,
  { reports = {} }: Buildspec,
): Promise<readonly string[]> {
  const arns: string[] = [];
  for (const [name, report] of Object.entries(reports)) {
    try {
      const cases = await readCases(prepared, report);
      arns.push(createReport(prepared, name, cases));
    } catch (error) {
      const isKnown = error instanceof ReportUnreadable || error instanceof ServiceError;
      if (!isKnown) throw error;
      prepared.log.say(`Error processing report ${name}: ${error.message}`);
    }
  }
  return arns;
}

/** @throws ReportUnreadable */
async function readCases(
  { folders }: PreparedBuild,
  { 'base-directory': base = '.', 'file-format': format = 'JUNITXML', files }: BuildspecReport,
): Promise<readonly TestResult[]> {
  if (format !== 'JUNITXML') {
    throw new ReportUnreadable(
      `stepmill does not read reports in the format ${format}, only JUNITXML`,
    );
  }
  const folder = join(folders.source, base);
  if (folder !== folders.source && !folder.startsWith(folders.source + sep)) {
    throw new ReportUnreadable(`base-directory ${base} is outside of the source`);
  }
  const all = (await containerFiles(folders.root, folder)).map((path) => path.split(sep).join('/'));
  const found = await matching(all, files);
  if (found.length === 0) throw new ReportUnreadable(`no matching report files found in ${base}`);
  let leftBytes = MAX_REPORT_BYTES;
  return found.flatMap((path) => {
    const source = readReport(folders.root, join(folder, path), leftBytes);
    if (source === undefined) {
      throw new ReportUnreadable(
        `with ${path}, the files are larger than the ${MAX_REPORT_BYTES} bytes of a report`,
      );
    }
    leftBytes -= source.length;
    return readJUnit(source.toString('utf8'));
  });
}

/** The content of a file; undefined if it is larger than it may be. What a command has removed since is empty. */
function readReport(root: string, file: string, mostBytes: number): Buffer | undefined {
  const descriptor = openContainerFile(root, file);
  if (descriptor === undefined) return Buffer.alloc(0);
  try {
    return fstatSync(descriptor).size > mostBytes ? undefined : readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A name is that of a group `<project>-<name>`, which is created; an ARN is that of an existing one. */
function createReport(
  { context, role }: PreparedBuild,
  name: string,
  cases: readonly TestResult[],
): string {
  const { cloud, store } = context;
  const build = context.current();
  const group = name.startsWith('arn:') ? reportGroupName(name) : `${build.project}-${name}`;
  const resource = reportGroupArn(cloud, group);
  const needed = (action: string) =>
    cloud.authorize(role.principal, 'codebuild', [{ action: `codebuild:${action}`, resource }]);
  const now = cloud.clock.now();
  if (!store.reportGroups.has(group)) {
    needed('CreateReportGroup');
    const content = {
      name: group,
      type: 'TEST',
      exportConfig: { exportConfigType: 'NO_EXPORT' },
    } as const;
    store.reportGroups.put(group, { name: group, content, created: now, lastModified: now });
  }
  needed('CreateReport');
  needed('BatchPutTestCases');
  needed('UpdateReport');
  const isGood = cases.every(({ status }) => status === 'SUCCEEDED' || status === 'SKIPPED');
  const report: ReportRecord = {
    id: `${group}:${cloud.random.uuid()}`,
    group,
    buildArn: buildArn(cloud, build.id),
    status: isGood ? 'SUCCEEDED' : 'FAILED',
    created: now,
    truncated: cases.length > MAX_TEST_CASES,
    cases: cases.slice(0, MAX_TEST_CASES),
  };
  store.reports.put(report.id, report);
  return reportArn(cloud, report.id);
}
