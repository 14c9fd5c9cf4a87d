import { type PythonValue, pythonJson, pythonText, readPythonValue } from './python-values.ts';

export interface ScriptModeInput {
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly channels: readonly string[];
  readonly instanceType: string;
  readonly processors: number;
  readonly framework: 'sklearn' | 'xgboost';
  /** The content of `/opt/ml/input/config/inputdataconfig.json`. */
  readonly inputDataConfig: object;
  readonly resourceConfig: object;
  readonly jobName: string;
  /** What the unpacked code contains besides the script. */
  readonly hasSetup: boolean;
  readonly hasRequirements: boolean;
}

/** The process that the training toolkit starts. */
export interface ScriptMode {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** The command for messages. */
  readonly shown: string;
  /** Whether a new interpreter is needed, because the script has its own libraries. */
  readonly fresh: boolean;
}

/** The script and the location of its code, from the reserved hyperparameters. */
export interface UserScript {
  readonly program: string;
  readonly submitDirectory: string | undefined;
}

const CODE_FOLDER = '/opt/ml/code';

/** The folder of the script's own requirements; the code folder does not change. */
const PACKAGES_FOLDER = '/opt/ml/packages';

/** https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/params.py */
const RESERVED = ['default_user_module_name', '_tuning_objective_metric'];

function isReserved(name: string): boolean {
  return name.startsWith('sagemaker_') || RESERVED.includes(name);
}

/** Undefined if the hyperparameters have no script, which selects the algorithm of the image. */
export function findUserScript(
  hyperparameters: Readonly<Record<string, string>>,
): UserScript | undefined {
  const { sagemaker_program: program, sagemaker_submit_directory: directory } = hyperparameters;
  if (program === undefined) return undefined;
  return {
    program: pythonText(readPythonValue(program)),
    submitDirectory: directory === undefined ? undefined : pythonText(readPythonValue(directory)),
  };
}

/**
 * Script mode of the SageMaker training toolkit: every hyperparameter is an argument, sorted by name, and
 * everything else is in `SM_…` variables.
 * https://github.com/aws/sagemaker-training-toolkit
 */
