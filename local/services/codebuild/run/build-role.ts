import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type RolePrincipal, rolePrincipal, validSessionName } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { SessionVariables } from '../../../processes/index.ts';
import { projectArn } from '../arns.ts';
import { CODEBUILD_PRINCIPAL } from '../codebuild-principal.ts';
import type { BuildRecord } from '../store.ts';
import { BuildFailure } from './build-failure.ts';

/** The session of a project's role, for the runtime and for the commands of the build. */
export interface BuildRole {
  readonly principal: RolePrincipal;
  readonly session: SessionVariables;
}

/** @throws BuildFailure where the role does not exist or does not trust CodeBuild */
export async function assumeServiceRole(
  cloud: Cloud,
  { id, project, settings }: BuildRecord,
): Promise<BuildRole> {
  const { serviceRole } = settings;
  const RoleSessionName = validSessionName(`AWSCodeBuild-${id.slice(id.indexOf(':') + 1)}`);
  const sourceArn = projectArn(cloud, project);
  try {
    const { Credentials } = await cloud.call<AssumeRoleCommandOutput>(
      { kind: 'service', service: CODEBUILD_PRINCIPAL, sourceArn },
      'sts',
      'AssumeRole',
      { RoleArn: serviceRole, RoleSessionName },
    );
    return { principal: rolePrincipal(serviceRole, RoleSessionName), session: Credentials ?? {} };
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    throw new BuildFailure(
      'ACCESS_DENIED',
      `CodeBuild is not authorized to perform: sts:AssumeRole on ${serviceRole}`,
      { cause },
    );
  }
}
