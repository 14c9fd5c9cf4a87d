/** What a project has in SageMaker beside its stack. */
export interface Releases {
  /** Deletes the endpoint and waits until it is deleted. */
  deleteEndpoint(): Promise<void>;
  listEndpointConfigs(): Promise<readonly string[]>;
  deleteEndpointConfig(name: string): Promise<void>;
  listModels(): Promise<readonly string[]>;
  deleteModel(name: string): Promise<void>;
  listModelPackages(): Promise<readonly string[]>;
  deleteModelPackage(arn: string): Promise<void>;
}

/**
 * Removes the endpoint first, because it costs money, then its models and configs.
 *
 * @returns what was removed
 */
export async function removeReleases(releases: Releases): Promise<string[]> {
  await releases.deleteEndpoint();
  const configs = await releases.listEndpointConfigs();
  for (const name of configs) await releases.deleteEndpointConfig(name);
  const models = await releases.listModels();
  for (const name of models) await releases.deleteModel(name);
  const packages = await releases.listModelPackages();
  for (const arn of packages) await releases.deleteModelPackage(arn);
  return ['endpoint', ...configs, ...models, ...packages];
}
