import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import type { Uploaded } from '../project/upload-file.ts';
import { UserError } from '../terminal/user-error.ts';
import { pause } from './execution-progress.ts';

/** How long an event may take to start its execution before we say that none came. */
const PATIENCE_MS = 30_000;

/** The training execution that an upload started. @throws UserError when none starts */
export function executionOfUpload(
  connection: Connection,
  { trainingStateMachineArn }: ProjectResources,
  { key, versionId }: Uploaded,
): Promise<string> {
  return findExecution(connection, trainingStateMachineArn, (input) =>
    versionId === undefined ? input.includes(JSON.stringify(key)) : input.includes(versionId),
  );
}

/**
 * The promotion execution that a decision on a model package starts. Executions are distinguished by what
 * was there before, not by their times: the clocks here and there may differ.
 *
 * @param decide makes the decision
 * @throws UserError when none starts
 */
export async function executionOfDecision(
  connection: Connection,
  { promotionStateMachineArn }: ProjectResources,
  modelPackageArn: string,
  decide: () => Promise<void>,
): Promise<string> {
  const before = await newest(connection, promotionStateMachineArn);
  await decide();
  return findExecution(
    connection,
    promotionStateMachineArn,
    (input) => input.includes(JSON.stringify(modelPackageArn)),
    before,
  );
}

async function findExecution(
  connection: Connection,
  stateMachineArn: string,
  matches: (input: string) => boolean,
  before: readonly ExecutionListItem[] = [],
): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  const seen = new Set(before.map(({ executionArn }) => executionArn));
  while (performance.now() < deadline) {
    for (const { executionArn } of await newest(connection, stateMachineArn)) {
      if (executionArn === undefined || seen.has(executionArn)) continue;
      seen.add(executionArn);
      const { input = '' } = await connection.states.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      if (matches(input)) return executionArn;
    }
    await pause(connection.pollMs);
  }
  throw new UserError(
    `No execution of ${stateMachineArn} has started within ${PATIENCE_MS / 1_000} s. ` +
      "The dead-letter queue of its rule and the rule's metric FailedInvocations tell why.",
  );
}

async function newest(
  { states }: Connection,
  stateMachineArn: string,
): Promise<readonly ExecutionListItem[]> {
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 20 }),
  );
  return executions;
}
