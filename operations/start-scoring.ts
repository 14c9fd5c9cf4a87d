import { randomUUID } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ProjectParameter, type ScoringInput, startableWorkflow } from '../events/index.ts';
import type { Clients } from './clients.ts';

/** A file that a person has scored. */
export interface ScoringRequest {
  readonly key: string;
  /** @default the newest version of the key */
  readonly versionId?: string | undefined;
  /** @default the live model */
  readonly modelPackageArn?: string | undefined;
  /** @default as the project says */
  readonly explain?: boolean | undefined;
  /** Names the execution: started twice under one name, the same scoring is started once. @default a new one */
  readonly name?: string;
}

/**
 * Starts a scoring of a file in the project's bucket.
 *
 * @returns the ARN of the execution
 */
export async function startScoring(
  { states }: Clients,
  project: ProjectParameter & Required<Pick<ProjectParameter, 'scoring'>>,
  { key, versionId, modelPackageArn, explain, name }: ScoringRequest,
): Promise<string> {
  const input: ScoringInput = {
    eventId: name ?? randomUUID(),
    bucket: project.bucket,
    object: { key, ...(versionId === undefined ? {} : { 'version-id': versionId }) },
    ...(modelPackageArn === undefined ? {} : { modelPackageArn }),
    ...(explain === undefined ? {} : { explain }),
  };
  const { executionArn = '' } = await states.send(
    new StartExecutionCommand({
      stateMachineArn: startableWorkflow(project, project.scoring?.stateMachineArn ?? ''),
      name,
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
}