export function describeScriptMode(input: ScriptModeInput): ScriptMode {
  const program = findUserScript(input.hyperparameters)?.program ?? '';
  const values = Object.entries(input.hyperparameters)
    .map(([name, raw]): Entry => [name, readPythonValue(raw)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const own = values.filter(([name]) => !isReserved(name));
  const args = own.flatMap(([name, value]) => [
    name.length > 1 ? `--${name}` : `-${name}`,
    pythonText(value),
  ]);
  const command = commandOf(program, args, input);
  const environment = describeEnvironment(input, program, values, args);
  const shown = command.join(' ');
  if (!input.hasRequirements) return { command, environment, shown, fresh: false };
  return {
    command: ['/bin/sh', '-c', INSTALL_THEN_RUN, PACKAGES_FOLDER, ...command],
    environment: { ...environment, PYTHONPATH: `${CODE_FOLDER}:${PACKAGES_FOLDER}` },
    shown,
    fresh: true,
  };
}

type Entry = readonly [name: string, value: PythonValue];

/** The toolkit installs requirements.txt before anything else. */
const INSTALL_THEN_RUN =
  'python3 -m pip install --disable-pip-version-check --no-input --target "$0" -r requirements.txt && exec "$@"';

function commandOf(
  program: string,
  args: readonly string[],
  input: ScriptModeInput,
): readonly [string, ...string[]] {
  if (!program.endsWith('.py')) return ['/bin/sh', '-c', './"$0" "$@"', program, ...args];
  if (input.hasSetup) return ['python3', '-m', program.replace(/\.py$/, ''), ...args];
  return ['python3', program, ...args];
}

function describeEnvironment(
  input: ScriptModeInput,
  program: string,
  values: readonly Entry[],
  args: readonly string[],
): Readonly<Record<string, string>> {
  const own = values.filter(([name]) => !isReserved(name));
  const channels = [...input.channels].sort();
  const parts: Readonly<Record<string, string>> = {
    HOSTS: '["algo-1"]',
    CURRENT_HOST: 'algo-1',
    CURRENT_INSTANCE_TYPE: input.instanceType,
    CURRENT_INSTANCE_GROUP: 'homogeneousCluster',
    CURRENT_INSTANCE_GROUP_HOSTS: '["algo-1"]',
    INSTANCE_GROUPS: '["homogeneousCluster"]',
    INSTANCE_GROUPS_DICT: JSON.stringify({
      homogeneousCluster: {
        hosts: ['algo-1'],
        instance_group_name: 'homogeneousCluster',
        instance_type: input.instanceType,
      },
    }),
    DISTRIBUTION_INSTANCE_GROUPS: '[]',
    IS_HETERO: 'false',
    NETWORK_INTERFACE_NAME: 'eth0',
    HPS: objectOf(own),
    USER_ARGS: JSON.stringify(args),
    USER_ENTRY_POINT: program,
    FRAMEWORK_PARAMS: objectOf(values.filter(([name]) => isReserved(name))),
    FRAMEWORK_MODULE: `sagemaker_${input.framework}_container.training:main`,
    RESOURCE_CONFIG: JSON.stringify(input.resourceConfig),
    INPUT_DATA_CONFIG: JSON.stringify(input.inputDataConfig),
    CHANNELS: JSON.stringify(channels),
    MODULE_NAME: program.replace(/\.py$/, ''),
    MODULE_DIR: CODE_FOLDER,
    LOG_LEVEL: logLevelOf(values),
    INPUT_DIR: '/opt/ml/input',
    INPUT_CONFIG_DIR: '/opt/ml/input/config',
    OUTPUT_DIR: '/opt/ml/output',
    OUTPUT_DATA_DIR: '/opt/ml/output/data',
    OUTPUT_INTERMEDIATE_DIR: '/opt/ml/output/intermediate',
    MODEL_DIR: '/opt/ml/model',
    NUM_CPUS: String(input.processors),
    NUM_GPUS: '0',
    NUM_NEURONS: '0',
  };
  return {
    ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [`SM_${name}`, value])),
    ...Object.fromEntries(
      channels.map((name) => [`SM_CHANNEL_${name.toUpperCase()}`, `/opt/ml/input/data/${name}`]),
    ),
    ...Object.fromEntries(
      own.map(([name, value]) => [`SM_HP_${name.toUpperCase()}`, inEnvironment(value)]),
    ),
    SM_TRAINING_ENV: trainingEnvironment(input, program, own, channels),
    PYTHONPATH: CODE_FOLDER,
  };
}

/** Strings without change, an empty text for None, JSON for others. */
function inEnvironment(value: PythonValue): string {
  if (value.kind === 'text') return value.text;
  return value.kind === 'data' && value.data === null ? '' : pythonJson(value);
}

/** 20 is Python's INFO, the toolkit's default. */
function logLevelOf(values: readonly Entry[]): string {
  const found = values.find(([name]) => name === 'sagemaker_container_log_level');
  return found === undefined ? '20' : pythonText(found[1]);
}

/** Compact JSON with sorted keys, as in all variables of the toolkit. */
function objectOf(entries: readonly Entry[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${pythonJson(value)}`).join(',')}}`;
}

function trainingEnvironment(
  input: ScriptModeInput,
  program: string,
  own: readonly Entry[],
  channels: readonly string[],
): string {
  const channelFolders = Object.fromEntries(
    channels.map((name) => [name, `/opt/ml/input/data/${name}`]),
  );
  const rest = JSON.stringify({
    channel_input_dirs: channelFolders,
    current_host: 'algo-1',
    framework_module: `sagemaker_${input.framework}_container.training:main`,
    hosts: ['algo-1'],
    input_config_dir: '/opt/ml/input/config',
    input_data_config: input.inputDataConfig,
    input_dir: '/opt/ml/input',
    is_master: true,
    job_name: input.jobName,
    master_hostname: 'algo-1',
    model_dir: '/opt/ml/model',
    module_dir: CODE_FOLDER,
    module_name: program.replace(/\.py$/, ''),
    network_interface_name: 'eth0',
    num_cpus: input.processors,
    num_gpus: 0,
    output_data_dir: '/opt/ml/output/data',
    output_dir: '/opt/ml/output',
    output_intermediate_dir: '/opt/ml/output/intermediate',
    resource_config: input.resourceConfig,
    user_entry_point: program,
  });
  // This is inserted as text in the sorted order, because numbers must keep Python's format.
  return rest.replace(
    '"input_config_dir"',
    `"hyperparameters":${objectOf(own)},"input_config_dir"`,
  );
}
