import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type RolePrincipal, rolePrincipal, type ServicePrincipal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import type { AwsAccess } from '../../processes/index.ts';
import { ValidationException } from './errors.ts';

/** The role of a job or model, and the credentials for its process. */
export interface ProcessRole {
  readonly principal: RolePrincipal;
  readonly aws: AwsAccess;
}

/** AWS's session name for jobs and models. */
const SESSION = 'SageMaker';

/**
 * @param service the service principal, with the resource it acts for
 * @throws ValidationException if the role does not exist or does not trust SageMaker
 */
export async function takeProcessRole(
  cloud: Cloud,
  roleArn: string,
  service: ServicePrincipal,
): Promise<ProcessRole> {
  try {
    const { Credentials = {} } = await cloud.call<Partial<AssumeRoleCommandOutput>>(
      service,
      'sts',
      'AssumeRole',
      { RoleArn: roleArn, RoleSessionName: SESSION },
    );
    const { region, endpoint } = cloud;
    return {
      principal: rolePrincipal(roleArn, SESSION),
      aws: { region, endpoint, session: Credentials },
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    );
  }
}
