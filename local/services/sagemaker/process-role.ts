import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import { type RolePrincipal, rolePrincipal, type ServicePrincipal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import type { AwsAccess } from '../../processes/index.ts';
import { ValidationException } from './errors.ts';

/** The role of a job or a model, and what its process needs to act as it. */
export interface ProcessRole {
  readonly principal: RolePrincipal;
  readonly aws: AwsAccess;
}

/** AWS's name for the sessions of jobs and models. */
const SESSION = 'SageMaker';

/**
 * @param service what SageMaker acts for
 * @throws AWS's refusal, when the role is missing or does not trust SageMaker for that
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
