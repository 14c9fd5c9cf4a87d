import type { GetParameterResult } from '@aws-sdk/client-ssm';
import { type BuildShell, type Buildspec, SOURCE_FOLDER_VARIABLE } from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import {
  PACKAGE_INDEX_VARIABLES,
  type ProcessEnvironment,
  processEnvironment,
} from '../../../processes/index.ts';
import { buildArn } from '../arns.ts';
import type { BuildRecord } from '../store.ts';
import { BuildFailure } from './build-failure.ts';
import type { SourceFolders } from './build-source.ts';
import type { PreparedBuild } from './prepared-build.ts';

const EXPORTED_BYTES = 32 * 1024;

/** Where the user's package managers look, without their credentials. */
const INHERITED = [
  ...PACKAGE_INDEX_VARIABLES,
  'NPM_CONFIG_REGISTRY',
  'npm_config_registry',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
];

export interface BuildEnvironment {
  readonly environment: ProcessEnvironment;
  /** The values that the log must not show. */
  readonly secrets: readonly string[];
}

/**
 * The variables of a build: those of its request before those of its project, and these before those of its build specification.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 *
 * @throws BuildFailure for a parameter that cannot be read
 */
export async function buildEnvironment(
  prepared: PreparedBuild,
  { env }: Buildspec,
  sources: SourceFolders,
): Promise<BuildEnvironment> {
  const { context, folders, role } = prepared;
  const { cloud } = context;
  const build = context.current();
  if (env?.['secrets-manager'] !== undefined) {
    throw new BuildFailure(
      'CLIENT_ERROR',
      'env.secrets-manager: stepmill has no Secrets Manager. No command was run. Use parameter-store.',
    );
  }
  const secrets: string[] = [];
  const read = async (name: string) => {
    const value = await readParameter(prepared, name);
    secrets.push(value);
    return value;
  };
  const own: Record<string, string> = { ...env?.variables };
  for (const [name, parameter] of Object.entries(env?.['parameter-store'] ?? {})) {
    own[name] = await read(parameter);
  }
  for (const { name = '', type, value = '' } of build.settings.variables) {
    own[name] = type === 'PARAMETER_STORE' ? await read(value) : value;
  }
  const environment = processEnvironment({
    home: folders.home,
    temporary: folders.temporary,
    own: { ...own, ...codebuildVariables(prepared, build, sources) },
    aws: { region: cloud.region, endpoint: cloud.endpoint, session: role.session },
    inherit: INHERITED,
  });
  return { environment, secrets };
}

function codebuildVariables(
  { context: { cloud }, folders, waits }: PreparedBuild,
  build: BuildRecord,
  sources: SourceFolders,
): Readonly<Record<string, string>> {
  const { settings } = build;
  const version = settings.sourceVersion ?? '';
  const folderVariables = Array.from(sources, ([id, folder]) => [
    `CODEBUILD_SRC_DIR_${id}`,
    folder,
  ]);
  return {
    CI: 'true',
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_ARN: buildArn(cloud, build.id),
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_BUILD_IMAGE: settings.environment.image ?? '',
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_LOG_PATH: build.logStream?.stream ?? '',
    CODEBUILD_RESOLVED_SOURCE_VERSION: version,
    CODEBUILD_SOURCE_VERSION: version,
    CODEBUILD_SOURCE_REPO_URL: settings.source.location ?? '',
    [SOURCE_FOLDER_VARIABLE]: folders.source,
    CODEBUILD_START_TIME: String(build.startedAt),
    // Not of AWS's: see build-waits.ts.
    STEPMILL_WAITS: waits,
    ...Object.fromEntries(folderVariables),
  };
}

async function readParameter(
  { context: { cloud }, role }: PreparedBuild,
  Name: string,
): Promise<string> {
  try {
    const input = { Name, WithDecryption: true };
    const { Parameter } = await cloud.call<GetParameterResult>(
      role.principal,
      'ssm',
      'GetParameter',
      input,
    );
    return Parameter?.Value ?? '';
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    throw new BuildFailure(
      'Decrypted Variables Error',
      `parameter does not exist or cannot be read: ${Name}: ${cause.code}: ${cause.message}`,
      { cause },
    );
  }
}

/** The values at the end of the last phase of the variables that the build exports. Credentials and secrets are not among them. */
export async function exportedVariables(
  shell: BuildShell,
  { env }: Buildspec,
  secrets: readonly string[],
): Promise<BuildRecord['exported']> {
  const wanted = new Set(env?.['exported-variables']);
  if (wanted.size === 0) return [];
  return (await shell.exportedVariables()).flatMap(([name, whole]) => {
    const value = whole.slice(0, EXPORTED_BYTES);
    const isAllowed = !name.startsWith('AWS_') && !secrets.includes(value);
    return wanted.has(name) && isAllowed ? [{ name, value }] : [];
  });
}
