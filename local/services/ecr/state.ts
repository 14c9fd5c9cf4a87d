import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import type { LayerFiles } from './layer-files.ts';
import { type EcrStore, repositoryArn } from './store.ts';

/** What the operations of Amazon ECR share. */
export interface EcrState {
  readonly cloud: Cloud;
  readonly store: EcrStore;
  readonly layers: LayerFiles;
}

interface Named {
  readonly repositoryName?: string | undefined;
}

/** The permission for an operation on the repository that the input names. */
export function onRepository(action: string) {
  return ({ repositoryName }: Named, { cloud }: EcrState): Permission => ({
    action: `ecr:${action}`,
    resource: repositoryArn(cloud, repositoryName),
  });
}
