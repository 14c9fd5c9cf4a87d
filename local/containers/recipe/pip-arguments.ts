/** `pip install` in its parts. */
export interface PipInstall {
  /** Handed to pip as they are, after the paths have been replaced. */
  readonly options: readonly string[];
  /** Requirements: names with versions, paths, URLs. */
  readonly requirements: readonly string[];
  /** Paths of requirement files (`-r`). */
  readonly requirementFiles: readonly string[];
  /** Paths of constraint files (`-c`). */
  readonly constraintFiles: readonly string[];
  /** Paths of projects that are installed as links (`-e`). */
  readonly editable: readonly string[];
  /** `--target`: a folder of the image that gets the packages. */
  readonly target: string | undefined;
  /** `--prefix`, or `--user`. */
  readonly prefix: string | undefined;
}

type Meaning = 'flag' | 'value' | 'ignored flag' | 'ignored value' | keyof PipInstall;

/** https://pip.pypa.io/en/stable/cli/pip_install/ */
const OPTIONS: Readonly<Record<string, Meaning>> = {
  '--requirement': 'requirementFiles',
  '--constraint': 'constraintFiles',
  '--editable': 'editable',
  '--target': 'target',
  '--prefix': 'prefix',
  '--user': 'ignored flag',
  '--upgrade': 'flag',
  '--upgrade-strategy': 'value',
  '--force-reinstall': 'flag',
  '--ignore-installed': 'flag',
  '--no-deps': 'flag',
  '--pre': 'flag',
  '--require-hashes': 'flag',
  '--no-build-isolation': 'flag',
  '--only-binary': 'value',
  '--no-binary': 'value',
  '--prefer-binary': 'flag',
  '--index-url': 'value',
  '--extra-index-url': 'value',
  '--no-index': 'flag',
  '--find-links': 'value',
  '--trusted-host': 'value',
  '--timeout': 'value',
  '--retries': 'value',
  '--use-pep517': 'flag',
  '--config-settings': 'value',
  '--no-compile': 'flag',
  '--compile': 'flag',
  '--no-cache-dir': 'ignored flag',
  '--cache-dir': 'ignored value',
  '--quiet': 'ignored flag',
  '--verbose': 'ignored flag',
  '--no-input': 'ignored flag',
  '--progress-bar': 'ignored value',
  '--no-color': 'ignored flag',
  '--root-user-action': 'ignored value',
  '--disable-pip-version-check': 'ignored flag',
  '--break-system-packages': 'ignored flag',
  '--no-warn-script-location': 'ignored flag',
  '--system': 'ignored flag',
  '--src': 'ignored value',
};

const SHORT: Readonly<Record<string, string>> = {
  '-r': '--requirement',
  '-c': '--constraint',
  '-e': '--editable',
  '-t': '--target',
  '-U': '--upgrade',
  '-I': '--ignore-installed',
  '-i': '--index-url',
  '-f': '--find-links',
  '-C': '--config-settings',
  '-q': '--quiet',
  '-qq': '--quiet',
  '-v': '--verbose',
};

/** Where `--user` installs to, with the home folder of the user. */
const USER_PREFIX = '.local';

/**
 * Reads what follows `pip install`.
 *
 * @param home the home folder, for `--user`
 * @throws RangeError for an option that is unknown or has no value
 */
export function readPipInstall(words: readonly string[], home: string): PipInstall {
  const found = new Map<keyof PipInstall, string[]>();
  const take = (place: keyof PipInstall, ...values: readonly string[]) => {
    found.set(place, [...(found.get(place) ?? []), ...values]);
  };
  for (let at = 0; at < words.length; at += 1) {
    const { name, meaning, value } = readOption(words[at] ?? '');
    if (meaning === undefined) {
      take('requirements', name);
      continue;
    }
    if (meaning === 'flag') take('options', name);
    if (name === '--user') take('prefix', `${home}/${USER_PREFIX}`);
    if (meaning === 'flag' || meaning === 'ignored flag') continue;
    const given = value ?? words[(at += 1)];
    if (given === undefined) throw new RangeError(`${name} of pip has no value`);
    if (meaning === 'value') take('options', `${name}=${given}`);
    else if (meaning !== 'ignored value') take(meaning, given);
  }
  const all = (place: keyof PipInstall) => found.get(place) ?? [];
  return {
    options: all('options'),
    requirements: all('requirements'),
    requirementFiles: all('requirementFiles'),
    constraintFiles: all('constraintFiles'),
    editable: all('editable'),
    target: found.get('target')?.at(-1),
    prefix: found.get('prefix')?.at(-1),
  };
}

interface ReadOption {
  readonly name: string;
  /** Undefined: a requirement. */
  readonly meaning: Meaning | undefined;
  readonly value?: string | undefined;
}

function readOption(word: string): ReadOption {
  if (!word.startsWith('-') || word === '-') return { name: word, meaning: undefined };
  const [option, value] = splitOption(word);
  const name = SHORT[option] ?? option;
  const meaning = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (meaning === undefined) {
    throw new RangeError(`the option ${word} of pip install is not known`);
  }
  return { name, meaning, value };
}

/** `--name=value`, `--name`, `-x`, `-xvalue` */
function splitOption(word: string): readonly [option: string, value: string | undefined] {
  const at = word.indexOf('=');
  if (word.startsWith('--'))
    return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  return Object.hasOwn(SHORT, word) ? [word, undefined] : [word.slice(0, 2), word.slice(2)];
}
