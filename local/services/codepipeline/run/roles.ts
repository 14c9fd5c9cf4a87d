import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type Principal, rolePrincipal, validSessionName } from '../../../cloud/principal.ts';
import type { SessionVariables } from '../../../processes/index.ts';
import { CODEPIPELINE_PRINCIPAL, pipelineArn } from '../arns.ts';
import type { Structure } from '../store.ts';

/** A session of a role of a pipeline, for the runtime and for commands. */
export interface PipelineRole {
  readonly principal: Principal;
  readonly session: SessionVariables;
}

/**
 * Assumes the role of a pipeline, and in it the role of an action, if it has one of its own.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
 *
 * @throws STS's AccessDenied
 */
export async function assumePipelineRole(
  cloud: Cloud,
  { name, roleArn }: Pick<Structure, 'name' | 'roleArn'>,
  actionRoleArn: string | undefined,
): Promise<PipelineRole> {
  const sourceArn = pipelineArn(cloud, name);
  const service = { kind: 'service', service: CODEPIPELINE_PRINCIPAL, sourceArn } as const;
  const session = validSessionName(`AWSCodePipeline@${name}`);
  const own = await assume(cloud, service, roleArn, session);
  return actionRoleArn === undefined ? own : assume(cloud, own.principal, actionRoleArn, session);
}

async function assume(
  cloud: Cloud,
  caller: Principal,
  RoleArn: string,
  RoleSessionName: string,
): Promise<PipelineRole> {
  const { Credentials } = await cloud.call<AssumeRoleCommandOutput>(caller, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName,
  });
  return { principal: rolePrincipal(RoleArn, RoleSessionName), session: Credentials ?? {} };
}
