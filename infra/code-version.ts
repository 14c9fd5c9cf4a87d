import { createHash } from 'node:crypto';
import type { Project } from '../definition/index.ts';

/** Settings of a step that say where it runs and how long it may take. */
const machineSettings = [
  'compute',
  'instanceType',
  'volumeSizeGb',
  'timeoutSeconds',
  'spot',
] as const;

/**
 * Identifies what a run makes of the same content: every script, and every setting that decides which
 * data is taken and how a model is made, judged or registered, but none that decides only where
 * steps run, how long they may take or wait, how the model is served, or how it is described.
 *
 * The same content is trained on once for each version.
 */
export function versionCode(project: Project, scriptsHash: string): string {
  const { problem, dataset, target, split, processing, training, evaluation, gate, registry } =
    project;
  const settings = JSON.stringify({
    problem,
    dataset: leaveOut(dataset, ['settleSeconds', 'marker']),
    target,
    split,
    processing: leaveOut(processing, machineSettings),
    training: leaveOut(training, machineSettings),
    evaluation: leaveOut(evaluation, machineSettings),
    gate,
    registry,
  });
  return createHash('sha256').update(scriptsHash).update(settings).digest('hex').slice(0, 16);
}

function leaveOut(settings: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}
