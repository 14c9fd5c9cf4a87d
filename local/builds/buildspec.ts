import * as z from 'zod';
import { parseYaml } from '../host/parse-yaml.ts';

/** More text than any build specification has. AWS documents no limit. */
const MAX_BUILDSPEC_CHARACTERS = 262_144;

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
const MAX_REPORTS = 5;

/** A build specification that CodeBuild does not run; the message is the one of its phase. */
export class BuildspecError extends Error {
  override readonly name = 'BuildspecError';
}

/** All scalars are read as text: `version: 0.10` keeps its zero. */
const text = z.string();
const flag = z.stringbool();
const texts = z.array(text);
const variables = z.record(text, text);

const phase = z.object({
  'run-as': text.optional(),
  'on-failure': text.optional(),
  'runtime-versions': variables.optional(),
  commands: texts.optional(),
  finally: texts.optional(),
});

/** Linux has no longer paths. */
const MAX_PATTERN_CHARACTERS = 4_096;
const patterns = z.array(text.max(MAX_PATTERN_CHARACTERS));

const artifactFiles = z.object({
  files: patterns,
  name: text.optional(),
  'base-directory': text.optional(),
  'exclude-paths': patterns.optional(),
  'discard-paths': flag.optional(),
  'enable-symlinks': flag.optional(),
  's3-prefix': text.optional(),
});

const report = z.object({
  files: patterns,
  'file-format': text.optional(),
  'base-directory': text.optional(),
  'discard-paths': flag.optional(),
});

const schema = z.object({
  version: text,
  'run-as': text.optional(),
  env: z
    .object({
      shell: text.optional(),
      variables: variables.optional(),
      'parameter-store': variables.optional(),
      'secrets-manager': variables.optional(),
      'exported-variables': texts.optional(),
      'git-credential-helper': text.optional(),
    })
    .optional(),
  proxy: z.unknown().optional(),
  batch: z.unknown().optional(),
  phases: z.object({
    install: phase.nullish(),
    pre_build: phase.nullish(),
    build: phase.nullish(),
    post_build: phase.nullish(),
  }),
  reports: z.record(text, report).optional(),
  artifacts: z
    .object({
      ...artifactFiles.shape,
      files: patterns.optional(),
      'secondary-artifacts': z.record(text, artifactFiles).optional(),
    })
    .optional(),
  cache: z.unknown().optional(),
});

/** A build specification as written. */
export type Buildspec = z.infer<typeof schema>;
export type BuildspecPhase = z.infer<typeof phase>;
export type BuildspecArtifact = z.infer<typeof artifactFiles>;
export type BuildspecReport = z.infer<typeof report>;

/**
 * Reads a build specification: YAML, or the JSON that the CDK writes.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 *
 * @throws BuildspecError that names the first problem
 */
export function parseBuildspec(source: string): Buildspec {
  if (source.length > MAX_BUILDSPEC_CHARACTERS) {
    throw new BuildspecError(
      `the build specification has more than ${MAX_BUILDSPEC_CHARACTERS} characters`,
    );
  }
  const buildspec = readSchema(readYaml(source));
  if (buildspec.version !== '0.2') {
    throw new BuildspecError(`version ${buildspec.version} is not supported here, only 0.2`);
  }
  const reports = Object.keys(buildspec.reports ?? {});
  if (reports.length > MAX_REPORTS) {
    throw new BuildspecError(
      `reports has ${reports.length} report groups, and at most ${MAX_REPORTS} are allowed`,
    );
  }
  return buildspec;
}

function readYaml(source: string): unknown {
  try {
    return parseYaml(source, { schema: 'failsafe' });
  } catch (cause) {
    throw new BuildspecError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readSchema(value: unknown): Buildspec {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const path = first?.path.join('.') ?? '';
  throw new BuildspecError(
    `${path === '' ? 'the build specification' : path}: ${first?.message ?? ''}`,
  );
}
