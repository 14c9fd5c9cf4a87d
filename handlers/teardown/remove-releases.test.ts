import { expect, it } from 'vitest';
import { type Releases, removeReleases } from './remove-releases.ts';

it('removes the endpoint first, then configs, models and packages', async () => {
  const done: string[] = [];
  const note = (what: string) => async (name?: string) => {
    done.push(name === undefined ? what : `${what} ${name}`);
  };
  const releases: Releases = {
    deleteEndpoint: note('endpoint'),
    listEndpointConfigs: async () => ['c1', 'c2'],
    deleteEndpointConfig: note('config'),
    listModels: async () => ['m1'],
    deleteModel: note('model'),
    listModelPackages: async () => ['p1'],
    deleteModelPackage: note('package'),
  };

  const removed = await removeReleases(releases);

  expect(done).toEqual(['endpoint', 'config c1', 'config c2', 'model m1', 'package p1']);
  expect(removed).toEqual(['endpoint', 'c1', 'c2', 'm1', 'p1']);
});
