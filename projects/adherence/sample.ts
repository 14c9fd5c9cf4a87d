import { createRandom, logistic, normal, pick } from '../sample-random.ts';
import { diabetesDrugs, encounters } from './encounters.ts';

export { diabetesDrugs, encounters };

/** How many rows the sample has; half of the patients come again. */
const ROW_COUNT = 4000;

/**
 * Encounters that look like those of the hospitals, for a machine where the real file cannot be had.
 * Patients with many drugs and little care drop a drug more often; those who were in hospital often
 * are readmitted sooner. They are not data.
 *
 * @returns CSV text with a header, the same for the same seed
 */
export function generateEncounters(seed: number, rowCount = ROW_COUNT): string {
  const random = createRandom(seed);
  const lines: string[] = [];
  for (let patient = 1; lines.length < rowCount; patient += 1) {
    lines.push(...generatePatient(random, patient, lines.length));
  }
  const header = encounters.columns.map(({ name }) => name).join(',');
  return `${[header, ...lines.slice(0, rowCount)].join('\n')}\n`;
}

type Fields = Readonly<Record<string, string | number>>;

function generatePatient(random: () => number, patient: number, from: number): string[] {
  const person = generatePerson(random);
  const visits = random() < 0.5 ? 1 : 2;
  let drugs: readonly string[] = diabetesDrugs.filter(
    (name) => random() < (name === 'insulin' ? 0.6 : name === 'metformin' ? 0.4 : 0.04),
  );
  return Array.from({ length: visits }, (_, visit) => {
    const stay = generateStay(random, drugs);
    const row = renderRow({
      ...person,
      ...stay,
      encounter_id: from + visit + 1,
      patient_nbr: patient,
    });
    const chance = logistic(
      -1.6 + 0.13 * (Number(stay['num_medications']) - 15) + 0.5 * drugs.length,
    );
    if (random() < chance) drugs = drugs.slice(1);
    return row;
  });
}

function generatePerson(random: () => number): Fields {
  const decade = Math.min(90, Math.max(10, 10 * Math.round(6.5 + 1.5 * normal(random))));
  return {
    race: pick(random, ['Caucasian', 'AfricanAmerican', 'Hispanic', '?']),
    gender: pick(random, ['Female', 'Male']),
    age: `[${decade}-${decade + 10})`,
  };
}

function generateStay(random: () => number, drugs: readonly string[]): Fields {
  const inpatient = Math.floor(-1.2 * Math.log(1 - random()));
  const isSoon = random() < logistic(-2.6 + 0.7 * inpatient);
  return {
    weight: '?',
    admission_type_id: pick(random, [1, 2, 3]),
    discharge_disposition_id: random() < 0.02 ? 11 : pick(random, [1, 1, 3, 6]),
    admission_source_id: pick(random, [1, 7]),
    time_in_hospital: 1 + Math.floor(random() * 13),
    payer_code: '?',
    medical_specialty: '?',
    num_lab_procedures: Math.floor(10 + random() * 70),
    num_procedures: Math.floor(random() * 6),
    num_medications: Math.max(1, Math.round(15 + 6 * normal(random))),
    number_outpatient: Math.floor(random() * 2),
    number_emergency: Math.floor(random() * 2),
    number_inpatient: inpatient,
    diag_1: 250,
    diag_2: 276,
    diag_3: 401,
    number_diagnoses: 1 + Math.floor(random() * 9),
    max_glu_serum: 'None',
    A1Cresult: pick(random, ['None', 'Norm', '>7', '>8']),
    ...Object.fromEntries(
      diabetesDrugs.map((name) => [
        name,
        drugs.includes(name) ? pick(random, ['Steady', 'Up', 'Down']) : 'No',
      ]),
    ),
    change: pick(random, ['No', 'Ch']),
    diabetesMed: drugs.length > 0 ? 'Yes' : 'No',
    readmitted: isSoon ? '<30' : pick(random, ['>30', 'NO']),
  };
}

function renderRow(fields: Fields): string {
  return encounters.columns.map(({ name }) => fields[name] ?? '').join(',');
}
