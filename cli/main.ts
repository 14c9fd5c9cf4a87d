#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { visibleText } from '../local/index.ts';
import { addAb } from './commands/ab.ts';
import { addApprove } from './commands/approve.ts';
import { addDeliver } from './commands/deliver.ts';
import { addDelivery } from './commands/delivery.ts';
import { addDemo } from './commands/demo.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDoctor } from './commands/doctor.ts';
import { addMonitor } from './commands/monitor.ts';
import { addNew } from './commands/new.ts';
import { addPlot } from './commands/plot.ts';
import { addPredict } from './commands/predict.ts';
import { addReject } from './commands/reject.ts';
import { addReset } from './commands/reset.ts';
import { addRetrain } from './commands/retrain.ts';
import { addRollback } from './commands/rollback.ts';
import { addScore } from './commands/score.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addTrain } from './commands/train.ts';
import { addUpload } from './commands/upload.ts';
import { addWorkflow } from './commands/workflow.ts';
import { explain } from './terminal/explain-error.ts';
import { Interrupted } from './terminal/interruption.ts';
import { createTerminal } from './terminal/terminal.ts';

// Which Node.js is needed is this package's to say; "stepmill doctor" says it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const program = new Command('stepmill')
  .description('Machine learning workflows on AWS Step Functions, on AWS or whole on this machine.')
  .version(versionOfPackage())
  .showHelpAfterError('(stepmill --help lists the commands)')
  // What was typed is shown in errors.
  .configureOutput({
    writeErr: (text) => process.stderr.write(visibleText(text)),
  })
  .exitOverride();

const terminal = createTerminal();
for (const add of [
  addStart,
  addDemo,
  addNew,
  addUpload,
  addTrain,
  addStatus,
  addApprove,
  addReject,
  addRollback,
  addWorkflow,
  addAb,
  addPredict,
  addScore,
  addMonitor,
  addRetrain,
  addPlot,
  addDeliver,
  addDeploy,
  addDelivery,
  addDoctor,
  addReset,
]) {
  add(program, terminal);
}
for (const command of program.commands)
  command.showHelpAfterError(`(stepmill ${command.name()} --help shows its options)`);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else if (error instanceof Interrupted) {
    process.exit(error.exitCode);
  } else {
    terminal.note(explain(error));
    process.exitCode = 1;
  }
}

function versionOfPackage(): string {
  const file = new URL('../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
