import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../../cloud.ts';
import { type RolePrincipal, rolePrincipal } from '../../../principal.ts';
import { ServiceError } from '../../../service-error.ts';
import { ValidationException } from '../errors.ts';

/** A job's role, and what a script needs to act as it. */
export interface JobRole {
  readonly principal: RolePrincipal;
  /** Credentials, region and endpoint, as SDKs read them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** AWS's name for the sessions of jobs. */
const SESSION = 'SageMaker';

/** @throws AWS's refusal, when the role is missing or does not trust SageMaker */
export async function takeJobRole(cloud: Cloud, roleArn: string): Promise<JobRole> {
  const service = { kind: 'service', service: 'sagemaker.amazonaws.com' } as const;
  try {
    const session = await cloud.call<AssumeRoleCommandOutput>(service, 'sts', 'AssumeRole', {
      RoleArn: roleArn,
      RoleSessionName: SESSION,
    });
    return {
      principal: rolePrincipal(roleArn, SESSION),
      environment: { ...regionOf(cloud), ...credentialsOf(session) },
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    );
  }
}

function regionOf(cloud: Cloud): Readonly<Record<string, string>> {
  const endpoint = cloud.endpoint;
  return {
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
  };
}

function credentialsOf({ Credentials }: AssumeRoleCommandOutput): Readonly<Record<string, string>> {
  if (Credentials === undefined) return {};
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials;
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}
