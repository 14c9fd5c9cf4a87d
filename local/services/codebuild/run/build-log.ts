import { LogBudget } from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { LastLines } from '../../../jobs/index.ts';
import { buildArn } from '../arns.ts';
import type { BuildRecord } from '../store.ts';
import type { BuildContext } from './build-context.ts';
import { BuildFailure } from './build-failure.ts';
import type { BuildRole } from './build-role.ts';

/** The log of a build. */
export interface BuildLog {
  /** A line of CodeBuild itself. */
  say(line: string): void;
  /** Output of a command. */
  push(chunk: Buffer): void;
  /** Replaces these values by stars from now on. */
  mask(values: readonly string[]): void;
  end(): void;
  readonly lastLines: string;
}

const REMEMBERED_LINES = 200;
const SHORTEST_MASKED_LINE = 4;

/**
 * Opens the log stream of a build in the name of its role: `/aws/codebuild/<project>`, `<uuid>`.
 *
 * @throws BuildFailure where the role may not write it
 */
export async function openBuildLog(
  context: BuildContext,
  build: BuildRecord,
  role: BuildRole,
): Promise<BuildLog> {
  const { cloudWatchLogs } = build.settings.logs;
  if (cloudWatchLogs?.status === 'DISABLED') return new Lines(() => {});
  const uuid = build.id.slice(build.id.indexOf(':') + 1);
  const logGroup = cloudWatchLogs?.groupName ?? `/aws/codebuild/${build.project}`;
  const prefix = cloudWatchLogs?.streamName;
  const logStream = prefix === undefined ? uuid : `${prefix}/${uuid}`;
  await createStream(context, build, role, { logGroup, logStream });
  context.change({ logStream: { group: logGroup, stream: logStream } });
  return new Lines((message) => context.cloud.writeLogLine({ logGroup, logStream, message }));
}

async function createStream(
  { cloud }: BuildContext,
  build: BuildRecord,
  { principal }: BuildRole,
  { logGroup, logStream }: { readonly logGroup: string; readonly logStream: string },
): Promise<void> {
  const call = (operation: string, input: object) =>
    cloud.call(principal, 'logs', operation, input).catch((error: unknown) => {
      const isThere =
        error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException';
      if (!isThere) throw error;
    });
  const stream = { logGroupName: logGroup, logStreamName: logStream };
  try {
    await call('CreateLogStream', stream).catch(async (error: unknown) => {
      const isMissing = error instanceof ServiceError && error.code === 'ResourceNotFoundException';
      if (!isMissing) throw error;
      await call('CreateLogGroup', { logGroupName: logGroup });
      await call('CreateLogStream', stream);
    });
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    // As people quote it: https://repost.aws/questions/QUNSKdPkl8TJ2TlKuDFHoNYg
    throw new BuildFailure(
      'ACCESS_DENIED',
      `Service role ${build.settings.serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${buildArn(cloud, build.id)}. Error message: ${cause.message}`,
      { cause },
    );
  }
}

/** Lines of a secret such as a private key, which commands print one by one. Shorter ones would make stars of the whole log. */
function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_MASKED_LINE);
}

class Lines implements BuildLog {
  readonly #write: (message: string) => void;
  readonly #output: LastLines;
  #masked: readonly string[] = [];
  readonly #budget = new LogBudget();

  constructor(write: (message: string) => void) {
    this.#write = write;
    this.#output = new LastLines(REMEMBERED_LINES, (line) => this.#line(line));
  }

  get lastLines(): string {
    return this.#output.text;
  }

  mask(values: readonly string[]): void {
    const parts = values.flatMap((value) => [value, ...linesOf(value)]);
    this.#masked = parts
      .filter((part) => part.trim() !== '')
      .toSorted((one, other) => other.length - one.length);
  }

  push(chunk: Buffer): void {
    this.#output.push(chunk);
  }

  say(line: string): void {
    this.#output.end();
    this.#line(`[Container] ${line}`);
  }

  end(): void {
    this.#output.end();
    const { note } = this.#budget;
    if (note !== undefined) this.#write(note);
  }

  #line(line: string): void {
    if (!this.#budget.keeps(line)) return;
    this.#write(this.#masked.reduce((text, value) => text.replaceAll(value, '***'), line));
  }
}
