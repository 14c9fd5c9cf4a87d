import leven from 'leven';
import * as z from 'zod';

/** The maximum number of letters in which a mistyped name differs from the intended one. */
const NEAR_LETTERS = 3;

const hyperparameterSchema = z.object({
  type: z.enum(['integer', 'number', 'text']),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  values: z.array(z.string()).optional(),
});

/** `hyperparameters.json` beside scripts: what each of their algorithms takes. */
export const hyperparametersSchema = z.record(
  z.string(),
  z.record(z.string(), hyperparameterSchema),
);

/** What an algorithm takes, by name. */
export type Hyperparameters = z.infer<typeof hyperparametersSchema>[string];

/**
 * Judges a hyperparameter by what its algorithm takes.
 *
 * @returns the rule that it breaks; undefined if it breaks none
 */
export function judgeHyperparameter(
  known: Hyperparameters,
  name: string,
  value: string | number | boolean,
  algorithm: string,
): string | undefined {
  // Names such as `constructor` are members of every object.
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined) {
    return `is not a hyperparameter of ${algorithm} (${suggestName(name, Object.keys(known))})`;
  }
  const { type, minimum, maximum, values } = found;
  if (type === 'text') {
    return values === undefined || values.includes(String(value))
      ? undefined
      : `must be ${values.join(' or ')}`;
  }
  if (typeof value !== 'number') return 'must be a number';
  if (type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  return maximum !== undefined && value > maximum ? `must be at most ${maximum}` : undefined;
}

/** What may have been meant by a name, or what there is. */
export function suggestName(name: string, known: readonly string[]): string {
  const near = known.filter((other) => leven(name, other) <= NEAR_LETTERS);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${known.join(', ')}`;
}

/** The algorithms that can solve only some problems. */
const SOLVABLE: Readonly<Record<string, readonly string[]>> = {
  'logistic-regression': ['binary', 'multiclass'],
  'linear-regression': ['regression'],
};

export function canSolve(algorithm: string, problem: string): boolean {
  return !Object.hasOwn(SOLVABLE, algorithm) || SOLVABLE[algorithm]?.includes(problem) === true;
}
