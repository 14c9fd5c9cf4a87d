import type { Schemas } from '../../../api/client/index.ts';

export type Algorithms = Schemas['Project']['training']['algorithms'];
export type Hyperparameter = Algorithms[string][string];

/** Why a text is not a value of a hyperparameter; undefined where it is. An empty text leaves it as it is. */
export function findProblem(text: string, rule: Hyperparameter): string | undefined {
  const { type, minimum, maximum, values } = rule;
  if (text === '') return undefined;
  if (type === 'text') {
    return values === undefined || values.includes(text)
      ? undefined
      : `One of: ${values.join(', ')}.`;
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return 'A number is needed.';
  if (type === 'integer' && !Number.isInteger(value)) return 'A whole number is needed.';
  if (minimum !== undefined && value < minimum) return `At least ${minimum}.`;
  if (maximum !== undefined && value > maximum) return `At most ${maximum}.`;
  return undefined;
}

/** What a hyperparameter takes, in words. */
export function describeRule({ type, minimum, maximum, values }: Hyperparameter): string {
  if (values !== undefined) return values.join(', ');
  const kind = { integer: 'Whole number', number: 'Number', text: 'Text' }[type];
  return `${kind}${describeRange(minimum, maximum)}`;
}

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 20 });

function describeRange(minimum: number | undefined, maximum: number | undefined): string {
  const [least, most] = [minimum, maximum].map(
    (bound) => bound !== undefined && exact.format(bound),
  );
  if (least && most) return `, ${least} to ${most}`;
  if (least) return `, at least ${least}`;
  return most ? `, at most ${most}` : '';
}

/** The values that are sent: those that were written, as their types say. */
export function readSettings(
  texts: Readonly<Record<string, string>>,
  rules: Readonly<Record<string, Hyperparameter>>,
): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(texts)
      .filter(([name, text]) => text !== '' && rules[name] !== undefined)
      .map(([name, text]) => [name, rules[name]?.type === 'text' ? text : Number(text)]),
  );
}
