import {
  ConflictException,
  DeleteStateMachineVersionCommand,
  ListStateMachineVersionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { type Address, addressSchema, answer, type Outcome } from './answer.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_VERSIONS = 1_000;

/** The custom resource that bounds the versions of workflows. */
const requestSchema = z.object({
  ResourceType: z.literal('Custom::StepmillVersions'),
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResourceProperties: z.object({
    /** CloudFormation hands all values over as text. */
    Keep: z.coerce.number<string>().int().min(2),
    /** The newest version of each state machine. */
    Versions: z.array(z.string()),
  }),
});

export interface Pruning {
  readonly client: SFNClient;
  readonly report: (message: string, details: unknown) => void;
  readonly send?: (address: Address, outcome: Outcome) => Promise<void>;
}

export function isPruning(event: unknown): boolean {
  return requestSchema.safeParse(event).success;
}

/** Deletes the oldest versions of each workflow, and answers. What could not be deleted is left to the next deployment. */
export async function pruneVersions(event: unknown, pruning: Pruning): Promise<void> {
  const address = addressSchema.parse(event);
  const { RequestType: type, ResourceProperties } = requestSchema.parse(event);
  const { Keep: keep, Versions: newest } = ResourceProperties;
  // A state machine takes its versions along when it is deleted.
  for (const versionArn of type === 'Delete' ? [] : newest) {
    const machineArn = versionArn.replace(/:\d+$/, '');
    try {
      const deleted = await pruneMachine(pruning.client, machineArn, keep);
      pruning.report('Deleted versions', { machineArn, deleted });
    } catch (error) {
      // A deployment does not fail because of what is left of former ones.
      pruning.report('Some versions were not deleted; the next deployment tries again', error);
    }
  }
  await (pruning.send ?? answer)(address, { status: 'SUCCESS' });
}

/** Executions of a deleted version finish: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html */
async function pruneMachine(
  client: SFNClient,
  stateMachineArn: string,
  keep: number,
): Promise<readonly string[]> {
  const versions = await listVersions(client, stateMachineArn);
  const old = versions.sort((one, other) => numberOf(other) - numberOf(one)).slice(keep);
  const deleted: string[] = [];
  for (const versionArn of old) if (await remove(client, versionArn)) deleted.push(versionArn);
  return deleted;
}

/** A page may hold fewer than are asked for. */
async function listVersions(client: SFNClient, stateMachineArn: string): Promise<string[]> {
  const versions: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListStateMachineVersionsCommand({
        stateMachineArn,
        maxResults: MOST_VERSIONS,
        nextToken,
      }),
    );
    for (const { stateMachineVersionArn } of page.stateMachineVersions ?? []) {
      if (stateMachineVersionArn !== undefined) versions.push(stateMachineVersionArn);
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return versions;
}

/** @returns whether it is gone; a version that an alias names stays */
async function remove(client: SFNClient, stateMachineVersionArn: string): Promise<boolean> {
  try {
    await client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn }));
    return true;
  } catch (error) {
    if (error instanceof ConflictException) return false;
    throw error;
  }
}

function numberOf(versionArn: string): number {
  return Number(versionArn.slice(versionArn.lastIndexOf(':') + 1));
}
