import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App, type AppProps, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { ConfigError, ProjectError } from '../definition/index.ts';
import { addStacks, type ChosenStacks } from './app.ts';
import { HandlerMistakes } from './bundle-handler.ts';
import type { AppFiles } from './project-files/load-app.ts';
import { ProjectFilesError } from './project-files/project-files-error.ts';
import { SettingsError } from './settings-error.ts';
import { RememberingValidation } from './template-validation.ts';
import { findErrors, findWarnings } from './warnings.ts';

/** Mistakes of the app's author; the message of such an error needs no stack. */
export function isMistake(error: unknown): error is Error {
  return [
    ConfigError,
    HandlerMistakes,
    ProjectError,
    ProjectFilesError,
    SettingsError,
    FindingsLeft,
  ].some((mistake) => error instanceof mistake);
}

/** Errors of cdk-nag, and warnings of the CDK that are not acknowledged. */
class FindingsLeft extends Error {
  override readonly name = 'FindingsLeft';
}

/** Its engine takes seconds to start, so a process has one. */
const validation = new RememberingValidation(join('.stepmill', 'validated-templates'));

/**
 * Synthesizes the stacks of projects, with every check.
 *
 * @param files all projects of the app, and its environments
 * @param props by default what `cdk synth` has set in the environment
 * @param chosen the names of those that get a stack, and whether the console does; all by default
 * @throws an error with `isMistake` for what the author of the app can change
 */
export function synthesizeApp(
  { projects, config }: AppFiles,
  props: AppProps = {},
  chosen: ChosenStacks = { console: true },
): void {
  const app = new App(props);
  if (process.env['CDK_VALIDATION'] !== 'false')
    Validations.of(app).addPlugins(validation as IPolicyValidationPlugin);
  addStacks(app, projects, { config, ...chosen });
  app.synth();
  // Warnings that were added while templates were written, after the validation.
  const findings = [...findErrors(app), ...findWarnings(app)];
  if (findings.length > 0) throw new FindingsLeft(findings.join('\n'));
}

/** How many templates it takes until the engine is fast. */
const WARMING_TEMPLATES = 4;

/**
 * Validates templates of an assembly, one a step, although they are known: the engine is then ready for their
 * next versions. The largest comes first, because the engine starts again for types it does not know.
 */
export function* validateAgain(assembly: string): Generator<void> {
  if (process.env['CDK_VALIDATION'] === 'false') return;
  const templates = readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(assembly, name))
    .sort((one, other) => statSync(other).size - statSync(one).size);
  for (const template of templates.slice(0, WARMING_TEMPLATES)) {
    validation.validateAgain(template);
    yield;
  }
}
