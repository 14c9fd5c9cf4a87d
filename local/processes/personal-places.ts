import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** The home folders of the user: of `HOME`, and of the system's list of users. */
export function personalHomes(): readonly string[] {
  const homes = [process.env['HOME'], safely(homedir), safely(() => userInfo().homedir)];
  return [...new Set(homes.filter((home) => home !== undefined && isAbsolute(home)))].filter(
    (home): home is string => home !== undefined && home !== '/',
  );
}

/** Paths in a home folder with credentials, tokens and histories of AWS and other tools. */
const IN_HOME = [
  '.aws',
  '.azure',
  '.bash_history',
  '.boto',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.cdk',
  '.config',
  '.databrickscfg',
  '.docker',
  '.gem/credentials',
  '.git-credentials',
  '.gitconfig',
  '.gnupg',
  '.huggingface',
  '.kaggle',
  '.kube',
  '.local/share/keyrings',
  '.m2/settings.xml',
  '.mc',
  '.my.cnf',
  '.netrc',
  '.npmrc',
  '.password-store',
  '.pgpass',
  '.pip',
  '.pypirc',
  '.python_history',
  '.s3cfg',
  '.snowflake',
  '.ssh',
  '.terraform.d',
  '.vault-token',
  '.yarnrc.yml',
  '.zsh_history',
] as const;

/** Variables that contain such a path. */
const NAMED_BY = [
  'AWS_CONFIG_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CREDENTIAL_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'BOTO_CONFIG',
  'DOCKER_CONFIG',
  'GNUPGHOME',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'KUBECONFIG',
  'NETRC',
  'NPM_CONFIG_USERCONFIG',
  'PIP_CONFIG_FILE',
  'SSH_AUTH_SOCK',
  'XDG_CONFIG_HOME',
] as const;

/** Paths outside the home folder: boto's file, tokens of Kubernetes and EKS, Docker's socket. */
const OF_SYSTEM = ['/etc/boto.cfg', '/run/secrets', '/run/docker.sock', '/run/podman'] as const;

/** The existing files and folders of this machine with credentials of the user. */
export function personalPlaces(): readonly string[] {
  const places = [
    ...personalHomes().flatMap((home) => IN_HOME.map((place) => join(home, place))),
    ...NAMED_BY.flatMap((name) => (process.env[name] ?? '').split(delimiter)),
    ...OF_SYSTEM,
  ];
  return [...new Set(places)].filter(
    (place) => isAbsolute(place) && place !== '/dev/null' && existsSync(place),
  );
}

function safely<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    // A user without an entry in the system's list.
    return undefined;
  }
}
