import type { Project } from '../definition/index.ts';
import { metricsKeys } from '../events/index.ts';
import { quote } from './jsonata.ts';

/**
 * An expression for the list of what the gate has against the candidate; empty when it passes. A
 * metric that is missing raises no objection: `renderLacks` finds it.
 */
export function renderObjections(project: Project): string {
  return `(${renderReading(project)}
  [${[...project.gate.bounds.flatMap(renderBound), ...renderChampion(project)].join(',\n  ')}]
)`;
}

/**
 * An expression for the list of what `evaluation.json` lacks of what the gate judges by, in
 * sentences; empty when the gate can judge.
 *
 * @param file an expression for the URI of `evaluation.json`, whose content is the state's result
 */
export function renderLacks(project: Project, file: string): string {
  const key = metricsKeys[project.problem];
  return `(${renderReading(project)}
  $file := ${file};
  $namesIn := function($value) { ($names := $join($keys($value), ", "); $exists($names) ? $names : "nothing") };
  $shown := function($value) { $type($value) = "string" ? " (it is " & $substring($value, 0, 20) & ")" : "" };
  $type($measured) = "object" ? [${listWanted(project)
    .map((wanted) => renderLack(project, wanted))
    .join(',\n  ')}] :
  [
    $file
    & ${quote(` has no object ${key}, where the metrics of problem "${project.problem}" of the project ${project.name} stand; it has `)}
    & $namesIn($evaluation)
    & ${quote(`. Let ${project.evaluation.script} write it, or change problem in the project.`)}
  ]
)`;
}

/**
 * The file that is the state's result. Python writes NaN and Infinity, which are not JSON: they become
 * texts, so that the file can be read and what is not a number be named.
 */
export const parseEvaluation =
  '$parse($replace($states.result.Body, /([:\\[,]\\s*)(NaN|-?Infinity)/, \'$1"$2"\'))';

/** The metrics of the candidate and of the champion. `$candidate` and `$champion` are the workflow's. */
function renderReading({ problem }: Project): string {
  const key = metricsKeys[problem];
  return `
  $evaluation := ${parseEvaluation};
  $measured := $evaluation.${key};
  $measuredChampion := $evaluation.champion.${key};`;
}

type Metrics = '$measured' | '$measuredChampion';

/** A metric that the gate asks for. */
interface Wanted {
  readonly metric: string;
  /** The field of the project that asks, or several. */
  readonly field: string;
  /** The variable that holds the metrics, and where they stand in the file. */
  readonly metrics: Metrics;
  readonly path: string;
}

function listWanted({ gate, problem }: Project): Wanted[] {
  const path = metricsKeys[problem];
  const fields = new Map<string, string>();
  const ask = (metric: string, field: string) => {
    fields.set(metric, [fields.get(metric), field].filter(Boolean).join(' and '));
  };
  for (const [index, { metric }] of gate.bounds.entries()) ask(metric, `gate.bounds[${index}]`);
  if (gate.champion !== undefined) ask(gate.champion.metric, 'gate.champion');
  const ofCandidate = [...fields].map(
    ([metric, field]): Wanted => ({ metric, field, metrics: '$measured', path }),
  );
  if (gate.champion === undefined) return ofCandidate;
  const ofChampion: Wanted = {
    metric: gate.champion.metric,
    field: 'gate.champion',
    metrics: '$measuredChampion',
    path: `champion.${path}`,
  };
  return [...ofCandidate, ofChampion];
}

function renderLack({ name, evaluation }: Project, { metric, field, metrics, path }: Wanted) {
  const isWanted = metrics === '$measured' ? '' : '$exists($champion.model) and ';
  const sentence = [
    '$file',
    quote(` has no number ${path}.${metric}.value`),
    `$shown(${metrics}.\`${metric}\`.value)`,
    quote(`, for which the project ${name} asks in ${field}; ${path} has `),
    `$namesIn(${metrics})`,
    quote(`. Let ${evaluation.script} write it, or change the project.`),
  ];
  return `${isWanted}$not($exists(${numberAt(metrics, metric)})) ? ${sentence.join(' & ')}`;
}

/** Nothing where there is another thing than a number. */
function numberAt(metrics: Metrics, metric: string): string {
  return `${metrics}.\`${metric}\`.value[$type($) = "number"]`;
}

function renderBound(bound: Project['gate']['bounds'][number]): string[] {
  const value = numberAt('$measured', bound.metric);
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
  return [...above, ...below];
}

function renderChampion({ gate }: Project): string[] {
  if (gate.champion === undefined) return [];
  const { metric, better, tolerance } = gate.champion;
  const candidate = numberAt('$measured', metric);
  const champion = numberAt('$measuredChampion', metric);
  const sign = better === 'lower' ? 1 : -1;
  const comparison = better === 'lower' ? '>' : '<';
  const bound = `${champion} + ${sign * tolerance} * $abs(${champion})`;
  return [
    `$exists(${champion}) and ${candidate} ${comparison} ${bound} ? ${quote(`${metric} `)} & $string($round(${candidate}, 4)) & " is worse than the champion's " & $string($round(${champion}, 4)) & ${quote(` by more than ${tolerance * 100} %`)}`,
  ];
}
