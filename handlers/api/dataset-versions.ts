import { manifestSchema } from '../../events/index.ts';
import { listModelPackages } from '../../operations/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from './api-state.ts';
import { idOfUpload } from './datasets.ts';
import { describePackage } from './model-versions.ts';
import { readStored, splitUri } from './stored-json.ts';
import { versionOf } from './version-name.ts';

/** The versions that were trained on an upload, with any settings, the newest first; of the last hundred. */
export async function versionsOf(
  api: Api,
  known: KnownProject,
  upload: string,
): Promise<readonly string[]> {
  const { facts, resources } = known;
  const packages = await api.cache.get(`packages ${facts.project}`, BRIEFLY_MS, () =>
    listModelPackages(api.clients, resources),
  );
  const all = await Promise.all(
    packages.map(async ({ ModelPackageArn = '' }) => ({
      version: versionOf(facts.project, ModelPackageArn),
      origins: await originsOf(api, known, ModelPackageArn),
    })),
  );
  return all.flatMap(({ version, origins }) =>
    version !== undefined && origins.includes(upload) ? [version] : [],
  );
}

/** The dataset of a version, and the upload behind it where the run had settings of its own; they never change. */
function originsOf(api: Api, { resources }: KnownProject, arn: string): Promise<readonly string[]> {
  return api.cache.get(`origins ${arn}`, Number.POSITIVE_INFINITY, async () => {
    const { CustomerMetadataProperties: notes = {} } = await describePackage(api, arn);
    const manifest = await readStored(api, manifestSchema, splitUri(notes['manifest'] ?? ''));
    const [source] = manifest?.sources ?? [];
    return [
      ...(notes['datasetId'] === undefined ? [] : [notes['datasetId']]),
      ...(source === undefined ? [] : [idOfUpload(resources, { ...source, at: undefined })]),
    ];
  });
}
