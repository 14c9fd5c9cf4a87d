import { create } from 'tar';
import { type ContainerFolder, containerFiles } from '../../../jobs/index.ts';
import type { TrainingJobRecord } from './records.ts';

/** `<S3OutputPath>/<job>/output`, the prefix of all outputs of a training job. */
export function outputPrefix(job: TrainingJobRecord): string {
  const path = job.input.OutputDataConfig?.S3OutputPath ?? '';
  return `${path.replace(/\/+$/, '')}/${job.name}/output`;
}

/** The URL of the model, once there is one. */
export function modelArtifacts(job: TrainingJobRecord): string | undefined {
  return job.hasModel ? `${outputPrefix(job)}/model.tar.gz` : undefined;
}

/** Packs the files of a container's folder at the root of an archive; false if there are none. */
export async function packFolder(
  folder: ContainerFolder,
  containerPath: string,
  archive: string,
): Promise<boolean> {
  const cwd = folder.host(containerPath);
  const files = await containerFiles(folder.path, cwd);
  if (files.length === 0) return false;
  await create({ cwd, file: archive, gzip: true, portable: true }, [...files]);
  return true;
}
