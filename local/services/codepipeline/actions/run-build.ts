import type {
  BatchGetBuildsOutput,
  Build,
  EnvironmentVariable,
  ProjectArtifacts,
  ProjectSource,
  StartBuildInput,
  StartBuildOutput,
} from '@aws-sdk/client-codebuild';
import type { ArtifactDetail } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { Interrupted, type Patience, RUNTIME_ENDS } from '../run/patience.ts';
import { ActionFailed, placeOf } from './action.ts';

const LOOK_MS = 10_000;

/** What a build is started with. */
export interface BuildRequest {
  /** A repeated request with the same token starts no second build. */
  readonly token: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputs: readonly ArtifactDetail[];
  readonly outputs: readonly ArtifactDetail[];
  readonly revision: string | undefined;
}

/** Starts a build of a project with artifacts of a pipeline, and returns its id. */
export async function startBuild(
  cloud: Cloud,
  principal: Principal,
  request: BuildRequest,
): Promise<string> {
  const input = requestOf(request);
  const { build } = await cloud.call<StartBuildOutput>(principal, 'codebuild', 'StartBuild', input);
  return build?.id ?? '';
}

/**
 * Waits for the end of a build, which is stopped if the waiting ends before.
 *
 * @returns undefined for a build that does not exist
 */
export async function awaitBuild(
  {
    cloud,
    patience,
    principal,
  }: { readonly cloud: Cloud; readonly principal: Principal; readonly patience: Patience },
  id: string,
): Promise<Build | undefined> {
  const input = { ids: [id] };
  try {
    for (;;) {
      const { builds: [build] = [] } = await cloud.call<BatchGetBuildsOutput>(
        principal,
        'codebuild',
        'BatchGetBuilds',
        input,
      );
      if (build === undefined || build.buildComplete === true) return build;
      await patience.wait(LOOK_MS);
    }
  } catch (error) {
    if (error instanceof Interrupted && patience.signal.reason !== RUNTIME_ENDS) {
      await cloud.call(principal, 'codebuild', 'StopBuild', { id });
    }
    throw error;
  }
}

/** Why a build did not succeed; undefined if it did. */
export function failureOfBuild({ buildStatus, id = '', phases = [] }: Build): string | undefined {
  if (buildStatus === 'SUCCEEDED') return undefined;
  const failed = phases.find(({ phaseStatus }) => phaseStatus === 'FAILED');
  const message = failed?.contexts?.[0]?.message;
  const reason = message === undefined ? '' : ` ${failed?.phaseType}: ${message}`;
  return `Build terminated with state: ${buildStatus}.${reason} (${id})`;
}

function requestOf({
  configuration,
  inputs,
  outputs,
  revision,
  token,
}: BuildRequest): StartBuildInput {
  const {
    BuildspecOverride,
    EnvironmentVariables,
    PrimarySource,
    ProjectName,
    ServiceRoleArnOverride,
  } = configuration;
  const primary = inputs.find(({ name }) => name === PrimarySource) ?? inputs[0];
  const others = inputs.filter((input) => input !== primary);
  const [output] = outputs;
  return {
    projectName: ProjectName,
    idempotencyToken: token,
    sourceTypeOverride: 'S3',
    sourceLocationOverride: locationOf(primary),
    secondarySourcesOverride: others.map(
      (input): ProjectSource => ({
        type: 'S3',
        location: locationOf(input),
        sourceIdentifier: input.name,
      }),
    ),
    artifactsOverride:
      outputs.length === 1 && output !== undefined ? artifactAt(output) : { type: 'NO_ARTIFACTS' },
    secondaryArtifactsOverride:
      outputs.length > 1
        ? outputs.map((one) => ({ ...artifactAt(one), artifactIdentifier: one.name }))
        : [],
    environmentVariablesOverride: readVariables(EnvironmentVariables),
    ...(revision !== undefined && { sourceVersion: revision }),
    ...(BuildspecOverride !== undefined && { buildspecOverride: BuildspecOverride }),
    ...(ServiceRoleArnOverride !== undefined && { serviceRoleOverride: ServiceRoleArnOverride }),
  };
}

function locationOf(artifact: ArtifactDetail | undefined): string {
  const { bucket, key } = placeOf(artifact ?? {});
  return `${bucket}/${key}`;
}

function artifactAt(artifact: ArtifactDetail): ProjectArtifacts {
  const { bucket, key } = placeOf(artifact);
  return { type: 'S3', location: bucket, name: key, packaging: 'ZIP', namespaceType: 'NONE' };
}

/** @throws ActionFailed if it is not the JSON that the action asks for */
function readVariables(text = '[]'): EnvironmentVariable[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list as EnvironmentVariable[];
  } catch {
    // The message below says it.
  }
  throw new ActionFailed(
    'EnvironmentVariables is not a JSON list of {"name", "value", "type"}.',
    'ConfigurationError',
  );
}
