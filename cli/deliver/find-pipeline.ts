import {
  type ActionDeclaration,
  GetPipelineCommand,
  type PipelineDeclaration,
  PipelineNotFoundException,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { UserError } from '../terminal/user-error.ts';
import type { PipelineClients } from './pipeline-clients.ts';

/** A pipeline with the source that its commits come from. */
export interface FoundPipeline {
  readonly name: string;
  readonly bucket: string;
  readonly source: ActionDeclaration;
  readonly repository: string;
  readonly branch: string;
  /** The first one is that of the source. */
  readonly stages: readonly StageDeclaration[];
}

/** @throws UserError where the runtime has no such pipeline, or its source is not a repository */
export async function findPipeline(
  { pipelines }: PipelineClients,
  name: string,
): Promise<FoundPipeline> {
  const pipeline = await declarationOf(pipelines, name);
  const { stages = [] } = pipeline;
  const source = stages[0]?.actions?.find(({ actionTypeId }) =>
    /^(?:CodeCommit|CodeStarSourceConnection)$/.test(actionTypeId?.provider ?? ''),
  );
  const { BranchName = '', FullRepositoryId, RepositoryName } = source?.configuration ?? {};
  const repository = FullRepositoryId ?? RepositoryName;
  const bucket =
    pipeline.artifactStore?.location ?? Object.values(pipeline.artifactStores ?? {})[0]?.location;
  if (source === undefined || repository === undefined || bucket === undefined) {
    throw new UserError(
      `The pipeline ${name} has no source that is a repository, so no commit can be delivered by it. Nothing was started.`,
    );
  }
  return { name, bucket, source, repository, branch: BranchName, stages };
}

async function declarationOf(
  client: PipelineClients['pipelines'],
  name: string,
): Promise<PipelineDeclaration> {
  try {
    const { pipeline } = await client.send(new GetPipelineCommand({ name }));
    return pipeline ?? { name, roleArn: '', stages: [] };
  } catch (error) {
    if (!(error instanceof PipelineNotFoundException)) throw error;
    throw new UserError(
      `The runtime has no pipeline ${name}. Nothing was started. Declare environments and a pipeline in stepmill.config.ts, and start the runtime (npm start); if the pipeline is in an account of its own, set AWS_ACCESS_KEY_ID to its number.`,
      { cause: error },
    );
  }
}

/** The stage with that name. @throws UserError that lists the stages */
export function stageNamed({ name, stages }: FoundPipeline, wanted: string): StageDeclaration {
  const stage = stages.find((one) => one.name === wanted);
  if (stage !== undefined) return stage;
  const names = stages.map((one) => one.name).join(', ');
  throw new UserError(
    `The pipeline ${name} has no stage ${wanted}. Nothing was started. It has ${names}.`,
  );
}
