import { type InheritedName, personalHomes } from '../../processes/index.ts';

/** Where the engine's client finds its daemon, its storage and its registries. */
const ENGINE_VARIABLES: readonly InheritedName[] = [
  'BUILDX_*',
  'CONTAINERD_*',
  'CONTAINER_HOST',
  'DOCKER_*',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
];

/** The client is a program of the user, and works in the user's name: it needs the user's home folder. */
export function engineEnvironment(): {
  readonly inherit: readonly InheritedName[];
  readonly home: string | undefined;
} {
  return { inherit: ENGINE_VARIABLES, home: personalHomes()[0] };
}
