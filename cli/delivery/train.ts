import { setTimeout as delay } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type DeliveryPlan, partitionOf } from '../../delivery/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { assumeRole } from './assume-role.ts';
import { findEnvironment } from './read-plan.ts';

const POLL_MS = 10_000;
/** GitHub ends a job after six hours; the step says by itself what did not end. */
const MAXIMUM_POLLS = (350 * 60_000) / POLL_MS;

/**
 * Starts the training of a step and waits for its end, where no CodePipeline does.
 *
 * @param input what the step before has exported
 * @throws UserError with the execution's cause where it did not succeed
 */
export async function trainReference(
  plan: DeliveryPlan,
  project: string,
  { input, terminal }: { readonly input: string; readonly terminal: Terminal },
): Promise<void> {
  const step = plan.stages
    .flatMap(({ steps }) => steps)
    .find((each) => each.kind === 'training' && each.project === project);
  if (step?.kind !== 'training') {
    throw new UserError(`pipeline.references has no project "${project}"; nothing was trained.`);
  }
  const { account, region, referenceRole } = findEnvironment(plan, step.environment);
  const credentials = await assumeRole(referenceRole, region);
  const connection = connect({ aws: true, region, credentials });
  const { executionArn = '' } = await connection.states.send(
    new StartExecutionCommand({
      stateMachineArn: `arn:${partitionOf(region)}:states:${region}:${account}:stateMachine:${step.stateMachine}`,
      name: `reference-${process.env['GITHUB_RUN_ID'] ?? 'run'}-${process.env['GITHUB_RUN_ATTEMPT'] ?? 1}`,
      input,
    }),
  );
  terminal.print(`${project} trains on reference data: ${executionArn}`);
  await waitForEnd(connection, executionArn, terminal);
}

/**
 * Waits for the end of an execution.
 *
 * @throws UserError where it did not succeed, or not in time
 */
export async function waitForEnd(
  { states }: Pick<Connection, 'states'>,
  executionArn: string,
  terminal: Pick<Terminal, 'print'>,
  wait: (ms: number) => Promise<unknown> = delay,
): Promise<void> {
  for (let poll = 0; poll < MAXIMUM_POLLS; poll += 1) {
    const { status, output, cause, error } = await states.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status === 'SUCCEEDED') {
      terminal.print(output);
      return;
    }
    if (status !== 'RUNNING') {
      throw new UserError(
        `The reference training ended as ${status} (${error ?? 'no error'}): ${cause ?? 'no cause'}. Later environments do not get this commit.`,
      );
    }
    await wait(POLL_MS);
  }
  throw new UserError(
    `The reference training has not ended within ${(POLL_MS * MAXIMUM_POLLS) / 60_000} minutes: ${executionArn}. It runs on; later environments do not get this commit. Run the job again when it has ended.`,
  );
}
