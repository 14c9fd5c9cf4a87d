import type { BuildStep } from '../../delivery/index.ts';

/** Of the commands; the repository says which versions it takes. */
const RUNTIMES = { nodejs: '22', python: '3.12' };

/**
 * The commands of a step as CodeBuild reads them. A failed command ends its phase, and with it the step.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function renderBuildSpec(step: BuildStep): Record<string, unknown> {
  return {
    version: '0.2',
    env: {
      shell: 'bash',
      ...(step.exports.length === 0 ? {} : { 'exported-variables': [...step.exports] }),
    },
    phases: {
      install: { 'runtime-versions': RUNTIMES },
      // The second artifact of a step lies in a folder of its own.
      ...(step.inputs.includes('Assembly')
        ? { pre_build: { commands: ['cp -r "$CODEBUILD_SRC_DIR_Assembly" cdk.out'] } }
        : {}),
      build: { commands: [...step.commands, ...step.exports.map(readVariable)] },
    },
    ...(step.reports.length === 0
      ? {}
      : { reports: { tests: { files: [...step.reports], 'file-format': 'JUNITXML' } } }),
    ...(step.output === undefined
      ? {}
      : { artifacts: { 'base-directory': 'cdk.out', files: ['**/*'] } }),
  };
}

/** Commands write what they found out to files, which GitHub's workflow reads as well. */
function readVariable(name: string): string {
  return `export ${name}="$(cat .stepmill/delivery/${name})"`;
}
