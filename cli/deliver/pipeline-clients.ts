import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import type { Connection } from '../connection/connection.ts';

/** The clients of a delivery, for the place of a connection. */
export interface PipelineClients {
  readonly pipelines: CodePipelineClient;
  readonly builds: CodeBuildClient;
  readonly connection: Connection;
}

export function createPipelineClients(connection: Connection): PipelineClients {
  const { credentials, endpoint, region } = connection.s3.config;
  const config = { credentials, region, ...(endpoint !== undefined && { endpoint }) };
  return {
    pipelines: new CodePipelineClient(config),
    builds: new CodeBuildClient(config),
    connection,
  };
}
