import { defineProject } from '../../definition/index.ts';

/** Titanic (titanic3, Vanderbilt biostatistics): who survived, from what was known at boarding. */
export const titanic = defineProject({
  name: 'titanic',
  description: 'Predicts who survived the sinking of the Titanic',
  problem: 'binary',
  dataset: {
    header: true,
    label: 'survived',
    lineEnds: 'any',
    byteOrderMark: 'accept',
    columns: [
      { name: 'pclass', type: 'category', values: ['1', '2', '3'] },
      { name: 'survived', type: 'integer', minimum: 0, maximum: 1 },
      { name: 'name', type: 'text', ignore: true },
      { name: 'sex', type: 'category', values: ['female', 'male'] },
      { name: 'age', type: 'number', minimum: 0, maximum: 120, optional: true },
      { name: 'sibsp', type: 'integer', minimum: 0, maximum: 20 },
      { name: 'parch', type: 'integer', minimum: 0, maximum: 20 },
      { name: 'ticket', type: 'text', ignore: true },
      { name: 'fare', type: 'number', minimum: 0, maximum: 1000, optional: true },
      { name: 'cabin', type: 'text', ignore: true },
      { name: 'embarked', type: 'category', values: ['C', 'Q', 'S'], optional: true },
      // Known after the sinking only: who has a boat was saved, who has a body number was not.
      { name: 'boat', type: 'text', ignore: true },
      { name: 'body', type: 'text', ignore: true },
      { name: 'home.dest', type: 'text', ignore: true },
    ],
  },
  gate: {
    bounds: [{ metric: 'auc', minimum: 0.8, over: 'out-of-fold', at: 'lower' }],
    suspicious: [{ metric: 'accuracy', maximum: 0.9, over: 'out-of-fold' }],
    champion: { metric: 'auc', better: 'higher', tolerance: 0.02 },
  },
});
