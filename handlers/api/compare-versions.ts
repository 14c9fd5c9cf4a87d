import type { AnswerOf, Routes } from '../../api/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { describeVersion, type VersionDetail } from './describe-version.ts';
import { boundOf, placeOf } from './gate-bounds.ts';
import { findVersion, type KnownVersion } from './model-versions.ts';
import { ProblemError } from './problem-error.ts';
import { hasSameRows } from './test-rows.ts';

type Comparison = AnswerOf<Routes['compareModels']>;

/** Two versions of one project. */
export interface VersionPair {
  readonly one: KnownVersion;
  readonly other: KnownVersion;
}

/**
 * Finds two versions that can be compared.
 *
 * @throws ProblemError `project-not-found`, `version-not-found` or `different-projects`
 */
export async function findPair(
  api: Api,
  names: { readonly one: string; readonly other: string },
): Promise<VersionPair> {
  const [one, other] = await Promise.all([
    findVersion(api, names.one),
    findVersion(api, names.other),
  ]);
  if (one.known.facts.project === other.known.facts.project) return { one, other };
  throw new ProblemError(
    'different-projects',
    `${names.one} and ${names.other} are of different projects, whose metrics mean different things.`,
  );
}

export async function compareVersions(api: Api, pair: VersionPair): Promise<Comparison> {
  const [one, other, isSameRows] = await Promise.all([
    describeVersion(api, pair.one),
    describeVersion(api, pair.other),
    hasSameRows(api, pair.one, pair.other),
  ]);
  return {
    one,
    other,
    metrics: compareMetrics(pair.one.known, one, other),
    settings: differencesOf(settingsOf(one), settingsOf(other)),
    columns: differencesOf(columnsOf(one), columnsOf(other)),
    isSameData: one.lineage.sha256 !== undefined && one.lineage.sha256 === other.lineage.sha256,
    isSameRows,
  };
}

function compareMetrics(
  { facts }: KnownProject,
  one: VersionDetail,
  other: VersionDetail,
): Comparison['metrics'] {
  const names = new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)]);
  return [...names].map((name) => {
    const { metric, over } = placeOf(name);
    const [before, after] = [one.metrics[name], other.metrics[name]];
    const bound = boundOf(facts, name);
    return {
      metric,
      over,
      one: before,
      other: after,
      difference: before === undefined || after === undefined ? undefined : after - before,
      ...(bound === undefined ? {} : { bound }),
    };
  });
}

type Texts = ReadonlyMap<string, string | undefined>;

/** What two lists of texts by name do not have in common. */
function differencesOf(before: Texts, after: Texts): Comparison['settings'] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, one: before.get(name), other: after.get(name) }));
}

/** What a version was made with. */
function settingsOf({ algorithm, codeVersion, hyperparameters }: VersionDetail): Texts {
  return new Map<string, string | undefined>([
    ['algorithm', algorithm],
    ['codeVersion', codeVersion],
    ...Object.entries(hyperparameters),
  ]);
}

/** Each column in words: `number, 0 to 2, optional`. */
function columnsOf({ columns }: VersionDetail): Texts {
  return new Map(columns.map((column) => [column.name, describeColumn(column)]));
}

function describeColumn({
  type,
  values,
  minimum,
  maximum,
  optional,
  ignore,
}: VersionDetail['columns'][number]): string {
  return [
    type,
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(values === undefined ? [] : [`one of ${values.join(' ')}`]),
    ...(optional === true ? ['optional'] : []),
    ...(ignore === true ? ['ignored'] : []),
  ].join(', ');
}
