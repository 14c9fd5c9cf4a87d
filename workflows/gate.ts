import { metricsKeys } from '../events/index.ts';
import type { Project } from '../projects/index.ts';
import { quote } from './jsonata.ts';

/** An expression for the list of what the gate has against the candidate; empty when it passes. */
export function renderObjections(project: Project): string {
  const key = metricsKeys[project.problem];
  return `(
  $evaluation := $parse($states.result.Body);
  $candidate := $evaluation.${key};
  $champion := $evaluation.champion.${key};
  [${[...project.gate.bounds.flatMap(renderBound), ...renderChampion(project)].join(',\n  ')}]
)`;
}

function renderBound(bound: Project['gate']['bounds'][number]): string[] {
  const value = `$candidate.\`${bound.metric}\`.value`;
  const missing = `$not($exists(${value})) ? ${quote(`${bound.metric} was not evaluated`)}`;
  const above =
    bound.maximum === undefined
      ? []
      : [
          `${value} > ${bound.maximum} ? ${quote(`${bound.metric} `)} & $string($round(${value}, 4)) & ${quote(` is above the bound ${bound.maximum}`)}`,
        ];
  const below =
    bound.minimum === undefined
      ? []
      : [
          `${value} < ${bound.minimum} ? ${quote(`${bound.metric} `)} & $string($round(${value}, 4)) & ${quote(` is below the bound ${bound.minimum}`)}`,
        ];
  return [missing, ...above, ...below];
}

function renderChampion({ gate }: Project): string[] {
  if (gate.champion === undefined) return [];
  const { metric, better, tolerance } = gate.champion;
  const candidate = `$candidate.\`${metric}\`.value`;
  const champion = `$champion.\`${metric}\`.value`;
  const sign = better === 'lower' ? 1 : -1;
  const comparison = better === 'lower' ? '>' : '<';
  const bound = `${champion} + ${sign * tolerance} * $abs(${champion})`;
  return [
    `$exists(${champion}) and ${candidate} ${comparison} ${bound} ? ${quote(`${metric} `)} & $string($round(${candidate}, 4)) & " is worse than the champion's " & $string($round(${champion}, 4)) & ${quote(` by more than ${tolerance * 100} %`)}`,
  ];
}
