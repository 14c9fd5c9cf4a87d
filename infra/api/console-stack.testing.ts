import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Project } from '../../definition/index.ts';
import { nameConsoleStack } from '../../delivery/index.ts';
import { addStacks } from '../app.ts';
import { findErrors, findWarnings } from '../warnings.ts';

/** The stack of the console of an app with these projects. */
export interface SynthesizedConsole {
  readonly template: Template;
  /** Where the template is. */
  readonly file: string;
  /** Of cdk-nag and of the CDK. */
  readonly findings: readonly string[];
}

export function synthesizeConsole(
  projects: readonly Project[],
  context: Readonly<Record<string, unknown>> = {},
): SynthesizedConsole {
  const { environment = 'dev' } = context as { readonly environment?: string };
  const app = new App({ context: { ...context } });
  addStacks(app, projects);
  const assembly = app.synth();
  const stack = nameConsoleStack(environment);
  const { template, templateFullPath: file } = assembly.getStackByName(stack);
  return {
    file,
    template: Template.fromJSON(template as Record<string, unknown>),
    findings: [...findErrors(app), ...findWarnings(app)],
  };
}
