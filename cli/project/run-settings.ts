import {
  canSolve,
  hyperparametersSchema,
  judgeHyperparameter,
  suggestName,
} from '../../definition/index.ts';
import { visibleLine } from '../../local/index.ts';
import { isIntegerText, type RunSettings, readSettingNumber } from '../../operations/index.ts';
import hyperparameters from '../../projects/tabular/python/hyperparameters.json' with {
  type: 'json',
};
import { UserError } from '../terminal/user-error.ts';
import type { ProjectResources } from './project-resources.ts';

const ALGORITHMS = hyperparametersSchema.parse(hyperparameters);

/**
 * Judges the settings of a run of the kit; scripts of one's own judge theirs.
 *
 * @throws UserError naming each one that the kit does not take, and what may have been meant
 */
export function demandSettings({ kit }: ProjectResources, settings: RunSettings): void {
  if (kit === undefined) return;
  const algorithm = settings.algorithm ?? kit.algorithm;
  const mistakes = [
    ...judgeAlgorithm(algorithm, kit.problem),
    ...judgeSettings(algorithm, settings.hyperparameters ?? {}),
  ];
  if (mistakes.length === 0) return;
  throw new UserError(`Nothing was started. ${mistakes.join('; ')}.`);
}

function judgeAlgorithm(algorithm: string, problem: string): string[] {
  const shown = `--algorithm ${visibleLine(algorithm)}`;
  if (!Object.hasOwn(ALGORITHMS, algorithm)) {
    const names = Object.keys(ALGORITHMS);
    return [`${shown} is not an algorithm of the kit (${suggestName(algorithm, names)})`];
  }
  return canSolve(algorithm, problem) ? [] : [`${shown} cannot solve a ${problem} problem`];
}

function judgeSettings(algorithm: string, settings: Readonly<Record<string, string>>): string[] {
  const known = ALGORITHMS[algorithm];
  if (known === undefined) return [];
  return Object.entries(settings).flatMap(([name, text]) => {
    const isWhole = known[name]?.type !== 'integer' || isIntegerText(text);
    const rule =
      judgeHyperparameter(known, name, valueOf(text), algorithm) ??
      (isWhole ? undefined : 'must be a whole number');
    return rule === undefined ? [] : [`--set ${visibleLine(`${name}=${text}`)}: ${name} ${rule}`];
  });
}

/** The command line has texts only. */
function valueOf(text: string): string | number {
  return readSettingNumber(text) ?? text;
}
