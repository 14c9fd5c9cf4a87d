import { App } from 'aws-cdk-lib';
import { ProjectError } from '../definition/index.ts';
import { visibleText } from '../local/host/visible-text.ts';
import { SettingsError } from './settings-error.ts';

/** Entry of `cdk synth`; needs no account. Settings are context: `-c environment=staging`. */
try {
  // Loaded here, because a project is judged when its file is loaded.
  const { addProjectStacks } = await import('./app.ts');
  const { findWarnings } = await import('./warnings.ts');
  const app = new App();
  addProjectStacks(app);
  app.synth();
  // Those that came up while templates were written, after the validation.
  const warnings = findWarnings(app);
  if (warnings.length > 0) fail(warnings.join('\n'));
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof ProjectError)) throw error;
  fail(error.message);
}

/** What the person can change needs no stack. */
function fail(message: string): void {
  process.stderr.write(`${visibleText(message)}\n`);
  process.exitCode = 1;
}
