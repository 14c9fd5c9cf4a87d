import { App } from 'aws-cdk-lib';
import { addProjectStacks } from './app.ts';
import { findWarnings } from './warnings.ts';

/** Entry of `cdk synth`; needs no account. Settings are context: `-c environment=staging`. */
const app = new App();
addProjectStacks(app);
app.synth();
// Those that came up while templates were written, after the validation.
const warnings = findWarnings(app);
if (warnings.length > 0) throw new Error(warnings.join('\n'));
