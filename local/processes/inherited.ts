import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { personalHomes } from './personal-places.ts';

/** A variable's name, or the beginning of several ending in `*`. */
export type InheritedName = string;

/** Variables that every process needs to find and load programs; none is secret. */
const FOR_ALL = ['PATH', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'] as const;

/** Certificate authorities of the user's network. */
const CERTIFICATES = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
] as const;

/** Package indexes of pip; a value with credentials is not inherited. */
export const PACKAGE_INDEX_VARIABLES: readonly InheritedName[] = [
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_FIND_LINKS',
  'PIP_NO_INDEX',
  'PIP_TRUSTED_HOST',
  'PIP_CERT',
  'PIP_DEFAULT_TIMEOUT',
];

/**
 * For pip where the runtime itself installs its pinned wheels, which run no code while they are installed:
 * without the user's index, proxy and certificates it could not reach a package index in many networks.
 */
export const INSTALLER_VARIABLES: readonly InheritedName[] = [
  'PIP_*',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'NETRC',
  ...CERTIFICATES,
];

/** For `cdk synth` and the stories' runtime: the app's and Stepmill's own switches. */
export const SYNTHESIS_VARIABLES: readonly InheritedName[] = [
  'STEPMILL_*',
  'CDK_VALIDATION',
  'CDK_DOCKER',
  'CI',
  'NODE_ENV',
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'TZ',
  ...CERTIFICATES,
];

/** `https://user:password@index`: such a value is a secret. */
const CREDENTIALS_IN_URL = /:\/\/[^/\s]*@/;

/** The named variables of the runtime that are set. */
export function inherited(names: readonly InheritedName[]): Readonly<Record<string, string>> {
  const isNamed = (name: string) =>
    [...FOR_ALL, ...names].some((wanted) =>
      wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted,
    );
  const keepsSecrets = names === INSTALLER_VARIABLES;
  const found: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || !isNamed(name)) continue;
    if (keepsSecrets || !CREDENTIALS_IN_URL.test(value)) found[name] = value;
  }
  return found;
}

/** Tools on PATH that find their files in the home folder if no variable is set. */
const TOOLCHAINS = [
  { name: 'PYENV_ROOT', folder: '.pyenv' },
  { name: 'ASDF_DATA_DIR', folder: '.asdf' },
  { name: 'MISE_DATA_DIR', folder: '.local/share/mise' },
  { name: 'VOLTA_HOME', folder: '.volta' },
  // Packages of `pip install --user`.
  { name: 'PYTHONUSERBASE', folder: '.local', proof: '.local/lib' },
] as const;

/** Variables with which a process with another home finds the user's Python and Node.js. */
export function toolchains(): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const toolchain of TOOLCHAINS) {
    const { name, folder } = toolchain;
    const proof = 'proof' in toolchain ? toolchain.proof : folder;
    const home = personalHomes().find((candidate) => existsSync(join(candidate, proof)));
    const place = process.env[name] ?? (home === undefined ? undefined : join(home, folder));
    if (place !== undefined) found[name] = place;
  }
  return found;
}
