import { defineProject } from '../../definition/index.ts';
import { encounters } from '../adherence/encounters.ts';

/** Whether a patient is in hospital again within 30 days: the well-known comparison on the same file. */
export const readmission = defineProject({
  name: 'readmission',
  description: 'Predicts whether a patient is readmitted within 30 days',
  problem: 'binary',
  dataset: { ...encounters, label: 'readmitted_within_30_days' },
  target: {
    meaning:
      'The patient was admitted again within 30 days, planned or not, to one of the hospitals of the data.',
    derived: { type: 'is', column: 'readmitted', values: ['<30'] },
  },
  split: { groupBy: 'patient_nbr' },
  training: { algorithm: 'random-forest' },
  gate: {
    bounds: [
      { metric: 'auc', minimum: 0.6, over: 'out-of-fold' },
      { metric: 'brier_skill', minimum: 0, over: 'out-of-fold' },
    ],
    suspicious: [{ metric: 'auc', maximum: 0.9, over: 'out-of-fold' }],
    champion: { metric: 'auc', better: 'higher', tolerance: 0.05 },
  },
});
