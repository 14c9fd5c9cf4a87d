import { App } from 'aws-cdk-lib';
import { addProjectStacks } from './app.ts';

/** Entry of `cdk synth`; needs no account. Settings are context: `-c environment=staging`. */
const app = new App();
addProjectStacks(app);
app.synth();
