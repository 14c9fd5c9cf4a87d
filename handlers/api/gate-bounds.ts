import type { AnswerOf, Routes } from '../../api/index.ts';
import type { ProjectFacts } from '../../events/index.ts';

type Bounds = AnswerOf<Routes['getModel']>['bounds'];

const OUT_OF_FOLD = 'out-of-fold.';

/** What a registered metric is of: `out-of-fold.auc` is auc over the out-of-fold rows. */
export function placeOf(name: string) {
  return name.startsWith(OUT_OF_FOLD)
    ? { metric: name.slice(OUT_OF_FOLD.length), over: 'out-of-fold' as const }
    : { metric: name, over: 'test' as const };
}

/** The bound that the gate sets a registered metric. */
export function boundOf({ gate }: ProjectFacts, name: string): Bounds[string] | undefined {
  const place = placeOf(name);
  const bound = gate.bounds.find(
    ({ metric, over }) => metric === place.metric && over === place.over,
  );
  return bound && { minimum: bound.minimum, maximum: bound.maximum, at: bound.at };
}

/** The bounds of the gate, by registered metric; as the project has them now. */
export function boundsOf(facts: ProjectFacts, metrics: Readonly<Record<string, number>>): Bounds {
  return Object.fromEntries(
    Object.keys(metrics).flatMap((name) => {
      const bound = boundOf(facts, name);
      return bound === undefined ? [] : [[name, bound]];
    }),
  );
}
