import type { Buildspec } from '../../../builds/index.ts';
import type { BuildSettings } from '../store.ts';
import type { BuildLog } from './build-log.ts';

/** Says in the log what the build asks for and does not get here. */
export function nameWhatHasNoEffect(
  { cache, env, phases, proxy, 'run-as': runAs }: Buildspec,
  settings: BuildSettings,
  log: BuildLog,
): void {
  const all = Object.values(phases);
  const versions = all.flatMap((phase) => Object.entries(phase?.['runtime-versions'] ?? {}));
  const notes = [
    `the image ${settings.environment.image ?? ''}: commands use the programs of this machine`,
    ...versions.map(([name, version]) => `runtime-versions ${name} ${version}`),
    ...(runAs !== undefined || all.some((phase) => phase?.['run-as'] !== undefined)
      ? ['run-as: commands run as the user of this machine']
      : []),
    ...(settings.environment.privilegedMode === true ? ['privilegedMode'] : []),
    ...(cache === undefined ? [] : ['cache']),
    ...(proxy === undefined ? [] : ['proxy']),
    ...(env?.['git-credential-helper'] === undefined ? [] : ['git-credential-helper']),
  ];
  for (const note of notes) log.say(`Without effect here: ${note}`);
}
