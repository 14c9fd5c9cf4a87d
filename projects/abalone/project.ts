import { defineProject } from '../../definition/index.ts';

/** Abalone (Nash et al. 1994, CC BY 4.0): the age of a sea snail from its measures. */
export const abalone = defineProject({
  name: 'abalone',
  description: 'Predicts the number of rings of an abalone from its size and weight',
  problem: 'regression',
  dataset: {
    header: false,
    label: 'rings',
    settleSeconds: 3,
    columns: [
      { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
      { name: 'length', type: 'number', minimum: 0, maximum: 2 },
      { name: 'diameter', type: 'number', minimum: 0, maximum: 2 },
      { name: 'height', type: 'number', minimum: 0, maximum: 3 },
      { name: 'whole_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'shucked_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'viscera_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'shell_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'rings', type: 'integer', minimum: 0, maximum: 100 },
    ],
  },
  training: {
    hyperparameters: {
      max_depth: 5,
      eta: 0.2,
      gamma: 4,
      min_child_weight: 6,
      subsample: 0.7,
      num_round: 50,
      early_stopping_rounds: 10,
    },
  },
  gate: {
    bounds: [{ metric: 'mse', maximum: 6 }],
    champion: { metric: 'mse', better: 'lower', tolerance: 0.02 },
  },
});
