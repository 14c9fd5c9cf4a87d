import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DeliveryPlan } from '../../delivery/index.ts';
import type { TrainingInput } from '../../events/index.ts';
import type { Connection } from '../connection/connection.ts';
import { listProjects } from '../project/project-resources.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { exportVariable } from './variables.ts';

interface ReferenceRun {
  readonly environment: string;
  readonly commit: string;
  readonly terminal: Pick<Terminal, 'print'>;
}

/**
 * Stores the reference data of each project, where no rule starts a training, and exports the input of the training that a
 * later step starts.
 *
 * @param keep hands a value on to that step
 * @throws UserError naming a project that is not deployed, or a file that is not there
 */
export async function storeReferences(
  connection: Connection,
  plan: DeliveryPlan,
  { environment, commit, terminal }: ReferenceRun,
  keep: (name: string, value: string) => void = exportVariable,
): Promise<ReadonlyMap<string, TrainingInput>> {
  const deployed = await listProjects(connection, environment);
  const inputs = new Map<string, TrainingInput>();
  for (const [project, file] of Object.entries(plan.references)) {
    const found = deployed.find((each) => each.project === project);
    if (found === undefined) {
      throw new UserError(
        `pipeline.references names the project "${project}", which is not deployed to ${environment}; nothing was trained.`,
      );
    }
    const input = await storeFile(connection, { bucket: found.bucket, project, file, commit });
    inputs.set(project, input);
    keep(nameInput(plan, project), JSON.stringify(input));
    terminal.print(`${project}: ${file} is s3://${input.bucket}/${input.object.key}`);
  }
  return inputs;
}

function nameInput({ stages }: DeliveryPlan, project: string): string {
  const step = stages
    .flatMap(({ steps }) => steps)
    .find((each) => each.kind === 'training' && each.project === project);
  return step?.kind === 'training' ? step.variable : '';
}

async function storeFile(
  { s3 }: Connection,
  where: { bucket: string; project: string; file: string; commit: string },
): Promise<TrainingInput> {
  const { bucket, project, file, commit } = where;
  const key = `reference/${project}/${basename(file)}`;
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size === undefined) {
    throw new UserError(
      `pipeline.references.${project} names ${file}, which is not in this commit; nothing was trained.`,
    );
  }
  const { ETag = '', VersionId = 'null' } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: size,
      ContentType: 'text/csv',
    }),
  );
  return {
    eventId: `${commit}-${VersionId}`,
    bucket,
    object: { key, size, etag: ETag.replaceAll('"', ''), 'version-id': VersionId },
    reference: commit,
  };
}
