import { defineProject } from '../../definition/index.ts';
import { diabetesDrugs, encounters } from './encounters.ts';

/**
 * Medication adherence, as far as encounters show it: 1 where a patient who gets a diabetes drug no
 * longer gets it at the next encounter. The label cannot tell the patient's decision from a doctor's.
 */
export const adherence = defineProject({
  name: 'adherence',
  description: 'Predicts whether a patient drops a diabetes drug by the next encounter',
  problem: 'binary',
  dataset: { ...encounters, label: 'drops_a_drug' },
  target: {
    meaning:
      "A diabetes drug of this encounter is not given at the patient's next one. It cannot tell the patient's decision from a doctor's, and says nothing of how pills were taken at home.",
    derived: {
      type: 'dropped-by-next',
      groupBy: 'patient_nbr',
      orderBy: 'encounter_id',
      columns: [...diabetesDrugs],
      absent: ['No'],
    },
  },
  split: { groupBy: 'patient_nbr' },
  training: { algorithm: 'random-forest' },
  gate: {
    bounds: [
      { metric: 'auc', minimum: 0.62, over: 'out-of-fold' },
      // Better than to say the mean of all rows.
      { metric: 'brier_skill', minimum: 0, over: 'out-of-fold' },
    ],
    suspicious: [{ metric: 'auc', maximum: 0.9, over: 'out-of-fold' }],
    champion: { metric: 'auc', better: 'higher', tolerance: 0.05 },
  },
  // Each patient's row gets its probability, how sure that is, and what led to it.
  scoring: { explain: true },
  monitoring: { schedule: { expression: 'rate(1 day)' } },
});
