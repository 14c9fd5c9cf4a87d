import type { Command } from 'commander';
import { type RetrainingDecision } from '../../events/index.ts';
import { visibleLine } from '../../local/index.ts';
import { listRetrainingDecisions, startRetraining } from '../../operations/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { type ProjectOptions, withProjectOptions } from '../connection/project-options.ts';
import { followExecution } from '../follow/execution-progress.ts';
import { readableCause } from '../follow/readable-cause.ts';
import { findProject, type ProjectResources } from '../project/project-resources.ts';
import { bold, dim, green, red, type Terminal, yellow } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';

interface RetrainOptions extends ProjectOptions {
  readonly run?: boolean;
  readonly verbose?: boolean;
}

/** Decisions that are shown. */
const SHOWN_DECISIONS = 20;

export function addRetrain(program: Command, terminal: Terminal): void {
  withProjectOptions(program.command('retrain'))
    .description('Show why the model was trained again, and why not.')
    .option('--run', 'ask now whether to train again')
    .option(
      '--verbose',
      'show every state while following, decisions and failed attempts among them',
    )
    .action(async (options: RetrainOptions) => {
      const connection = connect(options);
      const project = demandRetraining(await findProject(connection, options));
      if (options.run === true) await run(connection, project, options, terminal);
      else await show(connection, project, terminal);
    });
}

type Retrained = ProjectResources & Required<Pick<ProjectResources, 'retraining'>>;

function demandRetraining(project: ProjectResources): Retrained {
  const { retraining } = project;
  if (retraining !== undefined) return { ...project, retraining };
  throw new UserError(
    `${project.project} is not retrained automatically; nothing was asked. Add retraining: {} to its project.ts: npm start takes it over; on AWS, deploy it. To train now: stepmill train`,
  );
}

async function show(connection: Connection, project: Retrained, terminal: Terminal): Promise<void> {
  const decisions = await listRetrainingDecisions(connection, project, SHOWN_DECISIONS);
  for (const decision of decisions) terminal.print(renderDecision(decision));
  if (decisions.length > 0) return;
  terminal.print(
    'Nothing has asked to train again yet. Drift, quality, labels or the schedule do, as the project says; or: stepmill retrain --run',
  );
}

function renderDecision({ decidedAt, outcome, trigger, reason }: RetrainingDecision): string {
  const paint = outcome === 'Training started' ? green : yellow;
  return `${decidedAt}  ${paint(outcome)}  ${dim(`by ${trigger}:`)} ${visibleLine(reason)}`;
}

/** The exit code is 1 where nothing was decided, not where nothing was trained. */
async function run(
  connection: Connection,
  project: Retrained,
  options: RetrainOptions,
  terminal: Terminal,
): Promise<void> {
  const execution = await startRetraining(connection, project);
  const ended = await followExecution(connection, execution, terminal, options);
  if (ended.status !== 'SUCCEEDED') {
    terminal.print(bold(red(ended.error ?? ended.status ?? '')));
    terminal.print(`  ${readableCause(ended.cause ?? '')}`);
    process.exitCode = 1;
    return;
  }
  const decisions = await listRetrainingDecisions(connection, project, SHOWN_DECISIONS);
  const decided = decisions.find((decision) => decision.execution === execution);
  if (decided !== undefined) terminal.print(renderDecision(decided));
  if (decided?.dataset) {
    terminal.print(
      dim(
        `  s3://${project.bucket}/${decided.dataset.key} is trained on; watch it with: stepmill status --watch`,
      ),
    );
  }
}
