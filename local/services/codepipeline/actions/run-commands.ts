import { mkdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ArtifactDetail } from '@aws-sdk/client-codepipeline';
import {
  BuildShell,
  LogBudget,
  matching,
  runPhases,
  SOURCE_FOLDER_VARIABLE,
} from '../../../builds/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { containerFiles, LastLines } from '../../../jobs/index.ts';
import {
  endMarkedProcesses,
  processEnvironment,
  removeTree,
  type SessionVariables,
} from '../../../processes/index.ts';
import { packArtifact, unpackArtifact } from '../run/artifact-files.ts';

export interface CommandsRequest {
  readonly cloud: Cloud;
  readonly pipeline: string;
  /** Of the action or rule. */
  readonly id: string;
  readonly principal: Principal;
  /** The session that the commands get. @default none */
  readonly session?: SessionVariables;
  readonly commands: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly inputs: readonly ArtifactDetail[];
  readonly output?: { readonly artifact: ArtifactDetail; readonly files: readonly string[] };
  readonly outputVariables?: readonly string[];
  readonly signal: AbortSignal;
}

export interface CommandsResult {
  /** Undefined if all commands succeeded. */
  readonly failure?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logStreamArn: string;
}

interface Folders {
  readonly root: string;
  readonly source: string;
  readonly home: string;
  readonly driver: string;
}

/**
 * Runs commands in one shell, in the folder of the first input artifact, with the session of a role of the pipeline.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
 */
export async function runCommands(request: CommandsRequest): Promise<CommandsResult> {
  const root = join(request.cloud.stateFolder, 'codepipeline', request.id);
  const folders = {
    root,
    source: join(root, 'src'),
    home: join(root, 'home'),
    driver: join(root, 'driver'),
  };
  // What a killed runtime has left, whose commands run again from the first one.
  endMarkedProcesses(SOURCE_FOLDER_VARIABLE, folders.source);
  await removeTree(root);
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Commands take real time, so a faster clock must wait for them.
  const release = request.cloud.clock.hold();
  try {
    return await runIn(folders, request);
  } finally {
    release();
    await removeTree(root);
  }
}

async function runIn(folders: Folders, request: CommandsRequest): Promise<CommandsResult> {
  const { cloud, id, inputs, pipeline, signal } = request;
  const [first, ...others] = inputs;
  const sources: Record<string, string> = { [SOURCE_FOLDER_VARIABLE]: folders.source };
  if (first !== undefined) {
    await unpackArtifact(request, first, { folder: folders.source, scratch: folders.root });
  }
  for (const [index, input] of others.entries()) {
    const folder = join(folders.root, `src-${index + 1}`);
    await unpackArtifact(request, input, { folder, scratch: folders.root });
    sources[`CODEBUILD_SRC_DIR_${input.name}`] = folder;
  }
  const logGroup = `/aws/codepipeline/${pipeline}`;
  await createLog(request, { logGroupName: logGroup, logStreamName: id });
  const budget = new LogBudget();
  const write = (message: string) => cloud.writeLogLine({ logGroup, logStream: id, message });
  const log = new LastLines(LAST_LINES, (line) => {
    if (budget.keeps(line)) write(line);
  });
  const shell = new BuildShell({
    program: '/bin/sh',
    environment: processEnvironment({
      home: folders.home,
      own: { ...request.variables, ...sources, CI: 'true' },
      aws: {
        region: cloud.region,
        endpoint: cloud.endpoint,
        ...(request.session !== undefined && { session: request.session }),
      },
    }),
    folder: folders.source,
    driverFolder: folders.driver,
    onOutput: (chunk) => log.push(chunk),
    signal,
  });
  try {
    const failure = await runAll(request.commands, shell, signal);
    const variables = failure === undefined ? await readOutput(request, shell, folders) : {};
    return {
      ...(failure !== undefined && { failure }),
      variables,
      logStreamArn: cloud.arn('logs', `log-group:${logGroup}:log-stream:${id}`),
    };
  } finally {
    log.end();
    if (budget.note !== undefined) write(budget.note);
    shell.end();
  }
}

const LAST_LINES = 20;

async function runAll(
  commands: readonly string[],
  shell: BuildShell,
  signal: AbortSignal,
): Promise<string | undefined> {
  let failure: string | undefined;
  await runPhases({ version: '0.2', phases: { build: { commands: [...commands] } } }, shell, {
    signal,
    observer: {
      onPhase() {},
      onCommand() {},
      onPhaseEnd() {},
      onFailedCommand({ command, status }) {
        failure = `Error while executing command: ${command}. Reason: exit status ${status}`;
      },
      lastOutput: () => '',
    },
  });
  return failure;
}

async function readOutput(
  request: CommandsRequest,
  shell: BuildShell,
  { root, source }: Folders,
): Promise<Readonly<Record<string, string>>> {
  const { output, outputVariables = [] } = request;
  if (output !== undefined) {
    const all = (await containerFiles(root, source)).map((path) => path.split(sep).join('/'));
    const paths = output.files.length === 0 ? all : await matching(all, output.files);
    await packArtifact(request, output.artifact, { folder: source, paths, scratch: root });
  }
  if (outputVariables.length === 0) return {};
  const pairs = await shell.exportedVariables();
  return Object.fromEntries(pairs.filter(([name]) => outputVariables.includes(name)));
}

async function createLog(
  { cloud, principal }: CommandsRequest,
  stream: { readonly logGroupName: string; readonly logStreamName: string },
): Promise<void> {
  const { logGroupName } = stream;
  for (const [operation, input] of [
    ['CreateLogGroup', { logGroupName }],
    ['CreateLogStream', stream],
  ] as const) {
    await cloud.call(principal, 'logs', operation, input).catch((error: unknown) => {
      const isThere =
        error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException';
      if (!isThere) throw error;
    });
  }
}
