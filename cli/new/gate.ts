import type { Column } from './columns.ts';
import type { Target } from './label.ts';

/** A bound of a project's gate. */
interface Bound {
  readonly metric: string;
  readonly minimum: number;
  readonly over: 'out-of-fold';
  readonly at?: 'lower';
}

/** The conditions for a good model. */
export interface Gate {
  readonly bounds: readonly Bound[];
  readonly suspicious: readonly {
    readonly metric: string;
    readonly maximum: number;
    readonly over: 'out-of-fold';
  }[];
  readonly champion: {
    readonly metric: string;
    readonly better: 'higher' | 'lower';
    readonly tolerance: number;
  };
}

/** A gate, and the metrics of a model that has learned nothing. */
export interface HonestGate {
  readonly gate: Gate;
  readonly baseline: string;
}

/** A model that explains less of the variance is not much better than the mean. */
const SMALLEST_R2 = 0.1;
const SMALLEST_AUC = 0.6;
/** The minimum difference between the mean F1 of the classes and that of a constant answer. */
const F1_ABOVE_CONSTANT = 0.05;
/** If the constant answer has a higher accuracy, accuracy is not a useful bound. */
const LARGEST_MAJORITY = 0.85;
/** Models of real data rarely have better metrics. */
const TOO_GOOD = 0.999;
const TOLERANCE = 0.02;

/** Bounds that a model passes only if it knows more than the label's distribution, measured in the file. */
export function honestGate(label: Column, { problem, classes }: Target): HonestGate {
  switch (problem) {
    case 'regression':
      return regressionGate(label);
    case 'binary':
      return binaryGate(classes);
    case 'multiclass':
      return multiclassGate(classes);
  }
}

const bound = (metric: string, minimum: number, at?: 'lower'): Bound => ({
  metric,
  minimum,
  over: 'out-of-fold',
  ...(at === undefined ? {} : { at }),
});

function gateOf(metric: string, bounds: readonly Bound[]): Gate {
  return {
    bounds,
    suspicious: [{ metric, maximum: TOO_GOOD, over: 'out-of-fold' }],
    champion: { metric, better: 'higher', tolerance: TOLERANCE },
  };
}

function regressionGate({ mean, variance }: Column): HonestGate {
  return {
    baseline: `answering the mean (${figure(mean)}) in every row has r2 0 and mse ${figure(variance)}`,
    gate: gateOf('r2', [bound('r2', SMALLEST_R2, 'lower')]),
  };
}

function binaryGate(classes: Target['classes']): HonestGate {
  const [name, share] = majorityOf(classes);
  return {
    baseline: `answering ${name} in every row has auc 0.5 and accuracy ${figure(share)}`,
    gate: gateOf('auc', [bound('auc', SMALLEST_AUC, 'lower'), bound('brier_skill', 0)]),
  };
}

function multiclassGate(classes: Target['classes']): HonestGate {
  const [name, share] = majorityOf(classes);
  const constantF1 = (2 * share) / (1 + share) / classes.size;
  const macroF1 = bound('macro_f1', roundUp(constantF1 + F1_ABOVE_CONSTANT), 'lower');
  const accuracy = share > LARGEST_MAJORITY ? [] : [bound('accuracy', roundUp(share), 'lower')];
  return {
    baseline: `answering ${name} in every row has accuracy ${figure(share)} and macro_f1 ${figure(constantF1)}`,
    gate: gateOf('accuracy', [...accuracy, macroF1]),
  };
}

function majorityOf(classes: Target['classes']): [string, number] {
  const total = [...classes.values()].reduce((sum, count) => sum + count, 0);
  const [name = '', count = 0] = [...classes].toSorted((one, other) => other[1] - one[1])[0] ?? [];
  return [name, count / total];
}

function roundUp(share: number): number {
  return Math.ceil(share * 100) / 100;
}

/** Three digits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
