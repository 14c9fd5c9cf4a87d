import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCodeBuildService } from './index.ts';

const ARN = 'arn:aws:codebuild:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/build';
const PASS = `iam:PassRole ${ROLE} {"iam:PassedToService":"codebuild.amazonaws.com"}`;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    name: 'p',
    names: ['p'],
    projectName: 'p',
    id: 'p:1',
    ids: ['p:1'],
    serviceRole: ROLE,
    serviceRoleOverride: ROLE,
    arn: `${ARN}:report-group/p`,
    reportGroupArn: `${ARN}:report-group/p`,
    reportGroupArns: [`${ARN}:report-group/p`],
    reportArn: `${ARN}:report/p:1`,
    reportArns: [`${ARN}:report/p:1`],
  };
  const onProject = (action: string) => [`codebuild:${action} ${ARN}:project/p`];
  const onGroup = (action: string) => [`codebuild:${action} ${ARN}:report-group/p`];

  expect(permissionsOf(createCodeBuildService, input)).toEqual({
    CreateProject: [...onProject('CreateProject'), PASS],
    UpdateProject: [...onProject('UpdateProject'), PASS],
    DeleteProject: onProject('DeleteProject'),
    BatchGetProjects: onProject('BatchGetProjects'),
    ListProjects: ['codebuild:ListProjects *'],
    StartBuild: [...onProject('StartBuild'), PASS],
    BatchGetBuilds: onProject('BatchGetBuilds'),
    BatchDeleteBuilds: onProject('BatchDeleteBuilds'),
    ListBuilds: ['codebuild:ListBuilds *'],
    ListBuildsForProject: onProject('ListBuildsForProject'),
    StopBuild: onProject('StopBuild'),
    CreateReportGroup: onGroup('CreateReportGroup'),
    UpdateReportGroup: onGroup('UpdateReportGroup'),
    DeleteReportGroup: onGroup('DeleteReportGroup'),
    BatchGetReportGroups: onGroup('BatchGetReportGroups'),
    ListReportGroups: ['codebuild:ListReportGroups *'],
    BatchGetReports: onGroup('BatchGetReports'),
    ListReports: ['codebuild:ListReports *'],
    ListReportsForReportGroup: onGroup('ListReportsForReportGroup'),
    DescribeTestCases: onGroup('DescribeTestCases'),
    DeleteReport: onGroup('DeleteReport'),
  });
});
