import type { Project } from '../definition/index.ts';
import { metricsKeys } from '../events/index.ts';
import { when } from './choice.ts';
import { quote } from './jsonata.ts';

/**
 * An expression for the list of what the gate has against the candidate; empty when it passes. A
 * metric that is missing raises no objection: `renderLacks` finds it.
 */
export function renderObjections(project: Project): string {
  return `(${renderReading(project)}
  [${[
    ...project.gate.bounds.flatMap(renderBound),
    ...project.gate.suspicious.map(renderSuspicion),
    ...renderChampion(project),
  ].join(',\n  ')}]
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

/** The list that `renderLacks` renders is in the variable `lacks`, that of `renderObjections` in `objections`. */
export const lacksMetrics = when('$count($lacks) > 0');

export const hasNoObjection = '$count($objections) = 0';
export const passesTheGate = when(hasNoObjection);

/** The metrics of the candidate and of the champion. `$candidate` and `$champion` are the workflow's. */
function renderReading({ problem }: Project): string {
  const key = metricsKeys[problem];
  return `
  $evaluation := ${parseEvaluation};
  $measured := $evaluation.${key};
  $measuredOutOfFold := $evaluation.out_of_fold.${key};
  $measuredChampion := $evaluation.champion.${key};`;
}

type Metrics = '$measured' | '$measuredOutOfFold' | '$measuredChampion';
/** The metric itself, or an end of its interval. */
type Part = Bound['at'];

/** A number that the gate asks for. */
interface Wanted {
  readonly metric: string;
  readonly part: Part;
  /** The field of the project that asks, or several. */
  readonly field: string;
  /** The variable that holds the metrics, and where they stand in the file. */
  readonly metrics: Metrics;
  readonly path: string;
}

function listWanted({ gate, problem }: Project): Wanted[] {
  const key = metricsKeys[problem];
  const places = { test: key, 'out-of-fold': `out_of_fold.${key}` };
  const ofCandidate = [
    ...gate.bounds.map(({ metric, over, at }, index) => ({
      ...{ metric, part: at, field: `gate.bounds[${index}]` },
      ...{ metrics: metricsOver(over), path: places[over] },
    })),
    ...gate.suspicious.map(({ metric, over }, index) => ({
      ...{ metric, part: 'value' as const, field: `gate.suspicious[${index}]` },
      ...{ metrics: metricsOver(over), path: places[over] },
    })),
  ];
  if (gate.champion === undefined) return joinFields(ofCandidate);
  const { metric } = gate.champion;
  const compared = { metric, part: 'value' as const, field: 'gate.champion' };
  return joinFields([
    ...ofCandidate,
    { ...compared, metrics: '$measured', path: key },
    { ...compared, metrics: '$measuredChampion', path: `champion.${key}` },
  ]);
}

function metricsOver(over: Bound['over']): Metrics {
  return over === 'test' ? '$measured' : '$measuredOutOfFold';
}

/** One entry a number, with all the fields that ask for it. */
function joinFields(wanted: readonly Wanted[]): Wanted[] {
  const numbers = new Map<string, Wanted>();
  for (const entry of wanted) {
    const name = `${entry.path}.${entry.metric}.${entry.part}`;
    const before = numbers.get(name);
    numbers.set(
      name,
      before === undefined ? entry : { ...before, field: `${before.field} and ${entry.field}` },
    );
  }
  return [...numbers.values()];
}

function renderLack(
  { name, evaluation }: Project,
  { metric, part, field, metrics, path }: Wanted,
): string {
  const isWanted = metrics === '$measuredChampion' ? '$exists($champion.model) and ' : '';
  const sentence = [
    '$file',
    quote(` has no number ${path}.${metric}.${part}`),
    `$shown(${metrics}.\`${metric}\`.${part})`,
    quote(`, for which the project ${name} asks in ${field}; ${path} has `),
    `$namesIn(${metrics})`,
    quote(`. Let ${evaluation.script} write it, or change the project.`),
  ];
  return `${isWanted}$not($exists(${numberAt(metrics, metric, part)})) ? ${sentence.join(' & ')}`;
}

/** Nothing where there is another thing than a number. */
function numberAt(metrics: Metrics, metric: string, part: Part = 'value'): string {
  return `${metrics}.\`${metric}\`.${part}[$type($) = "number"]`;
}

type Bound = Project['gate']['bounds'][number];

/** `auc, lower end of its interval, out of fold` */
function nameNumber({ metric, over, at }: Pick<Bound, 'metric' | 'over' | 'at'>): string {
  return [
    metric,
    ...(at === 'value' ? [] : [`${at} end of its 95 % interval`]),
    ...(over === 'test' ? [] : ['out of fold']),
  ].join(', ');
}

function renderBound(bound: Bound): string[] {
  const value = numberAt(metricsOver(bound.over), bound.metric, bound.at);
  const name = nameNumber(bound);
  const objection = (comparison: string, limit: number, words: string) =>
    `${value} ${comparison} ${limit} ? ${quote(`${name} `)} & $string($round(${value}, 4)) & ${quote(` is ${words} the bound ${limit}`)}`;
  return [
    ...(bound.maximum === undefined ? [] : [objection('>', bound.maximum, 'above')]),
    ...(bound.minimum === undefined ? [] : [objection('<', bound.minimum, 'below')]),
  ];
}

/** A result that is too good to be true. The script's own findings say which column it may be. */
function renderSuspicion({ metric, over, maximum }: Project['gate']['suspicious'][number]): string {
  const value = numberAt(metricsOver(over), metric);
  const sentence = [
    quote(`${nameNumber({ metric, over, at: 'value' })} `),
    `$string($round(${value}, 4))`,
    quote(
      ` is above ${maximum}, which is too good to be true: a column probably holds the label. Set ignore for that column, or raise gate.suspicious.`,
    ),
    '($count($evaluation.warnings) > 0 ? " " & $join($evaluation.warnings[[0..4]], " ") : "")',
  ];
  return `${value} > ${maximum} ? ${sentence.join(' & ')}`;
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
