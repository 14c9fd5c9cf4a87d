import { type Command, Option } from 'commander';
import { PROBLEMS } from '../new/label.ts';
import { type NewOptions, newProject } from '../new/new-project.ts';
import { createAsker } from '../terminal/ask.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Of the kit. */
const ALGORITHMS = ['xgboost', 'random-forest', 'logistic-regression', 'linear-regression'];
/** Where the output is not a terminal. */
const USUAL_COLUMNS = 120;

export function addNew(program: Command, terminal: Terminal): void {
  program
    .command('new')
    .description('Make a project of CSV data: read it, show what it holds, write project.ts.')
    .argument('<file>', 'the CSV file, or a folder of CSV files with the same columns')
    .option('-l, --label <column>', 'the column to predict (default: asks)')
    .option('-n, --name <name>', 'the name of the project (default: from the name of the file)')
    .addOption(
      new Option(
        '--problem <kind>',
        'what to predict (default: by the values of the label)',
      ).choices(PROBLEMS),
    )
    .addOption(
      new Option('--algorithm <name>', 'how to learn (default: xgboost)').choices(ALGORITHMS),
    )
    .option('-y, --yes', 'do not ask: leave out leaks and identifiers, and take every suggestion')
    .option('--force', 'overwrite a project of the same name')
    .action((file: string, options: NewOptions) =>
      newProject(file, options, {
        folder: process.cwd(),
        terminal,
        asker: createAsker(),
        width: process.stdout.columns || USUAL_COLUMNS,
      }),
    );
}
