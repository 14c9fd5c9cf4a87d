import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { ConsoleDelivery } from '../../events/index.ts';

/** The pipeline of the app, as the API of one environment reaches it. */
export interface PipelineAccess extends Pick<ConsoleDelivery, 'pipeline' | 'approval' | 'roleArn'> {
  readonly client: CodePipelineClient;
}

/**
 * Reaches the pipeline, with a role in its account. The SDK asks for credentials again before they expire.
 *
 * @param sts with the API's own role
 */
export function reachPipeline(
  { pipeline, region, roleArn, approval }: ConsoleDelivery,
  sts: STSClient,
): PipelineAccess {
  const client = new CodePipelineClient({ region, credentials: () => assume(sts, roleArn) });
  return { pipeline, roleArn, client, ...(approval === undefined ? {} : { approval }) };
}

async function assume(sts: STSClient, roleArn: string) {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'stepmill-console' }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
    ...(Credentials?.Expiration === undefined ? {} : { expiration: Credentials.Expiration }),
  };
}
