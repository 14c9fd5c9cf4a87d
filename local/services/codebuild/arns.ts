import type { Cloud } from '../../cloud/cloud.ts';

export function projectArn(cloud: Cloud, name: string): string {
  return cloud.arn('codebuild', `project/${name}`);
}

/** The name of a project that is given by its name or its ARN. */
export function projectName(given: string): string {
  return given.startsWith('arn:') ? given.slice(given.lastIndexOf('/') + 1) : given;
}

export function buildArn(cloud: Cloud, id: string): string {
  return cloud.arn('codebuild', `build/${id}`);
}

/** The id (`project:uuid`) of a build that is given by its id or its ARN. */
export function buildId(given: string): string {
  return given.startsWith('arn:') ? given.slice(given.indexOf('/') + 1) : given;
}

/** The project in the id of a build. */
export function projectOfBuild(id: string): string {
  return buildId(id).split(':')[0] ?? '';
}

export function reportGroupArn(cloud: Cloud, name: string): string {
  return cloud.arn('codebuild', `report-group/${name}`);
}

/** The name of a report group in its ARN. */
export function reportGroupName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

export function reportArn(cloud: Cloud, id: string): string {
  return cloud.arn('codebuild', `report/${id}`);
}

/** The id (`group:uuid`) of a report in its ARN. */
export function reportId(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1);
}
