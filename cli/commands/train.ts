import { type Command, InvalidArgumentError } from 'commander';
import { type RunSettings, startTraining } from '../../operations/index.ts';
import { connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { printOutcome } from '../follow/outcome.ts';
import { outcomeOfTraining } from '../follow/training-outcome.ts';
import { findProject } from '../project/project-resources.ts';
import { demandSettings } from '../project/run-settings.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface TrainOptions extends ProjectOptions {
  readonly data?: string;
  readonly algorithm?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly follow: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

/** As SageMaker takes a name; the container's own settings are not for a run to change. */
const SETTING = /^(?!sagemaker_)([a-z][a-z0-9_-]{0,127})=(.{0,2500})$/;

export function addTrain(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('train'))
    .description(
      'Train on data that is there, with another algorithm or other hyperparameters than the project has.',
    )
    .option('--data <key>', 'what was uploaded, by its key or name (default: the newest upload)')
    .option('--algorithm <name>', "one of the kit's algorithms (default: the project's)")
    .option('--set <name=value>', 'a hyperparameter; may be repeated', collectSetting, {})
    .option('--no-follow', 'return once the training has started')
    .option('--logs', 'show the logs of the jobs')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action(async (options: TrainOptions) => {
      const connection = connect(options);
      const project = await findProject(connection, options);
      const settings = settingsOf(options);
      demandSettings(project, settings);
      const execution = await startTraining(connection, project, { key: options.data, settings });
      if (!options.follow) {
        terminal.print(execution);
        return;
      }
      const outcome = outcomeOfTraining(
        await followExecution(connection, execution, terminal, options),
      );
      printOutcome(outcome, terminal);
      if (!outcome.isGood) process.exitCode = 1;
    });
}

function settingsOf({ algorithm, set }: TrainOptions): RunSettings {
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(Object.keys(set).length === 0 ? {} : { hyperparameters: { ...set } }),
  };
}

function collectSetting(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = SETTING.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError(
      'A hyperparameter is NAME=VALUE, such as max_depth=6; names that begin with sagemaker_ belong to the container.',
    );
  }
  return { ...before, [name]: value };
}
